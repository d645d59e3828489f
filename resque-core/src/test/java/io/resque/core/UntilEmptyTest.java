package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.ResqueListener;
import io.resque.tck.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that stops where no job is left. */
@Timeout(60)
class UntilEmptyTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private WorkerBuilder noting(String... queues) {
        return resque.workerBuilder(queues)
                .register("Note", () -> context -> ran.add(context.queue()))
                .untilEmpty();
    }

    private void assertNothingIsLeftOf(Worker worker) throws InterruptedException {
        worker.join();
        assertThat(worker.isRunning()).isFalse();
        assertThat(fixture.redis.keys(fixture.key("worker*"))).isEmpty();
        assertThat(fixture.redis.number("HLEN", fixture.key("java:sessions"))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 7", "4, 0", "4, 1", "4, 40"})
    void allJobsAreRunAndNothingIsLeft(int concurrency, int jobs) throws Exception {
        for (int i = 0; i < jobs; i++) {
            resque.enqueue(i % 3 == 0 ? "a" : "b", "Note");
        }
        assertNothingIsLeftOf(noting("b", "a").concurrency(concurrency).start());
        assertThat(ran).hasSize(jobs);
        assertThat(resque.inspector().counters().processed()).isEqualTo(jobs);
        assertThat(resque.inspector().counters().pending()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void oneThatHasLeftIsNotDead(int concurrency) throws Exception {
        assertThat(resque.enqueue("a", "Note")).isNotNull();
        assertNothingIsLeftOf(noting("a").concurrency(concurrency).start());
        assertThat(resque.health().loops()).isEmpty();
        assertThat(resque.health().isLive()).isTrue();
    }

    /** One that left would be missed: the four need each other. */
    @Test
    void aLoopThatFindsNothingStaysWhileAnotherHasAJobWhichMayEnqueueMore() throws Exception {
        CyclicBarrier all = new CyclicBarrier(4);
        resque.enqueue("a", "Fan");
        WorkerBuilder builder = resque.workerBuilder("a", "b")
                .concurrency(4)
                .untilEmpty()
                .register("Fan", () -> context -> {
                    for (int i = 0; i < 3; i++) {
                        context.enqueue("b", "Meet");
                    }
                    all.await(30, TimeUnit.SECONDS);
                })
                .register("Meet", () -> context -> all.await(30, TimeUnit.SECONDS));
        assertNothingIsLeftOf(builder.start());
        assertThat(fixture.failures()).isEmpty();
        assertThat(resque.inspector().counters().processed()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"true, *", "false, *", "true, new_*", "false, new_*"})
    void aQueueThatTheLastJobAnnouncedIsWorkedToo(boolean drains, String pattern) throws Exception {
        AtomicInteger last = new AtomicInteger();
        resque.enqueue("new_0", "Next");
        WorkerBuilder builder = resque.workerBuilder(pattern).untilEmpty().register("Next", () -> context -> {
            int next = last.incrementAndGet();
            if (next < 4) {
                context.enqueue("new_" + next, "Next");
            }
        });
        if (drains) {
            assertThat(builder.drain()).isEqualTo(4);
        } else {
            assertNothingIsLeftOf(builder.start());
        }
        assertThat(last).hasValue(4);
        assertThat(resque.inspector().counters().pending()).isZero();
    }

    @Test
    void aPatternThatStandsForNoQueueIsEmpty() throws Exception {
        assertNothingIsLeftOf(noting("none_*").concurrency(2).start());
    }

    @Test
    void whileAllWorkersArePausedItLeavesAndTheJobsStay() throws Exception {
        resque.enqueue("a", "Note");
        resque.pauseAll();
        assertNothingIsLeftOf(noting("a").concurrency(2).start());
        assertThat(ran).isEmpty();
        assertThat(resque.inspector().queueSize("a")).isOne();
        resque.resumeAll();
        assertNothingIsLeftOf(noting("a").start());
        assertThat(ran).containsExactly("a");
    }

    /** As Ruby's, for which a pause is no job. */
    @Test
    void aPausedWorkerEndsItsJobAndLeaves() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        resque.enqueue("a", "Hold");
        resque.enqueue("a", "Note");
        Worker worker = noting("a")
                .concurrency(1)
                .register("Hold", () -> context -> {
                    begun.countDown();
                    paused.await();
                })
                .start();
        begun.await();
        worker.pause();
        paused.countDown();
        assertNothingIsLeftOf(worker);
        assertThat(ran).isEmpty();
        assertThat(resque.inspector().queueSize("a")).isOne();
        assertThat(resque.inspector().counters().processed()).isOne();
    }

    @Test
    void listenersHearThatTheQueuesAreEmptyAndOfTheEndAndOfNoStop() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        resque.enqueue("a", "Note");
        Worker worker = noting("a")
                .concurrency(2)
                .listen(new ResqueListener() {
                    @Override
                    public void queueEmpty(List<String> workers) {
                        heard.add("queueEmpty");
                    }

                    @Override
                    public void shutdown(List<String> workers) {
                        heard.add("shutdown");
                    }

                    @Override
                    public void workerExit(List<String> workers) {
                        heard.add("workerExit");
                    }
                })
                .start();
        worker.join();
        assertThat(heard).containsExactly("queueEmpty", "workerExit");
    }

    @Test
    void aJobThatIsPushedAtTheLastMomentIsRunOrStaysInItsQueue() throws Exception {
        int rounds = 30;
        int each = 20;
        for (int round = 0; round < rounds; round++) {
            Thread producer = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    resque.enqueue("a", "Note");
                }
            });
            producer.start();
            Worker worker = noting("a").concurrency(3).start();
            worker.join();
            producer.join();
        }
        assertThat(ran.size() + resque.inspector().queueSize("a")).isEqualTo(rounds * each);
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void connectionsThatBreakMeanwhileAreNoEndOfTheJobs() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.url());
                WorkerFixture broken = new WorkerFixture(CoreRedis.SERVER, proxy.url())) {
            for (int i = 0; i < 6; i++) {
                broken.resque.enqueue("a", "Cut");
            }
            Worker worker = broken.resque
                    .workerBuilder("*")
                    .register("Cut", () -> context -> proxy.cutAll())
                    .concurrency(2)
                    .untilEmpty()
                    .start();
            worker.join();
            assertThat(broken.redis.text("GET", broken.key("stat:processed"))).isEqualTo("6");
            assertThat(broken.failures()).isEmpty();
            assertThat(broken.redis.keys(broken.key("worker*"))).isEmpty();
        }
    }

    @Test
    void itCanBeStoppedBefore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        resque.enqueue("a", "Hold");
        Worker worker = noting("a")
                .concurrency(3)
                .register("Hold", () -> context -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                })
                .start();
        begun.await();
        assertThat(worker.stop(Duration.ZERO)).isTrue();
        assertNothingIsLeftOf(worker);
    }
}
