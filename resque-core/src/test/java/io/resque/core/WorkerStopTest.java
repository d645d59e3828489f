package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Workers;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;

@Timeout(60)
class WorkerStopTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final CountDownLatch runs = new CountDownLatch(1);

    @AfterEach
    void close() {
        fixture.close();
    }

    private void assertRedisForgotTheWorkers() {
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
        assertThat(fixture.redis.keys(fixture.namespace + ":stat:*:*")).isEmpty();
    }

    @Test
    @WireRule("W-455")
    void anIdleWorkerLeavesAtOnceAndWithoutATrace() {
        Worker worker = resque.workerBuilder("a", "b")
                .register("Any", () -> context -> {})
                .concurrency(5)
                .start();
        long before = System.nanoTime();
        assertThat(worker.stop(Duration.ofSeconds(15))).isTrue();
        // A wait for a job lasts two minutes unless something ends it.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(worker.isRunning()).isFalse();
        assertRedisForgotTheWorkers();
        worker.close();
    }

    @Test
    void aBusyWorkerEndsItsJobAndTakesNoOther() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        resque.enqueue("q", "Slow");
        resque.enqueue("q", "Slow");
        Worker worker = resque.workerBuilder("q")
                .register("Slow", () -> context -> {
                    runs.countDown();
                    mayEnd.await(10, TimeUnit.SECONDS);
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        Thread stopping = new Thread(() -> worker.stop(Duration.ofSeconds(10)));
        stopping.start();
        // It waits now for the job, and no longer for others.
        org.awaitility.Awaitility.await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        mayEnd.countDown();
        stopping.join();
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("1");
        assertThat(fixture.redis.number("LLEN", fixture.key("queue:q"))).isEqualTo(1);
        assertThat(fixture.failures()).isEmpty();
        assertRedisForgotTheWorkers();
    }

    @Test
    void aJobThatTakesTooLongIsCancelledAndInterruptedAndFails() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        resque.enqueue("q", "Endless");
        Worker worker = resque.workerBuilder("q")
                .register("Endless", () -> context -> {
                    runs.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        cancelled.set(context.isCancelled());
                    }
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.stop(Duration.ZERO)).isTrue();
        assertThat(cancelled).isTrue();
        assertThat(fixture.failures()).singleElement().asString().contains("java.lang.InterruptedException");
        assertRedisForgotTheWorkers();
    }

    @Test
    void aJobThatIgnoresItsInterruptIsLeftToEndAndIsSettledThen() throws Exception {
        AtomicBoolean mayEnd = new AtomicBoolean();
        resque.enqueue("q", "Deaf");
        Worker worker = resque.workerBuilder("q")
                .register("Deaf", () -> context -> {
                    runs.countDown();
                    while (!mayEnd.get()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.stop(Duration.ZERO)).isFalse();
        assertThat(worker.isRunning()).isTrue();
        mayEnd.set(true);
        worker.join();
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("1");
        assertRedisForgotTheWorkers();
    }

    @Test
    void aWorkerThatStartsWhileTheResqueIsClosedDoesNotStay() throws Exception {
        QueueBackend real =
                new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), fixture.namespace));
        Workers workers = Mockito.spy(real.workers());
        QueueBackend backend = Mockito.spy(real);
        Mockito.doReturn(workers).when(backend).workers();
        Resque closing = Resque.builder().backend(backend).serializer("gson").build();
        Mockito.doAnswer(call -> {
                    Object session = call.callRealMethod();
                    closing.close();
                    return session;
                })
                .when(workers)
                .register(Mockito.any());
        Worker worker =
                closing.workerBuilder("q").register("Any", () -> context -> {}).start();
        worker.join();
        assertThat(worker.isRunning()).isFalse();
    }

    @Test
    void closingTheResqueClosesItsWorkersAndTheirThreads() {
        Worker worker = resque.workerBuilder("q")
                .register("Any", () -> context -> {})
                .concurrency(3)
                .start();
        resque.close();
        resque.close();
        assertThat(worker.isRunning()).isFalse();
        assertRedisForgotTheWorkers();
        // They have left Redis, and are ending.
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(Thread::isAlive)
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("resque-q")));
    }

    @Test
    void anyTimeIsTaken() {
        Worker worker =
                resque.workerBuilder("a").register("Any", () -> context -> {}).start();
        assertThatThrownBy(() -> worker.stop(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("timeout");
        assertThat(worker.isRunning()).isTrue();
        assertThat(worker.stop(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }
}
