package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** What one job leaves on its thread is not there for the next one, nor for the caller. */
@Timeout(60)
class CleanThreadTest {
    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    private final ClassLoader mine =
            new URLClassLoader("mine", new URL[0], getClass().getClassLoader());
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Thread test = Thread.currentThread();
    private final ClassLoader before = test.getContextClassLoader();

    @BeforeEach
    void begin() {
        test.setContextClassLoader(mine);
        INHERITED.set("request of user 42");
        MDC.put("request", "42");
        MDC.put("resque.class", "not ours");
    }

    @AfterEach
    void close() {
        Thread.interrupted();
        test.setContextClassLoader(before);
        INHERITED.remove();
        MDC.clear();
        fixture.close();
    }

    /** All that a thread has beyond its stack. */
    private static String state() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        return (loader == null ? null : loader.getName()) + " " + thread.getName() + " " + thread.getPriority() + " "
                + thread.isInterrupted() + " " + (thread.getUncaughtExceptionHandler() == thread.getThreadGroup()) + " "
                + INHERITED.get();
    }

    private static String mdc() {
        Map<String, String> map = MDC.getCopyOfContextMap();
        return map == null ? "[]" : new java.util.TreeSet<>(map.keySet()).toString();
    }

    private void look() {
        seen.add(state() + " " + mdc());
    }

    private static void makeDirty() {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(new URLClassLoader("dirty", new URL[0], null));
        thread.setName("dirty");
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.setUncaughtExceptionHandler((any, thrown) -> {});
        MDC.put("dirty", "yes");
        thread.interrupt();
    }

    /** Dirty in each of its steps. */
    private static final class Dirty implements Job {
        @Override
        public void setUp(JobContext context) {
            makeDirty();
        }

        @Override
        public void perform(JobContext context) {
            makeDirty();
            throw new IllegalStateException("dirty");
        }

        @Override
        public void tearDown(JobContext context) {
            makeDirty();
        }
    }

    private WorkerBuilder worker(String queue) {
        return resque.workerBuilder(queue)
                .register("Look", () -> context -> look())
                .register("Dirty", Dirty::new);
    }

    private void enqueue(String queue, String... jobs) {
        for (String job : jobs) {
            resque.enqueue(queue, job);
        }
    }

    private static final String JOB = " [resque.class, resque.queue, resque.worker]";

    @Test
    void aWorkersThreadIsAsItWasStartedForEachJobWhateverItsStarterHad() {
        int priority = test.getPriority();
        test.setPriority(3);
        try {
            enqueue("q", "Look", "Dirty", "Look");
            Worker worker = worker("q").start();
            fixture.awaitProcessed(3);
            assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        } finally {
            test.setPriority(priority);
        }
        String clean = "mine resque-q-1 5 false true null" + JOB;
        assertThat(seen).containsExactly(clean, clean);
    }

    @Test
    void listenersAndSinksInAWorkersThreadLeaveNothingEither() {
        enqueue("q", "Look", "Dirty", "Look");
        ResqueListener dirty = new ResqueListener() {
            @Override
            public void queueEmpty(List<String> workers) {
                makeDirty();
            }

            @Override
            public void beforePerform(JobContext job) {
                if (job.jobClass().equals("Dirty")) {
                    makeDirty();
                }
            }

            @Override
            public void onFailure(JobContext job, Throwable failure) {
                makeDirty();
            }
        };
        try (Resque other = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .failureSink(failed -> makeDirty())
                .build()) {
            Worker worker = other.workerBuilder("q")
                    .register("Look", () -> context -> look())
                    .register("Dirty", Dirty::new)
                    .listen(dirty)
                    .start();
            fixture.awaitProcessed(3);
            resque.enqueue("q", "Look"); // after queueEmpty, or before
            fixture.awaitProcessed(4);
            assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        }
        String clean = "mine resque-q-1 5 false true null" + JOB;
        assertThat(seen).containsExactly(clean, clean, clean);
    }

    @Test
    void aWorkerStartedInTheCommonPoolHasTheLoaderOfItsResque() {
        try (Resque other = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .build()) {
            enqueue("q", "Look");
            CompletableFuture.runAsync(() -> other.workerBuilder("q")
                            .register("Look", () -> context -> look())
                            .start())
                    .join();
            fixture.awaitProcessed(1);
        }
        assertThat(seen).containsExactly("mine resque-q-1 5 false true null" + JOB);
    }

    @Test
    void virtualThreadsAreCleanToo() {
        if (Runtime.version().feature() < 21) {
            System.out.println("SKIPPED virtualThreadsAreCleanToo: no virtual threads in Java " + Runtime.version());
        }
        Assumptions.assumeTrue(Runtime.version().feature() >= 21);
        enqueue("q", "Look", "Dirty", "Look");
        Worker worker = worker("q").virtualThreads().start();
        fixture.awaitProcessed(3);
        assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        String clean = "mine resque-q-1 5 false true null" + JOB;
        assertThat(seen).containsExactly(clean, clean);
    }

    @Test
    void drainGivesItsCallerBackAsItWas() {
        String caller = state();
        String map = mdc();
        enqueue("q", "Look", "Look");
        assertThat(worker("q").drain()).isEqualTo(2);
        assertThat(state()).isEqualTo(caller);
        assertThat(mdc()).isEqualTo(map).isEqualTo("[request, resque.class]");
        assertThat(seen).containsExactly(caller + JOB, caller + JOB);
    }

    @Test
    void drainHidesWhatAJobSetsFromTheNextAndPassesAnInterruptToItsCaller() {
        String caller = state();
        String map = mdc();
        enqueue("q", "Look", "Dirty", "Look");
        assertThat(worker("q").drain()).isEqualTo(3);
        assertThat(seen).containsExactly(caller + JOB, caller + JOB);
        assertThat(Thread.interrupted())
                .as("perhaps it was meant for the caller")
                .isTrue();
        assertThat(state()).isEqualTo(caller);
        assertThat(mdc()).isEqualTo(map);
    }

    @Test
    void aThreadThatIsInterruptedDrainsAndStaysInterrupted() {
        String caller = state();
        enqueue("q", "Look");
        test.interrupt();
        assertThat(worker("q").drain()).isOne();
        assertThat(seen).containsExactly(caller + JOB);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void anInterruptWhileAJobOfADrainRunsIsForBoth() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        enqueue("q", "Wait", "Look");
        Thread interrupting = new Thread(() -> {
            try {
                runs.await();
                test.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        interrupting.start();
        String caller = state();
        WorkerBuilder builder = worker("q").register("Wait", () -> context -> {
            runs.countDown();
            new CountDownLatch(1).await();
        });
        assertThat(builder.drain()).isEqualTo(2);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).containsExactly(caller + JOB);
        assertThat(fixture.failures()).singleElement().asString().contains("java.lang.InterruptedException");
        interrupting.join();
    }

    /** As one with child processes is, whose wait an interrupt ends. */
    @Test
    void anInterruptThatEndsTheWaitOfAnExecutorIsForTheCallerOfADrainToo() {
        enqueue("q", "Fork");
        JobExecutor waiting = new JobExecutor() {
            @Override
            public boolean forks() {
                return true;
            }

            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                test.interrupt();
                new CountDownLatch(1).await();
                throw new IllegalStateException("not interrupted");
            }

            @Override
            public void cancel(JobRequest request) {}

            @Override
            public void close() {
                look();
            }
        };
        String caller = state();
        assertThat(resque.workerBuilder("q")
                        .register("Fork", () -> context -> {})
                        .executor(new MadeExecutor(waiting))
                        .drain())
                .isOne();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).singleElement().asString().startsWith(caller);
    }

    @Test
    void aDrainInAVirtualThreadDoesTheSame() throws Exception {
        if (Runtime.version().feature() < 21) {
            System.out.println("SKIPPED aDrainInAVirtualThreadDoesTheSame: no virtual threads here");
        }
        Assumptions.assumeTrue(Runtime.version().feature() >= 21);
        enqueue("q", "Look", "Dirty", "Look");
        Queue<String> callers = new ConcurrentLinkedQueue<>();
        Thread virtual = (Thread) Thread.class
                .getMethod("startVirtualThread", Runnable.class)
                .invoke(null, (Runnable) () -> {
                    callers.add(state());
                    worker("q").drain();
                    Thread.interrupted();
                    callers.add(state());
                });
        virtual.join();
        String caller = callers.remove();
        assertThat(callers).containsExactly(caller);
        assertThat(seen).containsExactly(caller + JOB, caller + JOB);
    }

    @Test
    void jobsRunInlineGiveTheirCallerBackAsItWas() {
        String caller = state();
        String map = mdc();
        try (Resque inline = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .inline(jobs ->
                        jobs.register("Look", () -> context -> look()).register("Dirty", () -> context -> makeDirty()))
                .build()) {
            inline.enqueue("q", "Look");
            String token = inline.enqueueTracked("q", "Dirty").orElseThrow();
            assertThat(Thread.interrupted())
                    .as("by the job, whose caller this is")
                    .isTrue();
            assertThat(state()).isEqualTo(caller);
            assertThat(mdc()).isEqualTo(map);
            assertThat(inline.status(token)).isPresent();
        }
    }

    /** Some start when they are needed first, and live on: what a job has set then is not theirs. */
    @Test
    void threadsOfOursTakeNothingFromAJobThatNeedsThemFirst() {
        try (Resque other = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .failureLimit(1)
                .build()) {
            other.listen(new ResqueListener() {
                @Override
                public void afterEnqueue(JobInfo job) {
                    seen.add(state());
                }
            });
            enqueue("q", "Hand");
            assertThat(other.workerBuilder("q")
                            .register("Hand", () -> context -> {
                                makeDirty();
                                INHERITED.set("dirty");
                                other.enqueueAsync("handed", JobSpec.of("Any"))
                                        .toCompletableFuture()
                                        .join();
                                throw new IllegalStateException("so that failures are trimmed");
                            })
                            .drain())
                    .isOne();
            Thread.interrupted();
            assertThat(seen).containsExactly("mine resque-enqueue 5 false true null");
            Thread[] all = new Thread[1000];
            int number = Thread.currentThread().getThreadGroup().enumerate(all);
            assertThat(Arrays.stream(all, 0, number)
                            .filter(thread -> thread.getName().startsWith("resque-")))
                    .extracting(Thread::getName)
                    .contains("resque-heartbeat", "resque-recovery", "resque-failures");
            assertThat(Arrays.stream(all, 0, number)
                            .filter(thread -> thread.getName().startsWith("resque-")))
                    .allSatisfy(thread -> {
                        ClassLoader loader = thread.getContextClassLoader();
                        assertThat(loader == null ? null : loader.getName())
                                .as(thread.getName())
                                .isNotEqualTo("dirty");
                        assertThat(thread.getPriority()).as(thread.getName()).isEqualTo(Thread.NORM_PRIORITY);
                    });
        }
    }

    /** Whoever is interrupted while a child has its job kills it. */
    @Test
    void anInterruptThatAListenerLeavesIsNotForTheExecutor() {
        enqueue("q", "Fork");
        JobExecutor forking = new JobExecutor() {
            @Override
            public boolean forks() {
                return true;
            }

            @Override
            public JobOutcome run(JobRequest request) {
                look();
                return new JobOutcome.Completed(null);
            }

            @Override
            public void cancel(JobRequest request) {}

            @Override
            public void close() {}
        };
        Worker worker = resque.workerBuilder("q")
                .register("Fork", () -> context -> {})
                .executor(new MadeExecutor(forking))
                .listen(new ResqueListener() {
                    @Override
                    public void beforeFork(String worker, JobInfo job) {
                        Thread.currentThread().interrupt();
                        Thread.currentThread().setName("dirty");
                    }
                })
                .start();
        fixture.awaitProcessed(1);
        assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(seen).containsExactly("mine resque-q-1 5 false true null" + JOB);
    }

    /** As a job does that ends what it thinks are its own threads. */
    @Test
    void aJobThatInterruptsAllThreadsOfItsGroupEndsNoWorker() {
        enqueue("q", "Look", "Group", "Look");
        Worker worker = worker("q")
                .register("Group", () -> context -> {
                    Thread[] all = new Thread[1000];
                    int number = Thread.currentThread().getThreadGroup().enumerate(all);
                    for (int i = 0; i < number; i++) {
                        if (all[i].getName().startsWith("resque-")) {
                            all[i].interrupt();
                        }
                    }
                })
                .concurrency(3)
                .start();
        fixture.awaitProcessed(3);
        seen.clear(); // those ran at the same time, and may have been interrupted
        enqueue("q", "Look", "Look", "Look");
        fixture.awaitProcessed(6);
        assertThat(worker.redisError()).isEmpty();
        assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(seen).hasSize(3).allSatisfy(look -> assertThat(look).contains(" 5 false true null"));
    }
}
