package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.DontCreateException;
import io.resque.api.DontPerformException;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.Listeners;
import io.resque.api.ResqueException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.core.internal.execution.InThreadExecutor;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListenersTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Notes every event, and throws in one of them. */
    private class Noting implements ResqueListener {
        private final String throwing;
        private final RuntimeException thrown;

        Noting(String throwing, RuntimeException thrown) {
            this.throwing = throwing;
            this.thrown = thrown;
        }

        private void note(String event) {
            told.add(event);
            if (event.equals(throwing)) {
                throw thrown;
            }
        }

        @Override
        public void beforeEnqueue(JobInfo job) {
            note("beforeEnqueue");
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            note("afterEnqueue");
        }

        @Override
        public void beforeFirstFork(List<String> queues) {
            note("beforeFirstFork");
        }

        @Override
        public void beforeFork(String worker, JobInfo job) {
            note("beforeFork");
        }

        @Override
        public void onDirtyExit(String worker, JobInfo job, String cause) {
            note("onDirtyExit");
        }

        @Override
        public void queueEmpty(List<String> workers) {
            note("queueEmpty");
        }

        @Override
        public void shutdown(List<String> workers) {
            note("shutdown");
        }

        @Override
        public void workerExit(List<String> workers) {
            note("workerExit");
        }

        @Override
        public void beforePerform(JobContext job) {
            note("beforePerform");
        }

        @Override
        public void aroundPerform(JobContext job, Run run) throws Exception {
            note("aroundPerform");
            run.proceed();
        }

        @Override
        public void afterPerform(JobContext job) {
            note("afterPerform");
        }

        @Override
        public void onFailure(JobContext job, Throwable failure) {
            note("onFailure");
        }
    }

    private static final JobModule MODULE = new JobModule() {
        @Override
        public void register(JobRegistry jobs) {
            jobs.register("Good", () -> context -> context.result("done")).register("Bad", () -> context -> {
                throw new IllegalStateException("boom");
            });
        }
    };

    /** In the thread, but telling the worker that it forks; and dying where told to. */
    private static JobExecutorProvider forking(boolean dying) {
        return new JobExecutorProvider() {
            @Override
            public String name() {
                return "forking";
            }

            @Override
            public int portsVersion() {
                return PORTS_VERSION;
            }

            @Override
            public JobExecutor open(JobExecutorHost host) {
                InThreadExecutor thread = new InThreadExecutor(host);
                return new JobExecutor() {
                    @Override
                    public JobOutcome run(JobRequest request) {
                        return dying ? new JobOutcome.Died("killed by signal 9") : thread.run(request);
                    }

                    @Override
                    public boolean forks() {
                        return true;
                    }

                    @Override
                    public void cancel(JobRequest request) {}

                    @Override
                    public void close() {
                        thread.close();
                    }
                };
            }
        };
    }

    private String left(Optional<String> token) {
        TreeMap<String, Object> keys = new TreeMap<>();
        fixture.dump().forEach((key, value) -> {
            String name = key.substring(fixture.namespace.length() + 1);
            boolean asRegistered = name.startsWith("stat:") && value.equals("0");
            if (!name.startsWith("job:") && !name.equals("queues") && !asRegistered) {
                keys.put(
                        name,
                        value instanceof List<?> list
                                ? list.size() + (name.equals("failed") ? " " + told(list.get(0)) : "")
                                : value);
            }
        });
        return "status " + token.flatMap(resque::status).map(JobStatus::state).orElse(null) + " " + keys;
    }

    private static String told(Object record) {
        return record.toString().replaceAll("(?s).*\"exception\":\"([^\"]*)\",\"error\":\"([^\"]*)\".*", "$1: $2");
    }

    private String run(String throwing, RuntimeException thrown, String job, boolean dying) {
        resque.listen(new Noting(throwing, thrown));
        Optional<String> token = Optional.empty();
        String threw = "";
        try {
            token = resque.enqueueTracked("q", job);
        } catch (IllegalArgumentException e) {
            threw = "; enqueue threw " + e.getMessage();
        }
        WorkerBuilder worker = resque.workerBuilder("q").module(MODULE);
        if (!throwing.startsWith("before") || throwing.equals("beforeFork")) {
            worker.executor(forking(dying));
        }
        try {
            worker.drain();
        } catch (IllegalArgumentException e) {
            threw = "; start threw " + e.getMessage();
        }
        String left = left(token);
        System.out.printf(
                "%-16s %-20s %-5s -> %s%s%n", throwing, thrown.getClass().getSimpleName(), job, left, threw);
        return left + threw;
    }

    private String run(String throwing, String job) {
        return run(throwing, new IllegalArgumentException("thrown in " + throwing), job, false);
    }

    private static final String GOOD = "status COMPLETE {stat:processed=1}";

    @ParameterizedTest
    @ValueSource(strings = {"queueEmpty", "workerExit", "onFailure"})
    void whatTheseThrowChangesNothingForAJobThatIsGood(String event) {
        assertThat(run(event, "Good")).isEqualTo(GOOD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"beforePerform", "aroundPerform", "afterPerform", "beforeFork"})
    void whatTheseThrowIsTheFailureOfTheJob(String event) {
        assertThat(run(event, "Good"))
                .isEqualTo("status FAILED {failed=1 java.lang.IllegalArgumentException: thrown in " + event
                        + ", stat:failed=1, stat:processed=1}");
        assertThat(told).contains("queueEmpty", "workerExit").doesNotContain("onDirtyExit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"beforePerform", "aroundPerform", "afterPerform"})
    void aVetoOfTheJobLeavesItComplete(String event) {
        assertThat(run(event, new DontPerformException("no"), "Good", false)).isEqualTo(GOOD);
        assertThat(told).doesNotContain("onFailure");
    }

    @Test
    void aVetoBeforeTheForkIsTheFailureOfTheJob() {
        assertThat(run("beforeFork", new DontPerformException("no"), "Good", false))
                .startsWith("status FAILED {failed=1 ")
                .contains("DontPerformException: no, which is a veto in beforePerform and a failure here");
    }

    @Test
    void aThrowingOnFailureLeavesTheFailureWithBoth() {
        assertThat(run("onFailure", "Bad"))
                .isEqualTo("status FAILED {failed=1 java.lang.IllegalStateException: boom, stat:failed=1, "
                        + "stat:processed=1}");
        assertThat(fixture.failures())
                .singleElement()
                .asString()
                .contains("\"Suppressed: java.lang.IllegalArgumentException: thrown in onFailure\"");
    }

    @Test
    void aThrowingOnDirtyExitLeavesTheFailureWithBoth() {
        assertThat(run("onDirtyExit", new IllegalArgumentException("thrown"), "Good", true))
                .isEqualTo(
                        "status FAILED {failed=1 Resque::DirtyExit: killed by signal 9; and a listener that was told "
                                + "of it threw java.lang.IllegalArgumentException: thrown, stat:processed=1}");
    }

    @Test
    void aThrowingBeforeEnqueueIsTheCallersAndNothingIsWritten() {
        assertThat(run("beforeEnqueue", "Good")).isEqualTo("status null {}; enqueue threw thrown in beforeEnqueue");
    }

    @Test
    void aVetoOfTheEnqueueWritesNothing() {
        assertThat(run("beforeEnqueue", new DontCreateException("no"), "Good", false))
                .isEqualTo("status null {}");
        assertThat(told).doesNotContain("afterEnqueue");
        assertThat(resque.enqueue("q", "Good")).isFalse();
        assertThat(resque.enqueueAll("q", List.of(JobSpec.of("Good"), JobSpec.of("Bad"))))
                .isZero();
        // What the worker wrote when it registered.
        assertThat(fixture.dump()).containsOnlyKeys(fixture.key("stat:processed"), fixture.key("stat:failed"));
    }

    @Test
    void aThrowingAfterEnqueueIsTheCallersButTheJobIsThere() {
        assertThat(run("afterEnqueue", "Good"))
                .isEqualTo("status null {stat:processed=1}; enqueue threw thrown in afterEnqueue");
    }

    @Test
    void aThrowingBeforeFirstForkStartsNothing() {
        assertThat(run("beforeFirstFork", "Good"))
                .isEqualTo("status WAITING {queue:q=1}; start threw thrown in beforeFirstFork");
    }

    @Test
    void theOrderOfAllAndOfListeners() {
        resque.enqueue("q", "Good");
        resque.enqueue("q", "Bad");
        Noting worker = new Noting("", new IllegalStateException()) {
            @Override
            public void beforePerform(JobContext job) {
                told.add("beforePerform of the worker");
            }
        };
        resque.listen(new Noting("", new IllegalStateException()));
        resque.workerBuilder("q").module(MODULE).listen(worker).drain();
        assertThat(told)
                .containsSubsequence(
                        "beforeFirstFork",
                        "beforePerform",
                        "beforePerform of the worker",
                        "aroundPerform",
                        "aroundPerform",
                        "afterPerform",
                        "afterPerform",
                        "beforePerform",
                        "beforePerform of the worker",
                        "onFailure",
                        "onFailure",
                        "queueEmpty",
                        "queueEmpty",
                        "workerExit",
                        "workerExit")
                .doesNotContain("beforeFork", "shutdown");
    }

    @Test
    void aListenerIsToldOfWhatJobsEnqueueAndOfMany() {
        AtomicInteger enqueued = new AtomicInteger();
        JobModule module = new JobModule() {
            @Override
            public void register(JobRegistry jobs) {
                jobs.register("Parent", () -> context -> context.enqueue("other", "Child"));
            }

            @Override
            public void listen(Listeners listeners) {
                listeners.listen(new ResqueListener() {
                    @Override
                    public void afterEnqueue(JobInfo job) {
                        assertThat(job).isEqualTo(new JobInfo("other", "Child", List.of(), Optional.empty()));
                        enqueued.incrementAndGet();
                    }
                });
            }
        };
        resque.enqueueAll("q", List.of(JobSpec.of("Parent"), JobSpec.of("Parent")));
        assertThat(resque.workerBuilder("q").module(module).drain()).isEqualTo(2);
        assertThat(enqueued).hasValue(2);
    }

    @Test
    void theFirstOfTwoEqualListenersIsRemoved() {
        Noting twice = new Noting("", new IllegalStateException());
        resque.listen(twice);
        resque.listen(twice);
        resque.enqueue("q", "Good");
        assertThat(told).hasSize(4);
        assertThat(resque.stopListening(twice)).isTrue();
        resque.enqueue("q", "Good");
        assertThat(told).hasSize(6);
        assertThat(resque.stopListening(twice)).isTrue();
        assertThat(resque.stopListening(twice)).isFalse();
    }

    @Test
    @WireRule("W-353")
    void aListenerThatSkipsTheJobLeavesItDoneAndOneThatRunsItTwiceFailsIt() {
        AtomicInteger runs = new AtomicInteger();
        resque.listen(new ResqueListener() {
            @Override
            public void aroundPerform(JobContext job, Run run) throws Exception {
                if (job.jobClass().equals("Twice")) {
                    run.proceed();
                    run.proceed();
                }
            }
        });
        resque.enqueue("q", "Skipped");
        resque.enqueue("q", "Twice");
        resque.workerBuilder("q")
                .register("Skipped", () -> context -> runs.incrementAndGet())
                .register("Twice", () -> context -> runs.incrementAndGet())
                .drain();
        assertThat(runs).hasValue(1);
        assertThat(fixture.failures())
                .singleElement()
                .asString()
                .contains("called proceed a second time")
                .contains("\"class\":\"Twice\"");
    }

    @Test
    void aStoppedWorkerTellsOfItOnce() {
        resque.listen(new Noting("shutdown", new IllegalStateException("changes nothing")));
        Worker worker = resque.workerBuilder("q").module(MODULE).start();
        worker.close();
        worker.close();
        assertThat(told).containsExactly("beforeFirstFork", "shutdown", "workerExit");
    }

    @Test
    void inlineRunsWhereItIsEnqueued() {
        List<Object> ran = new ArrayList<>();
        JobModule module = jobs -> jobs.register(
                        "Good", () -> context -> ran.add(context.args().get(0)))
                .register("Vetoed", () -> context -> {
                    throw new DontPerformException("not now");
                })
                .register("Checked", () -> context -> {
                    throw new IOException("disk");
                });
        try (Resque inline = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .inline(module)
                .build()) {
            assertThat(inline.enqueue("q", "Good", 1)).isTrue();
            assertThat(inline.enqueueAll("q", List.of(JobSpec.of("Good", 2), JobSpec.of("Good", 3))))
                    .isEqualTo(2);
            assertThat(inline.enqueue("q", "Vetoed")).isTrue();
            assertThat(ran).containsExactly(1L, 2L, 3L);
            assertThatThrownBy(() -> inline.enqueue("q", "Checked"))
                    .isInstanceOf(ResqueException.class)
                    .hasMessage("Checked threw java.io.IOException: disk")
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> inline.enqueue("q", "Unknown")).hasMessageContaining("No job is registered");
            assertThat(fixture.dump()).isEmpty();
            Optional<String> token = inline.enqueueTracked("q", "Good", 4);
            assertThat(token.flatMap(inline::status).map(JobStatus::state)).contains(JobState.COMPLETE);
        }
    }

    /** One null among the listeners would end every worker that tells them something. */
    @Test
    void noListenerIsRefusedEverywhere() {
        Worker worker =
                resque.workerBuilder("a").register("Any", () -> context -> {}).start();
        assertThatThrownBy(() -> worker.listen(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("listener");
        worker.pause();
        worker.resume();
        assertThat(worker.stop(Duration.ofSeconds(15))).isTrue();
    }

    @Test
    void aListenerOfOneResqueHearsOfNoOtherOfTheSameBuilder() {
        List<String> both = new ArrayList<>();
        List<String> one = new ArrayList<>();
        CoreRedis redis = new CoreRedis();
        ResqueBuilder builder = redis.builder().listen(enqueued(both));
        try (Resque first = builder.build();
                Resque second = builder.build()) {
            first.listen(enqueued(one));
            first.enqueue("a", "First");
            second.enqueue("a", "Second");
        } finally {
            redis.clear();
        }
        assertThat(one).containsExactly("First");
        assertThat(both).containsExactly("First", "Second");
    }

    private static final class Vetoing implements ResqueListener {
        @Override
        public void beforePerform(JobContext job) {
            throw new DontPerformException("not in a child");
        }
    }

    private static final class InModule implements JobModule {
        @Override
        public void register(JobRegistry jobs) {
            jobs.register("A", () -> context -> {});
        }

        @Override
        public void listen(Listeners listeners) {
            listeners.listen(new Vetoing());
        }
    }

    @Test
    void aListenerThatNoChildHasIsNamedWhenTheWorkerStarts() {
        resque.listen(new Vetoing());
        resque.listen(enqueued(new ArrayList<>()));
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            resque.workerBuilder("q").module(new InModule()).drain();
            assertThat(log.lines()).as("in threads").noneMatch(line -> line.contains("overrides"));
            resque.workerBuilder("q")
                    .module(new InModule())
                    .executor(forking(false))
                    .drain();
            assertThat(log.lines()).as("children have one, too").noneMatch(line -> line.contains("overrides"));
            resque.workerBuilder("q")
                    .module(new InModule()::register)
                    .executor(forking(false))
                    .drain();
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("overrides"))
                    .containsExactly("WARN " + Vetoing.class.getName()
                            + " overrides beforePerform, and will not be called there: jobs run in child processes, which have"
                            + " only the listeners of modules; add it in the method listen of a JobModule, and give that to the"
                            + " worker: resque.workerBuilder(…).module(new MyJobs())");
        }
    }

    private static ResqueListener enqueued(List<String> classes) {
        return new ResqueListener() {
            @Override
            public void afterEnqueue(JobInfo job) {
                classes.add(job.jobClass());
            }
        };
    }
}
