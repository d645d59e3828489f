package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Job;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.tck.FaultProxy;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who closes what runs it, or is interrupted or hurried while it closes. The ends of whole JVMs are JvmEndsTest's. */
@Timeout(90)
class CloseInAJobTest {
    /** What waits for itself waits for half a minute. */
    private static final Duration SOON = Duration.ofSeconds(25);

    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final AtomicReference<Worker> own = new AtomicReference<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void work(int concurrency, Job job) {
        own.set(resque.workerBuilder("q")
                .register("A", () -> job)
                .concurrency(concurrency)
                .start());
        for (int i = 0; i < concurrency; i++) {
            resque.enqueue("q", "A");
        }
    }

    private void endsWith(int processed, int failures) {
        await().atMost(SOON).until(() -> !own.get().isRunning());
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo(Integer.toString(processed));
        assertThat(fixture.failures()).hasSize(failures);
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
    }

    @Test
    void twoJobsThatBothCloseTheirResqueEndWell() {
        CyclicBarrier both = new CyclicBarrier(2);
        work(2, context -> {
            both.await();
            resque.close();
        });
        endsWith(2, 0);
    }

    @Test
    void aJobThatStopsItsWorkerAtOnceInterruptsTheOthersAndNotItself() {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicBoolean interrupted = new AtomicBoolean();
        work(2, context -> {
            if (both.await() == 0) {
                assertThat(own.get().stop(Duration.ZERO)).isFalse();
                await().atMost(SOON).until(() -> fixture.failures().size() == 1);
                interrupted.set(Thread.interrupted());
            } else {
                new CountDownLatch(1).await();
            }
        });
        endsWith(2, 1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void aJobCannotWaitForTheEndOfItsWorker() {
        work(1, context -> own.get().join());
        await().atMost(SOON).until(() -> fixture.failures().size() == 1);
        assertThat(fixture.failures()).singleElement().asString().contains("cannot wait for the end of its own worker");
        resque.close();
    }

    @Test
    void aListenerThatHearsOfTheEndMayCloseWhatEnds() {
        resque.listen(new ResqueListener() {
            @Override
            public void workerExit(List<String> workers) {
                resque.close();
            }
        });
        work(1, context -> {});
        fixture.awaitProcessed(1);
        long before = System.nanoTime();
        assertThat(own.get().stop(SOON)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    }

    @Test
    void anInterruptedThreadWaitsAsAnyOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        work(1, context -> {
            begun.countDown();
            mayEnd.await();
        });
        begun.await();
        Thread stopping = new Thread(() -> {
            Thread.currentThread().interrupt();
            stopped.set(own.get().stop(SOON));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        stopping.start();
        await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
        mayEnd.countDown();
        stopping.join();
        assertThat(stopped).as("it has waited").isTrue();
        assertThat(interrupted).as("still interrupted").isTrue();
        endsWith(1, 0);
    }

    @Test
    void whatAnEarlierStopGaveUpIsNotWaitedForAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean mayEnd = new AtomicBoolean();
        Resque closing = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .build();
        Worker worker = closing.workerBuilder("q")
                .register("A", () -> context -> {
                    begun.countDown();
                    while (!mayEnd.get()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                })
                .start();
        closing.enqueue("q", "A");
        begun.await();
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(worker.stop(Duration.ZERO)).isFalse();
            assertThat(log.lines())
                    .anyMatch(line -> line.endsWith(": 1 job runs, to be interrupted at once"))
                    .anyMatch(line -> line.startsWith("WARN 1 of ") && line.contains("still run"));
            long before = System.nanoTime();
            closing.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
        } finally {
            mayEnd.set(true);
            worker.join();
        }
    }

    @Test
    void theLogTellsOfATroubleSeldomAndOfItsEndOnce() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.url());
                WorkerFixture far = new WorkerFixture(CoreRedis.SERVER, proxy.url());
                CapturedLog log = new CapturedLog(Worker.class)) {
            Worker worker = far.resque
                    .workerBuilder("q")
                    .register("A", () -> context -> {})
                    .concurrency(4)
                    .start();
            proxy.refuse(true);
            proxy.cutAll();
            await().until(() -> worker.redisError().isPresent());
            // A tenth of a second later, then two, and so on: several times for each thread.
            await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            proxy.refuse(false);
            await().atMost(SOON).until(() -> worker.redisError().isEmpty());
            await().until(() -> log.lines().stream().anyMatch(line -> line.startsWith("WARN Redis is back after ")));
            assertThat(log.lines().stream().filter(line -> line.contains("tries again in")))
                    .hasSizeBetween(1, 12);
            assertThat(log.lines().stream().filter(line -> line.contains("Redis is back")))
                    .hasSize(1);
            proxy.refuse(true);
            proxy.cutAll();
            await().until(() -> worker.redisError().isPresent());
            int before = log.lines().size();
            assertThat(worker.stop(Duration.ofMillis(1_500))).isTrue();
            List<String> lines = log.lines().subList(before, log.lines().size());
            assertThat(lines)
                    .anyMatch(line -> line.endsWith(": no job runs"))
                    .noneMatch(line -> line.contains("still run"));
            assertThat(lines.stream().filter(line -> line.contains("tries again in")))
                    .as("of each tenth of a second")
                    .hasSizeLessThan(12);
        }
    }

    @Test
    void nothingOfOneThatWasClosedIsLeft() throws Exception {
        WeakReference<Resque> closed = new WeakReference<>(usedAndClosed());
        await().atMost(SOON).until(() -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private Resque usedAndClosed() throws Exception {
        Resque used = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .build()
                .closeOnExit();
        used.enqueueAsync("q", JobSpec.of("A")).toCompletableFuture().get(20, TimeUnit.SECONDS);
        used.close();
        used.closeOnExit();
        return used;
    }
}
