package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Counters;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/** The life of the workers in that of the application. */
@Timeout(120)
class ResqueWorkersTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final RedisServer SERVER = RedisServer.start("--appendonly", "yes");

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static ApplicationContextRunner onRedis() {
        return Runners.plain()
                .withPropertyValues("resque.url=" + SERVER.url(), "resque.namespace=" + SERVER.newNamespace());
    }

    /** A bean that jobs need, and which closes slowly. */
    static class Store implements DisposableBean {
        private volatile boolean isClosed;
        final AtomicInteger jobs = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();

        @ResqueJob(value = "Put", queue = "low")
        void put(int number) {
            if (isClosed) {
                refused.incrementAndGet();
                throw new IllegalStateException("the store is closed");
            }
            jobs.incrementAndGet();
        }

        @Override
        public void destroy() throws Exception {
            isClosed = true;
            new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void aStopUnderLoadFailsAndLosesNothing() {
        List<Store> stores = new ArrayList<>();
        String namespace = SERVER.newNamespace();
        ApplicationContextRunner runner = Runners.plain()
                .withBean(Store.class)
                .withPropertyValues(
                        "resque.url=" + SERVER.url(), "resque.namespace=" + namespace, "resque.worker.concurrency=8");
        runner.run(context -> {
            stores.add(context.getBean(Store.class));
            Resque resque = context.getBean(Resque.class);
            resque.enqueueAll("low", IntStream.range(0, 5_000).mapToObj(i -> JobSpec.of("Put", i)));
            await().atMost(LONG).until(() -> stores.get(0).jobs.get() > 10);
        });
        try (Resque after =
                Resque.builder().url(SERVER.url()).namespace(namespace).build()) {
            Counters counters = after.inspector().counters();
            assertThat(counters.failed()).isZero();
            assertThat(counters.workers()).isZero();
            assertThat(counters.pending() + counters.processed()).isEqualTo(5_000);
            assertThat(counters.processed()).isEqualTo(stores.get(0).jobs.get());
            assertThat(stores.get(0).refused).hasValue(0);
        }
    }

    @Test
    void workersStartLastAndStopFirst() {
        List<String> order = new CopyOnWriteArrayList<>();
        Runners.inMemory()
                .withBean(Store.class)
                .withBean("early", SmartLifecycle.class, () -> new Phase(order))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    ResqueWorkers workers = context.getBean(ResqueWorkers.class);
                    context.getBean(Phase.class).workers = workers;
                    assertThat(workers.running()).containsOnlyKeys("worker");
                });
        assertThat(order).containsExactly("started", "stopped after the workers: true");
    }

    /** In the phase of Boot's web server. */
    private static class Phase implements SmartLifecycle {
        private final List<String> order;
        private volatile boolean isRunning;
        private volatile ResqueWorkers workers;

        Phase(List<String> order) {
            this.order = order;
        }

        @Override
        public void start() {
            order.add("started");
            isRunning = true;
        }

        @Override
        public void stop() {
            order.add("stopped after the workers: " + !workers.isRunning());
            isRunning = false;
        }

        @Override
        public boolean isRunning() {
            return isRunning;
        }

        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 1024;
        }
    }

    @Test
    void aStartThatFailsAfterThemLeavesNoWorker() {
        String namespace = SERVER.newNamespace();
        Runners.plain()
                .withBean(Store.class)
                .withPropertyValues("resque.url=" + SERVER.url(), "resque.namespace=" + namespace)
                .withBean("zzz", SmartLifecycle.class, () -> new Phase(new ArrayList<>()) {
                    @Override
                    public void start() {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public int getPhase() {
                        return DEFAULT_PHASE;
                    }
                })
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage("on purpose"));
        try (Resque after =
                Resque.builder().url(SERVER.url()).namespace(namespace).build()) {
            assertThat(after.inspector().counters().workers()).isZero();
        }
    }

    private static void assertWorks(Resque resque) throws Exception {
        String token = resque.enqueueTracked("low", "Put", 1).orElseThrow();
        assertThat(resque.awaitEnd(token, Duration.ofSeconds(50)).orElseThrow().state())
                .isEqualTo(JobState.COMPLETE);
    }

    @Test
    void aContextThatIsStoppedAndStartedAgainWorksAgain() {
        onRedis().withBean(Store.class).run(context -> {
            Resque resque = context.getBean(Resque.class);
            ConfigurableApplicationContext source = context.getSourceApplicationContext();
            for (int i = 0; i < 3; i++) {
                assertWorks(resque);
                source.stop();
                assertThat(resque.inspector().counters().workers()).isZero();
                assertThat(context.getBean(ResqueWorkers.class).running()).isEmpty();
                source.start();
            }
            assertWorks(resque);
            source.pause();
            assertThat(resque.inspector().counters().workers()).isZero();
            source.restart();
            assertWorks(resque);
        });
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("resque-low-"));
    }

    @Test
    void severalWorkersTakeWhatTheyLeaveOutFromTheCommonSettings() {
        Runners.inMemory()
                .withBean(Store.class)
                .withPropertyValues(
                        "resque.worker.concurrency=2",
                        "resque.workers.fast.queues=critical,mail",
                        "resque.workers.slow.queues=low",
                        "resque.workers.slow.concurrency=1",
                        "resque.workers.never.enabled=false")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var running = context.getBean(ResqueWorkers.class).running();
                    assertThat(running).containsOnlyKeys("fast", "slow");
                    assertThat(running.get("fast").queues()).containsExactly("critical", "mail");
                    assertThat(running.get("fast").ids()).hasSize(2);
                    assertThat(running.get("slow").ids()).hasSize(1);
                    assertWorks(context.getBean(Resque.class));
                });
    }

    @Test
    void aWrongSettingOfOneWorkerStartsNone() {
        onRedis()
                .withBean(Store.class)
                .withPropertyValues(
                        "resque.workers.a.queues=low", "resque.workers.b.queues=low", "resque.workers.b.on-stop=maybe")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("on-stop"));
    }

    @Test
    void withoutRedisTheApplicationIsUpAndItsHealthDownUntilRedisIsThere() {
        try (RedisServer server = RedisServer.start("--appendonly", "yes")) {
            server.kill();
            Runners.plain()
                    .withBean(Store.class)
                    .withPropertyValues("resque.url=" + server.url())
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        ResqueHealthIndicator health = context.getBean(ResqueHealthIndicator.class);
                        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
                        server.restart();
                        await().atMost(LONG).until(() -> health.health().getStatus() == Status.UP);
                        assertWorks(context.getBean(Resque.class));
                        server.kill();
                        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
                        server.restart();
                        await().atMost(LONG).until(() -> health.health().getStatus() == Status.UP);
                    });
            server.kill();
            Runners.plain()
                    .withBean(Store.class)
                    .withPropertyValues("resque.url=" + server.url(), "resque.worker.start=fail")
                    .run(context -> assertThat(context).getFailure().hasStackTraceContaining("Cannot reach Redis"));
        }
    }

    @Test
    void aPauseIsNoFault() {
        onRedis().withBean(Store.class).run(context -> {
            ResqueHealthIndicator health = context.getBean(ResqueHealthIndicator.class);
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
            context.getBean(Resque.class).pauseAll();
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
            assertThat(health.health().getDetails()).containsEntry("pausedAll", true);
        });
    }

    @Test
    void aWorkerThatIsDoneIsNoFault() {
        onRedis()
                .withBean(Store.class)
                .withPropertyValues("resque.worker.until-empty=true")
                .run(context -> {
                    ResqueWorkers workers = context.getBean(ResqueWorkers.class);
                    await().atMost(LONG)
                            .until(() -> !workers.running().get("worker").isRunning());
                    assertThat(context.getBean(ResqueHealthIndicator.class)
                                    .health()
                                    .getStatus())
                            .isEqualTo(Status.UP);
                });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need Java 21")
    void virtualThreadsFollowSpringsProperty() {
        Runners.inMemory()
                .withBean(Store.class)
                .withPropertyValues("spring.threads.virtual.enabled=true")
                .run(context -> {
                    assertWorks(context.getBean(Resque.class));
                    assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .contains("resque-low-alive");
                });
    }

    @Test
    void lazyInitializationStartsThem() {
        Runners.inMemory()
                .withBean(Store.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertWorks(context.getBean(Resque.class)));
    }

    @Test
    void aJobThatIgnoresTheStopHoldsItNoLongerThanTheTimeout() {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Runners.inMemory()
                .withPropertyValues(
                        "resque.worker.queues=low", "resque.worker.enabled=true", "resque.worker.stop-timeout=0s")
                .withBean(
                        WorkerBuilderCustomizer.class,
                        () -> (name, builder) -> builder.register("Deaf", () -> job -> {
                            begun.countDown();
                            while (end.getCount() > 0) {
                                try {
                                    end.await();
                                } catch (InterruptedException e) {
                                    // deaf on purpose
                                }
                            }
                        }))
                .run(context -> {
                    context.getBean(Resque.class).enqueue("low", "Deaf");
                    begun.await();
                    ResqueWorkers workers = context.getBean(ResqueWorkers.class);
                    workers.stop();
                    assertThat(workers.isRunning()).isFalse();
                    end.countDown();
                });
    }
}
