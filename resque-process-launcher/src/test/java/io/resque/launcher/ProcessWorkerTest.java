package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.JobType;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real worker on a real Redis that runs its jobs in child processes. */
@Timeout(60)
class ProcessWorkerTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    @AfterEach
    void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private String stat(String name) {
        return String.valueOf(redis.text("GET", namespace + ":stat:" + name));
    }

    private JobStatus ended(String token) {
        await().until(() -> {
            JobState state = resque.status(token).orElseThrow().state();
            return state == JobState.FAILED || state == JobState.COMPLETE;
        });
        return resque.status(token).orElseThrow();
    }

    @Test
    void aDeathIsADirtyExitAndTheNextJobRuns() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Worker worker = resque.workerBuilder("q")
                .module(new DirtyJobs())
                .executor("process")
                .listen(new ResqueListener() {
                    @Override
                    public void beforeFork(String id, JobInfo job) {
                        told.add("beforeFork " + job.jobClass());
                    }

                    @Override
                    public void onDirtyExit(String id, JobInfo job, String cause) {
                        told.add("onDirtyExit " + job.jobClass());
                    }
                })
                .start()) {
            String died = resque.enqueueTracked("q", "Signal", "KILL").orElseThrow();
            String good = resque.enqueueTracked("q", "Good").orElseThrow();
            String left = resque.enqueueTracked("q", "Exit", 0).orElseThrow();
            String failed = resque.enqueueTracked("q", "Overflow").orElseThrow();

            assertThat(ended(died).state()).isEqualTo(JobState.FAILED);
            assertThat(ended(good).state()).isEqualTo(JobState.COMPLETE);
            assertThat(ended(left).state()).isEqualTo(JobState.COMPLETE);
            assertThat(ended(failed).state()).isEqualTo(JobState.FAILED);

            List<String> records = redis.texts("LRANGE", namespace + ":failed", "0", "-1");
            assertThat(records).hasSize(2);
            assertThat(records.get(0))
                    .contains("\"exception\":\"Resque::DirtyExit\"")
                    .containsPattern("\"error\":\"The child process \\d+ was killed by signal 9 \\(SIGKILL\\)\"")
                    .contains("\"queue\":\"q\"", "\"backtrace\":[]");
            assertThat(records.get(1)).contains("\"exception\":\"java.lang.StackOverflowError\"");
            assertThat(stat("processed")).isEqualTo("4");
            assertThat(stat("failed")).as("as Ruby, a death is not counted").isEqualTo("1");
            assertThat(told)
                    .containsExactly(
                            "beforeFork Signal",
                            "onDirtyExit Signal",
                            "beforeFork Good",
                            "beforeFork Exit",
                            "beforeFork Overflow");
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void theJobsOfAStreamInAChildAreDueTogether() {
        resque.enqueue("q", "LaterStream");
        resque.workerBuilder("q").module(new WorkJobs()).executor("process").drain();
        assertThat(resque.failures().oldest(FailureFilter.all(), 0, 1)).isEmpty();
        assertThat(resque.delayed().count()).isEqualTo(1_001);
        assertThat(redis.texts("ZRANGE", namespace + ":delayed_queue_schedule", "0", "-1"))
                .hasSize(1);
    }

    @Test
    void aJobInAChildDelaysJobs() {
        resque.enqueue("q", "Later", 1_893_456_000L);
        resque.workerBuilder("q").module(new WorkJobs()).executor("process").drain();
        assertThat(resque.failures().oldest(FailureFilter.all(), 0, 1)).isEmpty();
        List<String> items = redis.texts("LRANGE", namespace + ":delayed:1893456000", "0", "-1");
        assertThat(items).hasSize(4);
        assertThat(items.subList(0, 3))
                .containsExactly(
                        "{\"class\":\"B\",\"args\":[1],\"queue\":\"later\"}",
                        "{\"class\":\"B\",\"args\":[2],\"queue\":\"later\"}",
                        "{\"class\":\"B\",\"args\":[3],\"queue\":\"later\"}");
        assertThat(items.get(3))
                .startsWith("{\"class\":\"B\",\"args\":[4],\"queue\":\"later\",\"id\":\"own\",\"queue_time\":");
        assertThat(resque.status("own").orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(redis.texts("LRANGE", namespace + ":queue:later", "0", "-1"))
                .singleElement()
                .asString()
                .contains("later than 3653 days from now");
    }

    @Test
    void aChildSeesTheMetadataOfAPayload() {
        String rubys = "{\"class\":\"Trace\",\"args\":[],\"traceparent\":\"00-ab-cd-01\",\"baggage\":\"k=v\"}";
        redis.call("RPUSH", namespace + ":queue:q", rubys);
        List<JobInfo> told = new CopyOnWriteArrayList<>();
        resque.enqueueTracked("q", JobSpec.of("Trace").withMetadata("app", Map.of("n", List.of(1.5))));
        Instant queuedAt = resque.inspector().peek("q", 1, 1).get(0).queuedAt().orElseThrow();
        resque.workerBuilder("q")
                .module(new WorkJobs())
                .executor(ProcessJobExecutor.builder().jobsPerFork(2).build())
                .listen(new ResqueListener() {
                    @Override
                    public void beforeFork(String id, JobInfo job) {
                        told.add(job);
                    }
                })
                .drain();
        List<FailedJob> failed = resque.failures().oldest(FailureFilter.all(), 0, 2);
        assertThat(failed)
                .extracting(FailedJob::error)
                .containsExactly(
                        "{traceparent=00-ab-cd-01, baggage=k=v} Optional.empty",
                        "{app={n=[1.5]}} Optional[" + queuedAt + "]");
        assertThat(failed.get(0).metadata())
                .isEqualTo(Map.of("traceparent", "00-ab-cd-01", "baggage", "k=v"))
                .isEqualTo(told.get(0).metadata());
        assertThat(told.get(1).queuedAt()).contains(queuedAt);
    }

    @Test
    void aChildShowsWhatItRunsWhereRubyLooksForIt() {
        assumeTrue(Files.isWritable(Path.of("/proc/self/mem")), "Titles need /proc, which is not here");
        try (Worker worker = resque.workerBuilder("q r")
                .module(new WorkJobs())
                .executor(ProcessJobExecutor.builder().jobsPerFork(2).build())
                .start()) {
            for (int i = 0; i < 2; i++) {
                String token = resque.enqueueTracked("q r", "Ps").orElseThrow();
                assertThat(String.valueOf(ended(token).result()).replace("\0", ""))
                        .matches("resque-\\S+: Processing q r since \\d{10} \\[Ps\\]");
            }
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void severalAtOnceAndWhatTheyEnqueue() {
        try (Worker worker = resque.workerBuilder("q", "other")
                .module(new WorkJobs())
                .concurrency(4)
                .executor(ProcessJobExecutor.builder().jobsPerFork(5).build())
                .start()) {
            for (int i = 0; i < 20; i++) {
                resque.enqueue("q", "Enqueue", "Noop");
            }
            String token = resque.enqueueTracked("q", "Typed", Map.of("name", "Chris", "age", 42))
                    .orElseThrow();
            await().atMost(Duration.ofSeconds(40)).until(() -> stat("processed").equals("41"));
            assertThat(ended(token).result()).isEqualTo("Chris 42");
            assertThat(redis.texts("LRANGE", namespace + ":failed", "0", "-1")).isEmpty();
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void typedJobsInChildren() {
        WorkJobs.Welcome welcome = new WorkJobs.Welcome(42, "Chris", Instant.EPOCH, Optional.of(WorkJobs.Locale.EN));
        try (Worker worker = resque.workerBuilder("q", "copies")
                .module(new WorkJobs())
                .executor(ProcessJobExecutor.builder()
                        .jobsPerFork(5)
                        .javaOptions("--add-opens", "java.base/java.lang=ALL-UNNAMED")
                        .build())
                .start()) {
            String token = resque.enqueueTracked(WorkJobs.WELCOME, welcome).orElseThrow();
            String wrong = resque.enqueueTracked("q", "WelcomeMail", 42, 7, "1970-01-01T00:00:00Z")
                    .orElseThrow();
            assertThat(ended(token).result()).isEqualTo("Chris 1970-01-01T00:00:00Z false");
            assertThat(ended(wrong).state()).isEqualTo(JobState.FAILED);
            await().until(() -> stat("processed").equals("3"));
            assertThat(worker.isRunning()).isTrue();
        }
        assertThat(redis.texts("LRANGE", namespace + ":queue:raw", "0", "-1"))
                .containsExactly("{\"class\":\"Raw\",\"args\":[\"EN\",\"FR\",{\"name\":\"é\",\"age\":7}]}");
        assertThat(redis.texts("LRANGE", namespace + ":failed", "0", "-1"))
                .singleElement()
                .asString()
                .contains("\"exception\":\"io.resque.api.JobArgumentException\"")
                .contains("\"error\":\"Argument 1 (name) of WelcomeMail is a number, not a string\"");
    }

    @Test
    void theBytesOfATypedJobThatAChildEnqueues() {
        WorkJobs.Welcome welcome = new WorkJobs.Welcome(42, "Chris", Instant.EPOCH, Optional.empty());
        resque.enqueue(WorkJobs.WELCOME, welcome);
        assertThat(redis.texts("LRANGE", namespace + ":queue:q", "0", "-1"))
                .containsExactly("{\"class\":\"WelcomeMail\",\"args\":[42,\"Chris\",\"1970-01-01T00:00:00Z\",null]}");
        resque.workerBuilder("q").module(new WorkJobs()).executor("process").drain();
        assertThat(redis.texts("LRANGE", namespace + ":queue:copies", "0", "-1"))
                .containsExactly("{\"class\":\"Copy\",\"args\":[{\"user\":42,\"name\":\"Chris\","
                        + "\"at\":\"1970-01-01T00:00:00Z\",\"locale\":null}]}");
    }

    @Test
    void aJobInAChildEnqueuesWithMetadata() {
        resque.enqueue("q", JobSpec.of("Hand").withMetadata("traceparent", "00-1"));
        resque.workerBuilder("q").module(new WorkJobs()).executor("process").drain();
        assertThat(redis.texts("LRANGE", namespace + ":queue:other", "0", "-1"))
                .containsExactly(
                        "{\"class\":\"Handed\",\"args\":[1],\"traceparent\":\"00-1\",\"size\":{\"locale\":\"EN\"}}");
    }

    /** A type that needs a converter of the builder, which a child does not have. */
    public static final class NeedsBuilder implements JobModule {
        /** A component that JSON does not have. */
        record At(Instant at) {}

        @Override
        public void register(JobRegistry jobs) {
            jobs.register(JobType.of("At", "q", At.class), (at, context) -> {});
        }
    }

    @Test
    void aTypeWhoseConverterNoChildHasIsRefusedAtTheStart() {
        try (Resque converting = Resque.builder()
                .url(SERVER.url())
                .namespace(namespace)
                .argument(Instant.class, Instant::toString, Instant::parse)
                .build()) {
            assertThatThrownBy(() -> converting
                            .workerBuilder("q")
                            .module(new NeedsBuilder())
                            .executor("process")
                            .start())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("A child process cannot run the jobs")
                    .hasMessageContaining("At.at is a java.time.Instant")
                    .hasMessageContaining("JobType.argument(Instant.class, Instant::toString, Instant::parse)");
        }
    }

    /** Of a record and of an enum, which would be sent without a converter, too, but in another form. */
    public static final class ConvertedByBuilder implements JobModule {
        /**
         * A record.
         *
         * @param amount how much
         */
        public record Money(int amount) {
            static Money parse(String text) {
                return new Money(Integer.parseInt(text.split(" ")[0]));
            }

            String text() {
                return amount + " EUR";
            }
        }

        /** An enum. */
        public enum Size {
            /** The only one. */
            SMALL {
                @Override
                public String toString() {
                    return "small";
                }
            }
        }

        private record Pay(Optional<List<Money>> fees) {}

        @Override
        public void register(JobRegistry jobs) {
            jobs.register(
                    JobType.of("Own", "q", Pay.class).argument(Money.class, Money::text, Money::parse),
                    (pay, context) -> context.enqueue(
                            "sent", "Sent", pay.fees().orElseThrow().get(0).text()));
            jobs.register("Enqueue", () -> context -> context.enqueue("sent", "Sent", List.of(new Money(5))));
            jobs.register("Result", () -> context -> context.result(Map.of("size", Size.SMALL)));
        }
    }

    /** A type without a converter of its own. */
    public static final class TypeOfBuilder implements JobModule {
        @Override
        public void register(JobRegistry jobs) {
            jobs.register(JobType.of("Pay", "q", ConvertedByBuilder.Pay.class), (pay, context) -> {});
        }
    }

    /** Jobs that use their contexts elsewhere than in themselves. */
    public static final class Straying implements JobModule {
        private static final AtomicReference<JobContext> KEPT = new AtomicReference<>();
        private static final AtomicReference<Enqueuer> LATER = new AtomicReference<>();

        @Override
        public void register(JobRegistry jobs) {
            jobs.register("Keep", () -> context -> {
                KEPT.set(context);
                LATER.set(context.in(Duration.ofHours(1)));
                FutureTask<Boolean> task = new FutureTask<>(() -> context.enqueue("sent", "WhileItRuns"));
                new Thread(task, "helper").start();
                context.result(task.get());
            });
            jobs.register("Use", () -> context -> {
                JobContext ended = Objects.requireNonNull(KEPT.get());
                List<String> refusals = new ArrayList<>();
                for (Enqueuer each : List.of(ended, Objects.requireNonNull(LATER.get()))) {
                    try {
                        each.enqueue("sent", "Late");
                    } catch (IllegalStateException e) {
                        refusals.add(ended.jobClass() + ": " + e.getMessage());
                    }
                }
                context.result(refusals);
            });
        }
    }

    @Test
    void aChildRefusesTheContextOfAJobThatHasEndedAndTakesItOnAnotherThreadUntilThen() {
        String keep = resque.enqueueTracked("q", "Keep").orElseThrow();
        String use = resque.enqueueTracked("q", "Use").orElseThrow();
        resque.workerBuilder("q")
                .module(new Straying())
                .executor(ProcessJobExecutor.builder().jobsPerFork(2).build())
                .drain();
        assertThat(resque.status(keep).orElseThrow().result()).isEqualTo(true);
        String refusal = "Keep: The context of a Keep was used after the job had ended; use it while the job runs, or"
                + " enqueue by a Resque";
        assertThat(resque.status(use).orElseThrow().result())
                .as("of the context, and of its enqueuer for later")
                .isEqualTo(List.of(refusal, refusal));
        assertThat(redis.texts("LRANGE", namespace + ":queue:sent", "0", "-1"))
                .containsExactly("{\"class\":\"WhileItRuns\",\"args\":[]}");
    }

    private Resque converting() {
        return Resque.builder()
                .url(SERVER.url())
                .namespace(namespace)
                .argument(
                        ConvertedByBuilder.Money.class, ConvertedByBuilder.Money::text, ConvertedByBuilder.Money::parse)
                .argument(ConvertedByBuilder.Size.class, ConvertedByBuilder.Size::toString)
                .build();
    }

    @Test
    void aTypeWithARecordThatOnlyTheWorkerConvertsIsRefusedAtTheStart() {
        try (Resque converting = converting()) {
            assertThatThrownBy(() -> converting
                            .workerBuilder("q")
                            .module(new TypeOfBuilder())
                            .executor("process")
                            .start())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("A child process cannot run the jobs")
                    .hasMessageContaining("Arguments of \"Pay\": " + ConvertedByBuilder.Money.class.getName()
                            + " has a converter of Resque.builder(), which child processes do not have; give the type one:"
                            + " JobType.argument(Money.class, …, …)");
        }
    }

    @Test
    void aValueThatOnlyTheWorkerConvertsDoesNotCross() {
        try (Resque converting = converting()) {
            converting.enqueue("q", "Enqueue");
            converting.enqueue("q", "Result");
            converting.enqueue("q", "Own", List.of("7 EUR"));
            converting
                    .workerBuilder("q")
                    .module(new ConvertedByBuilder())
                    .executor("process")
                    .drain();
        }
        assertThat(redis.texts("LRANGE", namespace + ":failed", "0", "-1"))
                .hasSize(2)
                .allMatch(failure -> failure.contains("\"exception\":\"io.resque.api.InvalidJobException\"")
                        && failure.contains(
                                "only the worker has its converter of Resque.builder(); send the JSON value, or"))
                .anyMatch(failure -> failure.contains("JobType.argument(Money.class, "))
                .anyMatch(failure -> failure.contains("JobType.argument(Size.class, "));
        assertThat(redis.texts("LRANGE", namespace + ":queue:sent", "0", "-1"))
                .containsExactly("{\"class\":\"Sent\",\"args\":[\"7 EUR\"]}");
    }

    @Test
    void aWorkerThatIsStoppedKillsWhatDoesNotEnd() {
        Worker worker = resque.workerBuilder("q")
                .module(new DirtyJobs())
                .executor(new ProcessJobExecutor())
                .start();
        String token = resque.enqueueTracked("q", "Spin").orElseThrow();
        await().until(() -> resque.status(token).orElseThrow().state() == JobState.RUNNING);
        assertThat(worker.stop(Duration.ZERO)).isTrue();
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.FAILED);
        assertThat(redis.texts("LRANGE", namespace + ":failed", "0", "-1"))
                .hasSize(1)
                .first()
                .asString()
                .contains("Resque::DirtyExit", "told to stop");
    }

    @Test
    void aJobInAChildEnqueuesAllThatAResqueDoes() {
        try (Worker worker = resque.workerBuilder("q")
                .module(new WorkJobs())
                .executor("process")
                .start()) {
            JobStatus end = ended(resque.enqueueTracked("q", "EnqueueAll").orElseThrow());
            assertThat(end.result())
                    .as(resque.failures().newest(FailureFilter.all(), 0, 1).toString())
                    .isEqualTo(List.of(
                            "own",
                            2L,
                            1_500L,
                            2L,
                            true,
                            true,
                            2L,
                            2L,
                            "JobIdTakenException",
                            "InvalidJobException",
                            "Argument 0 of B is NaN, which JSON does not have; send null or a string; before these, 1000 jobs of"
                                    + " the stream were written"));
            assertThat(resque.inspector().queueSize("streamed")).isEqualTo(1_000);
            assertThat(resque.inspector().queueSize("more")).isEqualTo(1 + 2 + 1_500 + 2 + 1 + 1 + 2 + 2);
            assertThat(resque.status("own").orElseThrow().state()).isEqualTo(JobState.WAITING);
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void jobsOfThisProcessAloneAreRefusedBeforeAnythingIsRegistered() {
        assertThatThrownBy(() -> resque.workerBuilder("q")
                        .module(new WorkJobs())
                        .register("Here", () -> context -> {})
                        .executor("process")
                        .start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"Here\"");
        // A child could create the module's class, but not by this factory.
        assertThatThrownBy(() -> resque.workerBuilder("q")
                        .module(new WorkJobs())
                        .factory(type -> (Job) context -> {})
                        .executor("process")
                        .start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("\"ByClass\"");
        assertThat(redis.texts("SMEMBERS", namespace + ":workers")).isEmpty();
    }
}
