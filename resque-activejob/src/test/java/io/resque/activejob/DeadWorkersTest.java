package io.resque.activejob;

import static io.resque.activejob.RailsRedis.hash;
import static io.resque.activejob.RailsRedis.hashOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of ActiveJob whose worker died. The process that finds that has no handler, and does not know this module. */
@Timeout(60)
class DeadWorkersTest {
    private final RailsRedis redis = new RailsRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private void die(Retry retry, ActiveJobHandler before) throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Worker worker = resque.workerBuilder("default")
                        .module(ActiveJobs.handlers()
                                .on("A", job -> {
                                    before.perform(job);
                                    runs.countDown();
                                    mayEnd.await();
                                })
                                .retry("A", retry))
                        .start();
                Resque recovering = redis.builder().build()) {
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
            String id = worker.ids().get(0);
            // No process has such a number.
            RailsRedis.CLIENT.call("HSET", redis.key("worker:" + id + ":java"), "pid", "4194305");
            assertThat(recovering.recoverDeadWorkers()).containsExactly(id);
            mayEnd.countDown();
        }
    }

    @Test
    @WireRule("W-835")
    void aDeathIsAnAttempt() throws Exception {
        redis.push(hash("A", 1L));
        die(
                Retry.limit(1).fixed(Duration.ofHours(1)).countedAs("AppError"),
                job -> job.checkpoint(Continuation.start().done("prepare")));
        assertThat(redis.failures()).isEmpty();
        Map<String, Object> next = hashOf(redis.delayed().get(0));
        assertThat(next)
                .containsEntry("executions", 1L)
                .containsEntry("exception_executions", Map.of("[AppError]", 1L))
                .containsEntry("continuation", Map.of("completed", List.of("prepare")));

        redis.makeDue();
        die(Retry.limit(1).fixed(Duration.ofHours(1)).countedAs("AppError"), job -> {
            assertThat(job.executions()).isEqualTo(2);
            assertThat(job.continuation().isDone("prepare")).isTrue();
        });
        assertThat(hashOf(redis.failures().get(0)))
                .containsEntry("executions", 1L)
                .containsEntry("exception_executions", Map.of("[AppError]", 2L));
    }

    @Test
    void aPolicyCanLeaveTheJobFailed() throws Exception {
        redis.push(hash("A", 1L));
        die(Retry.limit(5).retryDeaths(false), job -> {});
        assertThat(hashOf(redis.failures().get(0))).isEqualTo(hash("A", 1L));
        assertThat(redis.delayed()).isEmpty();
    }
}
