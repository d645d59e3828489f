package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerFixture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPauseTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void close() {
        fixture.close();
    }

    private long waiting() {
        return fixture.redis.number("LLEN", fixture.key("queue:q"));
    }

    private static boolean rests(String name) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith(name))
                .allMatch(entry -> List.of(entry.getValue()).stream()
                        .anyMatch(frame -> frame.getClassName().equals(WorkerSignals.class.getName())
                                && frame.getMethodName().equals("rest")));
    }

    @Test
    void aPausedWorkerTakesNothingAndGoesOnWhenResumed() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Worker worker = resque.workerBuilder("q")
                .register("Count", () -> context -> ran.incrementAndGet())
                .concurrency(3)
                .listen(new ResqueListener() {
                    @Override
                    public void beforePause(List<String> workers) {
                        told.add("beforePause " + workers.size());
                        throw new IllegalStateException("a listener that throws stops no worker");
                    }

                    @Override
                    public void afterPause(List<String> workers) {
                        told.add("afterPause " + workers.size());
                    }
                })
                .start()) {
            worker.pause();
            worker.pause();
            assertThat(worker.isPaused()).isTrue();
            await().until(() -> rests("resque-q-"));
            resque.enqueue("q", "Count");
            assertThat(waiting()).isOne();
            assertThat(told).containsExactly("beforePause 3");
            worker.resume();
            worker.resume();
            await().until(() -> ran.get() == 1);
            assertThat(told).containsExactly("beforePause 3", "afterPause 3");
        }
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
    }

    @Test
    void theRunningJobGoesOnAndIsSettled() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        resque.enqueue("q", "Slow");
        resque.enqueue("q", "Slow");
        try (Worker worker = resque.workerBuilder("q")
                .register("Slow", () -> context -> {
                    runs.countDown();
                    mayEnd.await(20, TimeUnit.SECONDS);
                })
                .start()) {
            assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
            worker.pause();
            mayEnd.countDown();
            fixture.awaitProcessed(1);
            await().until(() -> rests("resque-q-"));
            assertThat(waiting()).isOne();
            worker.resume();
            fixture.awaitProcessed(2);
        }
    }

    @RepeatedTest(5)
    void whatWasReservedAsThePauseCameIsBackAtTheHead() {
        try (Worker worker = resque.workerBuilder("q")
                .register("Count", () -> context -> ran.incrementAndGet())
                .concurrency(4)
                .start()) {
            for (int round = 0; round < 20; round++) {
                int before = ran.get();
                Thread pushing = new Thread(() -> resque.enqueue("q", "Count"));
                pushing.start();
                worker.pause();
                await().pollInterval(Duration.ofMillis(2)).until(() -> !pushing.isAlive() && rests("resque-q-"));
                // Either it was run, or it waits: no worker sits on it.
                await().pollInterval(Duration.ofMillis(2)).until(() -> ran.get() - before + waiting() == 1);
                assertThat(fixture.redis.keys(fixture.namespace + ":worker:*:q*").stream()
                                .filter(key -> !key.endsWith(":started") && !key.endsWith(":java")))
                        .isEmpty();
                worker.resume();
                await().pollInterval(Duration.ofMillis(2)).until(() -> ran.get() == before + 1);
            }
        }
    }

    @Test
    void pauseAllHoldsEveryWorker() {
        resque.pauseAll();
        assertThat(fixture.redis.text("GET", fixture.key("pause-all-workers"))).isEqualTo("true");
        try (Worker worker = resque.workerBuilder("q")
                .register("Count", () -> context -> ran.incrementAndGet())
                .start()) {
            resque.enqueue("q", "Count");
            await().until(() -> rests("resque-q-"));
            assertThat(worker.isPaused()).isFalse();
            assertThat(waiting()).isOne();
            resque.resumeAll();
            await().until(() -> ran.get() == 1);
        }
    }

    @Test
    void aPausedWorkerStopsAtOnce() {
        Worker worker =
                resque.workerBuilder("q").register("Count", () -> context -> {}).start();
        worker.pause();
        long start = System.nanoTime();
        assertThat(worker.stop(Duration.ofSeconds(15))).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
}
