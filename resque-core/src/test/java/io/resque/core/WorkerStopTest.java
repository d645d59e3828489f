package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
        Worker worker = resque.worker("a", "b")
                .register("Any", () -> context -> {})
                .concurrency(5)
                .start();
        long before = System.nanoTime();
        assertThat(worker.stop(Duration.ofSeconds(15))).isTrue();
        // The wait for a job takes 20 s when nobody ends it.
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
        Worker worker = resque.worker("q")
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
        Worker worker = resque.worker("q")
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
        Worker worker = resque.worker("q")
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
    void closingTheResqueClosesItsWorkersAndTheirThreads() {
        Worker worker = resque.worker("q")
                .register("Any", () -> context -> {})
                .concurrency(3)
                .start();
        resque.close();
        resque.close();
        assertThat(worker.isRunning()).isFalse();
        assertRedisForgotTheWorkers();
        List<String> left = Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("resque-q"))
                .toList();
        assertThat(left).isEmpty();
    }
}
