package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobSpec;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other programs remove workers without a pause, of which each lives and works, while others of ours look for dead ones. */
@Timeout(120)
class NeighboursStormTest {
    private static final int JOBS = 4_000;
    private static final long SEED = 17;

    private final CoreRedis redis = new CoreRedis();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger removals = new AtomicInteger();

    @AfterEach
    void clear() {
        redis.clear();
    }

    /** As php-resque, pyres and Ruby's page do, but without filing a job: so that each failure would be one of ours. */
    private void removeWorkers() {
        Random random = new Random(SEED);
        try (RespClient other = CoreRedis.SERVER.client()) {
            while (!over.get()) {
                for (String id : other.hash(redis.key("java:sessions")).keySet()) {
                    if (random.nextInt(3) > 0) {
                        other.call("SREM", redis.key("workers"), id);
                    }
                    if (random.nextInt(3) == 0) {
                        other.call("DEL", redis.key("worker:" + id), redis.key("worker:" + id + ":started"));
                    }
                    if (random.nextInt(3) == 0) {
                        other.call("HDEL", redis.key("workers:heartbeat"), id);
                        other.call("DEL", redis.key("worker:" + id + ":java"));
                    }
                    removals.incrementAndGet();
                }
            }
        }
    }

    private void recover() {
        try (Resque other = redis.builder().requeueAfterWorkerDeath(3).build()) {
            while (!over.get()) {
                assertThat(other.recoverDeadWorkers()).as("each of them lives").isEmpty();
            }
        }
    }

    @Test
    @WireRule({"W-415", "W-437", "W-454", "W-505"})
    void eachJobIsDoneOnce() throws Exception {
        Map<Long, Integer> runs = new ConcurrentHashMap<>();
        List<Throwable> wrong = new CopyOnWriteArrayList<>();
        List<Thread> others =
                List.of(new Thread(this::removeWorkers), new Thread(this::recover), new Thread(this::recover));
        try (Resque resque =
                redis.builder().heartbeatInterval(Duration.ofSeconds(1)).build()) {
            Worker worker = resque.workerBuilder("q")
                    .register(
                            "Count", () -> context -> runs.merge(context.args().get(0, long.class), 1, Integer::sum))
                    .concurrency(16)
                    .start();
            List<String> ids = worker.ids();
            for (Thread thread : others) {
                thread.setUncaughtExceptionHandler((failed, e) -> wrong.add(e));
                thread.start();
            }
            resque.enqueueAll(
                    "q",
                    IntStream.range(0, JOBS)
                            .mapToObj(i -> JobSpec.of("Count", i))
                            .toList());
            await().atMost(Duration.ofSeconds(100))
                    .until(() -> Integer.toString(JOBS).equals(CLIENT.text("GET", redis.key("stat:processed"))));
            over.set(true);
            for (Thread thread : others) {
                thread.join();
            }
            assertThat(worker.ids())
                    .as("none was lost, so each has kept its id")
                    .isEqualTo(ids);
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
        } finally {
            over.set(true);
        }
        assertThat(wrong).isEmpty();
        assertThat(removals).hasValueGreaterThan(100);
        assertThat(runs).hasSize(JOBS);
        assertThat(runs.values()).as("as often as each was run").containsOnly(1);
        assertThat(CLIENT.text("GET", redis.key("stat:failed"))).isEqualTo("0");
        assertThat(redis.dump().keySet())
                .as("no failure, no job and no key of a worker is left")
                .isSubsetOf(
                        redis.key("queues"),
                        redis.key("stat:processed"),
                        redis.key("stat:failed"),
                        redis.key("pruning_dead_workers_in_progress"));
    }
}
