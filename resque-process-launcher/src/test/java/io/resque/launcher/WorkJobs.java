package io.resque.launcher;

import com.google.gson.Gson;
import io.resque.api.DontPerformException;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.TypedJob;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** Jobs without side effects, and a listener that does what an argument says. */
public final class WorkJobs implements JobModule {
    /** A child needs it. */
    public WorkJobs() {}

    /** Arguments as PHP sends them.
     *
     * @param name a name
     * @param age an age
     */
    public record Person(String name, int age) {}

    /** The arguments of a typed job, as Ruby sends them.
     *
     * @param user a number
     * @param name a name
     * @param at when
     * @param locale a language
     */
    public record Welcome(long user, String name, Instant at, Optional<Locale> locale) {}

    /** An enum. */
    public enum Locale {
        /** English. */
        EN,
        /** French. */
        FR
    }

    /** Shared by the producer, the worker and its children. */
    public static final JobType<Welcome> WELCOME =
            JobType.of("WelcomeMail", "q", Welcome.class).argument(Instant.class, Instant::toString, Instant::parse);

    /** The same by its class, as one map, on another queue. */
    public static final JobType<Welcome> COPY = JobType.of("Copy", "copies", Welcome.class)
            .argument(Instant.class, Instant::toString, Instant::parse)
            .asMap();

    private static final class CopyJob implements TypedJob<Welcome> {
        @Override
        public void perform(Welcome welcome, JobContext context) {
            context.result(welcome.toString());
        }
    }

    /** Registered by its class. */
    private static final class ByClass implements Job {
        @Override
        public void perform(JobContext context) {
            context.result("by class");
        }
    }

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Noop", () -> context -> {});
        jobs.register("Ps", () -> context -> context.result(Files.readString(Path.of("/proc/self/cmdline"))));
        jobs.register("ByClass", ByClass.class);
        jobs.register(WELCOME, (welcome, context) -> {
            context.enqueue(COPY, welcome);
            context.enqueue("raw", "Raw", welcome.locale(), Locale.FR, new Person("é", 7));
            context.result(welcome.name() + " " + welcome.at() + " " + jsonIsLoaded());
        });
        jobs.register(COPY, CopyJob.class);
        jobs.register(
                "Pid", () -> context -> context.result(ProcessHandle.current().pid()));
        jobs.register("Trace", () -> context -> {
            throw new IllegalStateException(context.metadata() + " " + context.queuedAt());
        });
        jobs.register("Typed", () -> context -> {
            Person person = context.args().as(Person.class);
            context.result(person.name() + " " + person.age());
        });
        jobs.register(
                "Simple",
                () -> context -> context.result(
                        context.args().get(0, String.class) + context.args().get(1, int.class) + jsonIsLoaded()));
        jobs.register("Enqueue", () -> context -> {
            String name = context.args().get(0, String.class);
            context.result(List.of(name, context.enqueue("other", name, 1, List.of("é"))));
        });
        jobs.register("Later", () -> context -> {
            Instant due = Instant.ofEpochSecond(context.args().get(0, long.class));
            context.at(due.minusNanos(1)).enqueue("later", "B", 1);
            context.at(due).enqueueAll("later", List.of(JobSpec.of("B", 2), JobSpec.of("B", 3)));
            context.at(due).enqueueTracked("later", JobSpec.of("B", 4).withId("own"));
            try {
                context.in(Duration.ofDays(4_000)).enqueue("later", "B", 5);
            } catch (InvalidJobException e) {
                context.in(Duration.ofDays(-1)).enqueue("later", "B", e.getMessage());
            }
        });
        jobs.register("LaterStream", () -> context -> {
            long begun = Instant.now().getEpochSecond();
            Stream<JobSpec> late = Stream.of(JobSpec.of("B", "late")).peek(job -> {
                while (Instant.now().getEpochSecond() == begun) {
                    Thread.onSpinWait();
                }
            });
            context.in(Duration.ofHours(1))
                    .enqueueAll("later", Stream.concat(Collections.nCopies(1_000, JobSpec.of("B")).stream(), late));
        });
        jobs.register("EnqueueAll", () -> context -> {
            List<JobSpec> two = List.of(JobSpec.of("B", 1), JobSpec.of("B", 2));
            List<Object> results = new ArrayList<>();
            results.add(context.enqueueTracked("more", JobSpec.of("B").withId("own"))
                    .orElseThrow());
            results.add(context.enqueueAll("more", two));
            results.add(context.enqueueAll("more", Collections.nCopies(1_500, two.get(0)).stream()));
            results.add(context.enqueueAllTracked("more", two).size());
            results.add(context.enqueueAsync("more", "B").isDone());
            results.add(context.enqueueTrackedAsync("more", "B").join().isPresent());
            results.add(context.enqueueAllAsync("more", two).join());
            results.add(context.enqueueAllTrackedAsync("more", two).join().size());
            try {
                context.enqueueTrackedAsync("more", JobSpec.of("B").withId("own"))
                        .join();
            } catch (CompletionException e) {
                results.add(e.getCause().getClass().getSimpleName());
            }
            try {
                context.enqueueAllAsync("*", two);
            } catch (InvalidJobException e) {
                results.add(e.getClass().getSimpleName());
            }
            List<JobSpec> stream = new ArrayList<>(Collections.nCopies(1_000, two.get(0)));
            stream.add(JobSpec.of("B", Double.NaN));
            try {
                context.enqueueAll("streamed", stream.stream());
            } catch (InvalidJobException e) {
                results.add(e.getMessage());
            }
            context.result(results);
        });
        jobs.register(
                "Hand",
                () -> context -> context.result(context.enqueue(
                        "other",
                        JobSpec.of("Handed", 1)
                                .withMetadata("traceparent", context.metadata().get("traceparent"))
                                .withMetadata("size", Map.of("locale", Locale.EN)))));
        jobs.register("Result", () -> context -> {
            context.result("first");
            context.result(context.args().get(0));
        });
        jobs.register(
                "Archive",
                () -> context -> context.result(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(option -> option.startsWith("-XX:SharedArchiveFile"))
                        .toList()
                        .toString()));
        jobs.register("Resource", () -> context -> {
            URL found = Objects.requireNonNull(
                    WorkJobs.class.getResource(context.args().get(0, String.class)));
            try (InputStream in = found.openStream()) {
                context.result(found.getProtocol() + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        });
        jobs.register("Gson", () -> context -> context.result(new Gson().toJson(List.of(1))));
        jobs.register("Cost", () -> context -> {
            String[] stat = Files.readString(Path.of("/proc/self/stat")).split(" ");
            String memory = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .findFirst()
                    .orElse("0");
            context.result(List.of(
                    10 * (Long.parseLong(stat[13]) + Long.parseLong(stat[14])),
                    Long.parseLong(memory.replaceAll("\\D", ""))));
        });
        jobs.register("Print", () -> context -> {
            System.out.println("out é");
            System.err.println("err");
            System.out.print("no end of line");
        });
        jobs.register("Grow", () -> context -> {
            byte[] memory = new byte[100 << 20];
            java.util.Arrays.fill(memory, (byte) 1);
            context.result(ProcessHandle.current().pid());
        });
        jobs.register("Steps", () -> context -> {
            STEPS.add("perform");
            context.enqueue("steps", String.join(" ", STEPS));
        });
        jobs.register("Failing", () -> context -> {
            throw new IllegalStateException("failing");
        });
        jobs.register("Last", () -> context -> context.result(String.join(" ", STEPS)));
        jobs.register("Wait", () -> context -> {
            context.enqueue("steps", "waiting");
            while (true) {
                Thread.onSpinWait();
            }
        });
    }

    private static boolean jsonIsLoaded() {
        try {
            java.lang.reflect.Method find = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
            find.setAccessible(true);
            ClassLoader loader = WorkJobs.class.getClassLoader();
            return find.invoke(loader, "com.google.gson.Gson") != null
                    || find.invoke(loader, "org.slf4j.LoggerFactory") != null
                    || find.invoke(loader, "redis.clients.jedis.Jedis") != null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final List<String> STEPS = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public void listen(Listeners listeners) {
        listeners.listen(new ResqueListener() {
            private void step(JobContext job, String step) {
                STEPS.add(step);
                if (job.args().size() > 0 && ("veto " + step).equals(job.args().get(0))) {
                    throw new DontPerformException("told to");
                }
                if (job.args().size() > 0 && ("throw " + step).equals(job.args().get(0))) {
                    throw new IllegalArgumentException("told to");
                }
            }

            @Override
            public void afterFork(JobContext job) {
                STEPS.clear();
                step(job, "afterFork");
            }

            @Override
            public void beforePerform(JobContext job) {
                step(job, "beforePerform");
            }

            @Override
            public void aroundPerform(JobContext job, Run run) throws Exception {
                step(job, "around");
                run.proceed();
                step(job, "proceeded");
            }

            @Override
            public void afterPerform(JobContext job) {
                step(job, "afterPerform");
                if (job.jobClass().equals("Steps")) {
                    job.enqueue("steps", String.join(" ", STEPS));
                }
            }

            @Override
            public void onFailure(JobContext job, Throwable failure) {
                job.enqueue("steps", "onFailure " + failure.getClass().getSimpleName() + ": " + failure.getMessage());
            }
        });
    }
}
