package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.InvalidJobException;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobState;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the methods of a throwable do, the failure is recorded once, under its class, and the worker goes on. */
@Timeout(60)
class WeirdThrowablesTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;

    @AfterEach
    void close() {
        fixture.close();
    }

    private Map<String, FailedJob> failures() {
        Map<String, FailedJob> failures = new TreeMap<>();
        for (FailedJob failed : resque.failures().newest(FailureFilter.all(), 0, 100)) {
            assertThat(failures.put(failed.jobClass(), failed))
                    .as(failed.jobClass())
                    .isNull();
        }
        return failures;
    }

    private static void told(FailedJob failed, WeirdThrowables.Weird weird) {
        assertThat(failed.exception()).isEqualTo(weird.type().getName());
        assertThat(failed.error()).isEqualTo(weird.message());
        assertThat(String.join("\n", failed.backtrace())).contains(weird.frame());
    }

    @Test
    void whatAJobThrowsIsRecordedUnderItsClass() {
        Map<String, WeirdThrowables.Weird> all = WeirdThrowables.all();
        WorkerBuilder builder = resque.workerBuilder("q");
        all.forEach((name, weird) -> builder.register(name, weird::job));
        all.keySet().forEach(name -> resque.enqueue("q", name));
        assertThat(builder.drain()).isEqualTo(all.size());
        Map<String, FailedJob> failures = failures();
        assertThat(failures).containsOnlyKeys(all.keySet());
        all.forEach((name, weird) -> told(failures.get(name), weird));
    }

    @Test
    void whatIsThrownAroundAJobIsRecordedUnderItsClassToo() {
        Map<String, WeirdThrowables.Weird> all = WeirdThrowables.all();
        WorkerBuilder builder = resque.workerBuilder("q").listen(new ResqueListener() {
            @Override
            public void beforePerform(JobContext job) throws Exception {
                all.get(job.jobClass()).job().perform(job);
            }

            @Override
            public void onFailure(JobContext job, Throwable failure) {
                throw new WeirdThrowables.Nothing();
            }
        });
        all.keySet().forEach(name -> builder.register(name, () -> context -> {}));
        all.keySet().forEach(name -> resque.enqueue("q", name));
        assertThat(builder.drain()).isEqualTo(all.size());
        Map<String, FailedJob> failures = failures();
        assertThat(failures).containsOnlyKeys(all.keySet());
        all.forEach((name, weird) -> assertThat(failures.get(name).exception())
                .isEqualTo(weird.type().getName()));
    }

    /** Logback reads all of a throwable in the thread that logs, and a chain of causes by recursion. */
    @Test
    void listenersSinksAndExecutorsThatThrowThemKeepNoWorkerFromItsJobs() {
        List<WeirdThrowables.Weird> all = WeirdThrowables.all().values().stream()
                .filter(weird -> weird.type() != WeirdThrowables.EndlessCause.class) // it takes logback seconds
                .toList();
        AtomicInteger next = new AtomicInteger();
        try (Resque other = Resque.builder()
                        .url(CoreRedis.SERVER.url())
                        .namespace(fixture.namespace)
                        .serializer("gson")
                        .failureSink(failed -> thrown(all.get(next.get())))
                        .build();
                CapturedLog log = new CapturedLog(Worker.class)) {
            for (; next.get() < all.size(); next.incrementAndGet()) {
                other.enqueue("q", "Boom");
                assertThat(other.workerBuilder("q")
                                .register("Boom", () -> context -> {
                                    throw new IllegalStateException("boom");
                                })
                                .listen(new ResqueListener() {
                                    @Override
                                    public void queueEmpty(List<String> workers) {
                                        thrown(all.get(next.get()));
                                    }
                                })
                                .drain())
                        .isOne();
            }
            assertThat(log.lines())
                    .filteredOn(line -> line.endsWith(" threw; it changes nothing"))
                    .hasSizeGreaterThanOrEqualTo(all.size());
            assertThat(log.lines())
                    .filteredOn(line -> line.endsWith(" threw; the record is in Redis"))
                    .hasSizeGreaterThanOrEqualTo(all.size());
        }
        assertThat(fixture.failures()).hasSize(all.size());
    }

    /** Also what the compiler of Java would not let it throw. */
    private static void thrown(WeirdThrowables.Weird weird) {
        try {
            weird.job().perform(null);
        } catch (Throwable e) {
            throw WeirdThrowablesTest.<RuntimeException>asIs(e);
        }
    }

    private static <T extends Throwable> T asIs(Throwable thrown) throws T {
        @SuppressWarnings("unchecked")
        T as = (T) thrown;
        throw as;
    }

    @Test
    void anExecutorOrAListenerOfDeathsThatThrowsThemFailsItsJobOnly() {
        JobExecutor dying = new JobExecutor() {
            @Override
            public boolean forks() {
                return true;
            }

            @Override
            public JobOutcome run(JobRequest request) {
                if (request.jobClass().equals("Died")) {
                    return new JobOutcome.Died("a death");
                }
                throw new WeirdThrowables.Nothing();
            }

            @Override
            public void cancel(JobRequest request) {}

            @Override
            public void close() {
                throw new WeirdThrowables.Nothing();
            }
        };
        resque.enqueue("q", "Died");
        resque.enqueue("q", "Thrown");
        resque.enqueue("q", "Fork");
        assertThat(resque.workerBuilder("q")
                        .register("Died", () -> context -> {})
                        .executor(new MadeExecutor(dying))
                        .listen(new ResqueListener() {
                            @Override
                            public void beforeFork(String worker, JobInfo job) {
                                if (job.jobClass().equals("Fork")) {
                                    throw new WeirdThrowables.Nothing();
                                }
                            }

                            @Override
                            public void onDirtyExit(String worker, JobInfo job, String cause) {
                                throw new WeirdThrowables.Nothing();
                            }
                        })
                        .drain())
                .isEqualTo(3);
        Map<String, FailedJob> failures = failures();
        assertThat(failures).containsOnlyKeys("Died", "Thrown", "Fork");
        assertThat(failures.get("Died").exception()).isEqualTo("Resque::DirtyExit");
        assertThat(failures.get("Died").error()).startsWith("a death; and a listener that was told of it threw ");
        assertThat(failures.get("Thrown").exception()).isEqualTo(WeirdThrowables.Nothing.class.getName());
        assertThat(failures.get("Fork").exception()).isEqualTo(WeirdThrowables.Nothing.class.getName());
    }

    /** Throws wherever it is looked at. */
    private static final class BadValue extends AbstractMap<String, Object> {
        @Override
        public Set<Entry<String, Object>> entrySet() {
            throw new WeirdThrowables.Nothing();
        }

        @Override
        public int hashCode() {
            throw new WeirdThrowables.Nothing();
        }

        @Override
        public boolean equals(Object other) {
            throw new WeirdThrowables.Nothing();
        }

        @Override
        public String toString() {
            throw new WeirdThrowables.Nothing();
        }
    }

    @Test
    void suppliersAndResultsThatCannotBeHadFailTheirJob() {
        Map<String, Supplier<io.resque.api.Job>> jobs = new TreeMap<>(Map.of(
                "NullJob", () -> null,
                "NoJob",
                        () -> {
                            throw new WeirdThrowables.Nothing();
                        },
                "NotANumber", () -> context -> context.result(Double.NaN),
                "AnObject", () -> context -> context.result(new Object()),
                "HalfAPair", () -> context -> context.result("\uDC00"),
                "BadMap", () -> context -> context.result(new BadValue()),
                "BadKey", () -> context -> context.result(Map.of(new StringBuilder("k"), 1)),
                "BadArgument", () -> context -> context.enqueue("q", "Other", new BadValue())));
        WorkerBuilder builder = resque.workerBuilder("q");
        jobs.forEach(builder::register);
        Map<String, String> tokens = new TreeMap<>();
        jobs.keySet()
                .forEach(name ->
                        tokens.put(name, resque.enqueueTracked("q", name).orElseThrow()));
        assertThat(builder.drain()).isEqualTo(jobs.size());
        Map<String, FailedJob> failures = failures();
        assertThat(failures).containsOnlyKeys(jobs.keySet());
        tokens.values()
                .forEach(token ->
                        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.FAILED));
        assertThat(failures.get("NullJob").error()).contains("gave null");
        assertThat(failures.get("NoJob").exception()).isEqualTo(WeirdThrowables.Nothing.class.getName());
        assertThat(failures.get("BadMap").exception()).isEqualTo(WeirdThrowables.Nothing.class.getName());
        for (String name : List.of("NotANumber", "AnObject", "HalfAPair", "BadKey")) {
            assertThat(failures.get(name).exception()).isEqualTo(InvalidJobException.class.getName());
        }
    }

    @Test
    void aConverterThatThrowsThemIsNamed() {
        try (Resque converting = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .argument(StringBuilder.class, text -> {
                    throw new WeirdThrowables.NullMessage();
                })
                .build()) {
            assertThatThrownBy(() -> converting.enqueue("q", "Any", new StringBuilder()))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("whose converter threw " + WeirdThrowables.NullMessage.class.getName());
        }
    }

    @Test
    void aModuleWhoseRegisterThrowsOneThrowsItToTheCaller() {
        assertThatThrownBy(() -> resque.workerBuilder("q").module(jobs -> {
                    throw new WeirdThrowables.BadCause();
                }))
                .satisfies(thrown -> assertThat(thrown.getClass()).isEqualTo(WeirdThrowables.BadCause.class));
    }
}
