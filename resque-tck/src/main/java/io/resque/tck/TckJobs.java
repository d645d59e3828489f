package io.resque.tck;

import io.resque.api.DontPerformException;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobArgumentException;
import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of {@link JobExecutorTck}. An executor can load this module in another process. So the jobs report what they
 * see only by their results and by the jobs that they enqueue, never by shared memory.
 */
public final class TckJobs implements JobModule {
    /** The queue on which jobs report their steps. */
    static final String NOTES = "notes";

    /** A queue on which every job is vetoed until the kit releases the job that asks. */
    static final String GATE = "gate";

    /** A queue on which every job is refused. */
    static final String REFUSED = "refused";

    /** A class with a name that is no file name, and not ASCII. */
    static final String BEYOND_ASCII = "Größe/🙂 1";

    /** Called by executors that load this module by its name. */
    public TckJobs() {}

    /** A typed argument. */
    record Order(int id, String name) {}

    /** A typed argument that only the serializer can make. */
    static class Label {
        public String text = "";
    }

    /** A class that only a converter can make: no serializer does it alike. */
    interface Amount {
        long cents();

        static Amount of(long cents) {
            return () -> cents;
        }
    }

    /** The arguments of a typed job whose type has a converter. */
    record Payment(Amount amount) {}

    static final JobType<Payment> PAYMENT = JobType.of("Pay", "q", Payment.class)
            .argument(Amount.class, Amount::cents, (Long cents) -> Amount.of(cents));

    /** The arguments of a typed job. */
    record Welcome(long user, String name, Optional<String> locale) {}

    static final JobType<Welcome> WELCOME = JobType.of("Welcome", "q", Welcome.class);

    /** Contexts of jobs that have ended, by what the kit calls them; only in the process where the job ran. */
    private static final Map<Object, JobContext> KEPT = new ConcurrentHashMap<>();

    /** So long a job waits for its deadline, if the executor does not keep it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public void register(JobRegistry jobs) {
        telling(jobs);
        arguments(jobs);
        failing(jobs);
        jobs.register("Steps", Steps::new);
        jobs.register("Heard", Steps::new);
        jobs.register("Fields", Fields::new);
        jobs.register("UntilReleased", () -> TckJobs::untilReleased);
        jobs.register("UntilCancelled", () -> TckJobs::untilCancelled);
        jobs.register("UntilLate", () -> TckJobs::untilLate);
        jobs.register("VetoLate", () -> context -> {
            untilLate(context);
            throw new DontPerformException("told to veto after the deadline");
        });
        ended(jobs);
        jobs.register("UntilInterrupted", () -> context -> {
            if (context.args().size() > 0) {
                start(context);
            }
            new CountDownLatch(1).await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            context.result("not interrupted");
        });
    }

    /** Adds two listeners that report the events of the job "Heard". */
    @Override
    public void listen(Listeners listeners) {
        listeners.listen(new Hearing("1"));
        listeners.listen(new Hearing("2"));
    }

    /** A job keeps its context, and another one uses it. */
    private static void ended(JobRegistry jobs) {
        jobs.register("Keep", () -> context -> KEPT.put(context.args().get(0, String.class), context));
        jobs.register("UseKept", () -> context -> {
            JobContext kept = KEPT.remove(context.args().get(0, String.class));
            if (kept == null) {
                context.result(List.of());
                return;
            }
            context.result(List.of(
                    kept.jobClass() + " " + kept.args().get(0),
                    isRefused(() -> kept.result("late")) ? "result is refused" : "result is accepted",
                    isRefused(() -> kept.enqueue("late", "Other")) ? "enqueue is refused" : "enqueue is accepted"));
        });
    }

    private static boolean isRefused(Runnable call) {
        try {
            call.run();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static void telling(JobRegistry jobs) {
        jobs.register("Echo", () -> context -> context.result(context.args().asList()));
        jobs.register("Context", () -> context -> context.result(place(context)));
        jobs.register(BEYOND_ASCII, () -> context -> context.result(place(context)));
        jobs.register("Tell", () -> context -> {
            context.progress(0, 10, "");
            context.log(context.args().get(0, String.class));
            context.progress(3, 10, "half");
            context.log("last");
        });
        jobs.register("Checkpoint", () -> context -> {
            for (Object cursor : context.args().asList()) {
                context.checkpoint(cursor);
            }
            context.result(context.lastCheckpoint().orElse(null));
        });
        jobs.register("Metadata", () -> context -> {
            List<@Nullable Object> seen = new ArrayList<>();
            seen.add(context.metadata());
            seen.add(context.queuedAt().map(Instant::toString).orElse(null));
            context.result(seen);
        });
        jobs.register("Typed", () -> context -> {
            Order order = context.args().get(1, Order.class);
            context.result(Arrays.asList(
                    context.args().get(0, Integer.class) + 1L,
                    order.id() + 1L,
                    order.name(),
                    context.args().get(2, Label.class).text));
        });
        jobs.register(WELCOME, (welcome, context) -> {
            boolean sent = context.enqueue(WELCOME, new Welcome(welcome.user() + 1, welcome.name(), Optional.of("en")));
            context.result(Arrays.asList(
                    welcome.user() + 1, welcome.name(), welcome.locale().orElse(null), sent));
        });
        jobs.register(
                PAYMENT, (payment, context) -> context.result(payment.amount().cents()));
        jobs.register(
                "Price",
                () -> context ->
                        context.result(context.args().get(0, Amount.class).cents()));
        jobs.register("Named", () -> context -> {
            Order order = context.args().as(Order.class);
            context.result(List.of(
                    List.copyOf(context.args().asMap().keySet()),
                    context.args().get("id", Integer.class) + 1L,
                    order.name()));
        });
        jobs.register("Results", () -> context -> {
            context.result("first");
            List<Object> last = new ArrayList<>(List.of("last"));
            context.result(last);
            last.add("added when it was given already");
            try {
                context.result(new Object());
            } catch (InvalidJobException e) {
                return;
            }
            throw new IllegalStateException("result must refuse what JSON does not have");
        });
        jobs.register("EnqueueMany", () -> context -> {
            String queue = context.args().get(0, String.class);
            JobSpec own = JobSpec.of("Other", 2L).withId("own");
            List<JobSpec> two = List.of(JobSpec.of("Other", 1L), own);
            List<JobSpec> plain = List.of(JobSpec.of("Other", 1L), JobSpec.of("Other", 2L));
            context.result(List.of(
                    context.enqueueTracked(queue, own).orElse(""),
                    context.enqueueAll(queue, plain),
                    context.enqueueAll(queue, plain.stream()),
                    texts(context.enqueueAllTracked(queue, two)),
                    context.enqueueAsync(queue, plain.get(0)).join(),
                    context.enqueueTrackedAsync(queue, own).join().orElse(""),
                    context.enqueueAllAsync(queue, plain).join(),
                    texts(context.enqueueAllTrackedAsync(queue, two).join())));
        });
        jobs.register("NullResult", () -> context -> {
            context.result("first");
            context.result(null);
        });
        jobs.register(
                "EnqueueSpec",
                () -> context -> context.result(List.of(
                        context.enqueue(
                                "größe 🙂",
                                JobSpec.of("Other", 1L)
                                        .withMetadata("traceparent", "00-é")
                                        .withMetadata("baggage", null)),
                        context.enqueueTracked("low", JobSpec.of("Other", 2L).withId("own-1"))
                                .orElse(""))));
        jobs.register("Enqueue", () -> context -> {
            String queue = context.args().get(0, String.class);
            context.result(context.enqueue(queue, "Other", 1L, null, List.of("é")));
        });
    }

    private static List<String> texts(List<Optional<String>> tokens) {
        return tokens.stream().map(token -> token.orElse("")).toList();
    }

    private static void arguments(JobRegistry jobs) {
        Type optional = Welcome.class.getRecordComponents()[2].getGenericType();
        jobs.register("NullAt", () -> context -> {
            JobArguments args = context.args();
            context.result(List.of(
                    answer("get(0)", () -> args.get(0)),
                    answer("get(0, String)", () -> args.get(0, String.class)),
                    answer("get(0, Object)", () -> args.get(0, Object.class)),
                    answer("get(0, Label)", () -> args.get(0, (Type) Label.class)),
                    answer("get(0, Optional<String>)", () -> args.get(0, optional)),
                    answer("get(1, Optional<String>)", () -> args.get(1, optional))));
        });
        jobs.register("NullOf", () -> context -> {
            JobArguments args = context.args();
            context.result(List.of(
                    answer("get(\"name\")", () -> args.get("name")),
                    answer("get(\"name\", String)", () -> args.get("name", String.class)),
                    answer("as(Order)", () -> args.as(Order.class))));
        });
        jobs.register("Change", () -> context -> {
            JobArguments args = context.args();
            List<String> changed = new ArrayList<>();
            change("asList()", args.asList(), changed);
            change("get(0)", args.get(0), changed);
            if (args.get(0) instanceof Map<?, ?> map) {
                change("asMap()", args.asMap(), changed);
                change("a list in the map", map.get("k"), changed);
            }
            context.result(changed);
        });
    }

    private static String answer(String call, Supplier<@Nullable Object> question) {
        try {
            return call + " gives " + question.get();
        } catch (JobArgumentException e) {
            return call + " is refused";
        }
    }

    /** Tries to change a list or map, and keeps its name if that worked. */
    @SuppressWarnings("unchecked")
    private static void change(String name, @Nullable Object value, List<String> changed) {
        try {
            if (value instanceof List<?> list) {
                ((List<Object>) list).add("added by the job");
            } else if (value instanceof Map<?, ?> map) {
                ((Map<Object, Object>) map).put("added", "by the job");
            }
            changed.add(name);
        } catch (UnsupportedOperationException e) {
            return;
        }
    }

    private static void failing(JobRegistry jobs) {
        jobs.register("Fail", () -> context -> boom(context.args().get(0)));
        jobs.register("Mute", () -> context -> {
            throw new IllegalStateException();
        });
        jobs.register("BadMessage", () -> context -> {
            throw new BadMessage();
        });
        jobs.register("Interrupted", () -> context -> {
            throw new InterruptedException("by itself");
        });
        jobs.register("Throwable", () -> context -> TckJobs.<RuntimeException>sneak(new Throwable("neither")));
        jobs.register("Overflow", () -> context -> overflow(0));
        jobs.register("NoClass", () -> context -> {
            throw new NoClassDefFoundError("com/example/Missing");
        });
        jobs.register("BadResult", () -> context -> context.result(new Object()));
        jobs.register("Unmade", () -> {
            throw new IllegalStateException("cannot be made");
        });
        jobs.register("Veto", () -> context -> {
            throw new DontPerformException("not now");
        });
    }

    private static String place(JobContext context) {
        return context.queue() + " " + context.jobClass() + " " + context.id().orElse("no id");
    }

    private static void boom(@Nullable Object argument) {
        throw new IllegalStateException("boom " + argument);
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static boolean note(JobContext context, String note) {
        return context.enqueue(NOTES, "Note", note, (long) context.args().size());
    }

    /** Runs until the kit releases its first argument; its result says whether it was cancelled. */
    private static void untilReleased(JobContext context) {
        List<@Nullable Object> before = seen(context);
        context.result(before);
        boolean cancelledAtOnce = context.isCancelled();
        start(context);
        while (!isReleased(context)) {
            LockSupport.parkNanos(1_000_000);
        }
        if (!seen(context).equals(before)) {
            throw new IllegalStateException("was " + before + " and became " + seen(context));
        }
        if (context.isCancelled()) {
            context.result(cancelledAtOnce ? "cancelled from the start" : "cancelled");
        }
    }

    /** Runs until it is cancelled, or until the kit releases it, in case cancelling does not work. */
    private static void untilCancelled(JobContext context) {
        start(context);
        while (!context.isCancelled() && !isReleased(context)) {
            LockSupport.parkNanos(1_000_000);
        }
        context.result(context.isCancelled() ? "cancelled" : "not cancelled");
    }

    /** Runs until it is cancelled. It asks nothing of the kit, since an interrupt could break the answer. */
    private static void untilLate(JobContext context) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!context.isCancelled() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        context.result(context.isCancelled() ? "cancelled" : "not cancelled");
    }

    private static void start(JobContext context) {
        note(context, "running " + context.args().get(0));
    }

    private static boolean isReleased(JobContext context) {
        return context.enqueue(GATE, "Ask", context.args().get(0));
    }

    private static List<@Nullable Object> seen(JobContext context) {
        return List.of(place(context), context.args().asList());
    }

    /** Reports its steps, and throws or vetoes in the steps that its arguments name. */
    private static final class Steps implements Job {
        @Override
        public void setUp(JobContext context) {
            step(context, "setUp");
        }

        @Override
        public void perform(JobContext context) {
            step(context, "perform");
        }

        @Override
        public void tearDown(JobContext context) {
            step(context, "tearDown");
        }

        private static void step(JobContext context, String step) {
            note(context, step);
            if (context.args().asList().contains(step)) {
                throw new IllegalStateException("told to throw in " + step);
            }
            if (context.args().asList().contains("veto " + step)) {
                throw new DontPerformException("told to veto in " + step);
            }
        }
    }

    /**
     * Reports events, throws and vetoes as {@link Steps} does, and proceeds a second time, or not at all, if an argument
     * says so.
     */
    private static final class Hearing implements ResqueListener {
        private final String name;

        Hearing(String name) {
            this.name = name;
        }

        private void hear(JobContext job, String event) {
            if (job.jobClass().startsWith("Heard")) {
                Steps.step(job, event + " " + name);
            }
        }

        @Override
        public void beforePerform(JobContext job) {
            hear(job, "before");
        }

        @Override
        public void aroundPerform(JobContext job, Run run) throws Exception {
            hear(job, "around");
            if (job.jobClass().equals("Heard") && job.args().asList().contains("skip " + name)) {
                return;
            }
            run.proceed();
            if (job.jobClass().equals("Heard") && job.args().asList().contains("twice " + name)) {
                run.proceed();
            }
            hear(job, "around back");
        }

        @Override
        public void afterPerform(JobContext job) {
            hear(job, "after");
        }

        @Override
        public void onFailure(JobContext job, Throwable failure) {
            hear(job, "failure");
        }
    }

    /** Its result says which methods were called on this instance, and on how many threads. */
    private static final class Fields implements Job {
        private final List<String> calls = new ArrayList<>();
        private final Map<Thread, Boolean> threads = new IdentityHashMap<>();

        @Override
        public void setUp(JobContext context) {
            call(context, "setUp");
        }

        @Override
        public void perform(JobContext context) {
            call(context, "perform");
        }

        @Override
        public void tearDown(JobContext context) {
            call(context, "tearDown");
        }

        private void call(JobContext context, String name) {
            calls.add(name);
            threads.put(Thread.currentThread(), true);
            context.result(calls + " on " + threads.size() + (threads.size() == 1 ? " thread" : " threads"));
        }
    }

    private static final class BadMessage extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("no message from here");
        }
    }
}
