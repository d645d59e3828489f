package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Eight people at the same list, while a worker adds to it. */
@WireRule("W-357")
class FailedJobsRaceTest {
    private static final int THREADS = 8;
    private static final int SEEN = 700;
    private static final FailureFilter SEEDED = FailureFilter.all().jobClass("Seeded");

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() {
        threads.shutdownNow();
        resque.close();
        redis.clear();
    }

    private void seed() {
        List<Object> command = new ArrayList<>(List.of("RPUSH", redis.key("failed")));
        for (int i = 0; i < SEEN; i++) {
            command.add("{\"failed_at\":\"2026/01/01 00:00:00 UTC\",\"payload\":{\"class\":\"Seeded\",\"args\":[" + i
                    + "]},\"exception\":\"E\",\"error\":\"m\",\"backtrace\":[],\"worker\":\"w\",\"queue\":\"again\"}");
        }
        CLIENT.call(command.toArray());
    }

    /** Runs it on all threads at once, with a worker that fails jobs meanwhile; the sum of what they gave. */
    private long atOnce(Callable<Long> task) throws Exception {
        for (int i = 0; i < 300; i++) {
            resque.enqueue("failing", "Failing", i);
        }
        Worker worker = resque.workerBuilder("failing")
                .register("Failing", () -> context -> {
                    throw new IllegalStateException("told to");
                })
                .start();
        CyclicBarrier together = new CyclicBarrier(THREADS);
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                together.await();
                return task.call();
            }));
        }
        long sum = 0;
        for (Future<Long> each : running) {
            sum += each.get(60, TimeUnit.SECONDS);
        }
        await().until(() -> "300".equals(CLIENT.text("GET", redis.key("stat:processed"))));
        worker.close();
        assertThat(resque.failures().count(FailureFilter.all().jobClass("Failing")))
                .as("no record of the worker was overwritten or removed")
                .isEqualTo(300);
        return sum;
    }

    private List<FailedJob> shuffled(List<FailedJob> seen) {
        List<FailedJob> order = new ArrayList<>(seen);
        Collections.shuffle(order, new Random(Thread.currentThread().getId()));
        return order;
    }

    private void assertPushedOnceEach(int count) {
        List<String> pushed = redis.queue("again");
        assertThat(pushed).hasSize(count);
        assertThat(new HashSet<>(pushed)).hasSize(count);
    }

    @RepeatedTest(3)
    void theSameFailuresRetriedByAllAreRetriedOnce() throws Exception {
        seed();
        List<FailedJob> seen = resque.failures().oldest(SEEDED, 0, SEEN);
        assertThat(atOnce(() -> resque.failures().retry(shuffled(seen)))).isEqualTo(SEEN);
        assertPushedOnceEach(SEEN);
        assertThat(resque.failures().count(SEEDED.retried(true))).isEqualTo(SEEN);
    }

    @RepeatedTest(3)
    void theSameFailuresRetriedAndRemovedByAllAreRetriedOnce() throws Exception {
        seed();
        List<FailedJob> seen = resque.failures().oldest(SEEDED, 0, SEEN);
        assertThat(atOnce(() -> resque.failures().retryAndRemove(shuffled(seen))))
                .isEqualTo(SEEN);
        assertPushedOnceEach(SEEN);
        assertThat(resque.failures().count(SEEDED)).isZero();
    }

    @Test
    void oneByOneRetriedAndRemovedInTurn() throws Exception {
        seed();
        List<FailedJob> seen = resque.failures().oldest(SEEDED, 0, SEEN);
        AtomicInteger turn = new AtomicInteger();
        AtomicLong removed = new AtomicLong();
        long pushed = atOnce(() -> {
            boolean removing = turn.getAndIncrement() % 2 == 0;
            long done = 0;
            for (FailedJob failure : shuffled(seen).subList(0, 200)) {
                if (removing) {
                    removed.addAndGet(resque.failures().remove(failure) ? 1 : 0);
                } else {
                    done += resque.failures().retryAndRemove(failure) ? 1 : 0;
                }
            }
            return done;
        });
        assertPushedOnceEach((int) pushed);
        assertThat(resque.failures().count(SEEDED)).isEqualTo(SEEN - pushed - removed.get());
        assertThat(pushed).isPositive();
    }

    @RepeatedTest(3)
    void allByFilterAtOnce() throws Exception {
        seed();
        long retried = atOnce(() -> resque.failures().retryAndRemoveAll(SEEDED));
        assertPushedOnceEach((int) retried);
        assertThat(resque.failures().count(SEEDED)).isEqualTo(SEEN - retried);
        assertThat(resque.failures().removeAll(SEEDED)).isEqualTo(SEEN - retried);
    }

    @RepeatedTest(3)
    void removingAllByFilterAtOnceLeavesNone() throws Exception {
        seed();
        assertThat(atOnce(() -> resque.failures().removeAll(SEEDED))).isEqualTo(SEEN);
        assertThat(resque.failures().count(SEEDED)).isZero();
    }
}
