package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import io.resque.api.Retry;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckpointTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final CountDownLatch runs = new CountDownLatch(1);
    private final List<Optional<Object>> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<String> queue() {
        return fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1);
    }

    private void assertNoCheckpointIsLeft() {
        for (String key : fixture.redis.keys(fixture.namespace + ":*")) {
            if (fixture.redis.text("TYPE", key).equals("string")) {
                assertThat(fixture.redis.text("GET", key)).as(key).doesNotContain("java_checkpoint");
            }
        }
    }

    @Test
    @WireRule("W-754")
    void theNextRunOfARetryFindsTheCheckpoint() {
        resque.enqueue("q", "Import", 1);
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    seen.add(context.lastCheckpoint());
                    if (context.attempt() < 2) {
                        context.checkpoint(Map.of("line", List.of(context.attempt(), "é")));
                        throw new IllegalStateException("not yet");
                    }
                })
                .retry("Import", Retry.limit(5))
                .drain();
        assertThat(seen)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(Map.of("line", List.of(0L, "é"))),
                        Optional.of(Map.of("line", List.of(1L, "é"))));
        assertNoCheckpointIsLeft();
    }

    @Test
    @WireRule("W-754")
    void anEqualJobBeginsAnew() {
        resque.enqueue("q", "Import", 1);
        resque.enqueue("q", "Import", 1);
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    seen.add(context.lastCheckpoint());
                    context.checkpoint(7);
                })
                .drain();
        assertThat(seen).containsExactly(Optional.empty(), Optional.empty());
        assertNoCheckpointIsLeft();
    }

    @Test
    @WireRule("W-754")
    void aJobThatIsPutBackGoesOnAtItsCheckpoint() throws Exception {
        resque.enqueue("q", "Import", 1);
        Worker worker = resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    context.checkpoint("a");
                    context.checkpoint("b");
                    runs.countDown();
                    new CountDownLatch(1).await();
                })
                .onStop(OnStop.PUT_BACK)
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        worker.stop(Duration.ZERO);
        assertThat(queue()).containsExactly("{\"class\":\"Import\",\"args\":[1],\"java_checkpoint\":\"b\"}");
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    seen.add(context.lastCheckpoint());
                    context.checkpoint(null);
                    assertThat(fixture.redis.keys(fixture.namespace + ":worker:*:q"))
                            .hasSize(1);
                    assertNoCheckpointIsLeft();
                })
                .drain();
        assertThat(seen).containsExactly(Optional.of("b"));
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    @WireRule("W-754")
    void theDeadWorkersCheckpointGoesBackWithItsJobAndDeathsAreCountedWithoutIt() throws Exception {
        AtomicReference<JobContext> running = new AtomicReference<>();
        CountDownLatch mayEnd = new CountDownLatch(1);
        resque.enqueue("q", "Import", 1);
        Worker worker = resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    context.checkpoint(41);
                    running.set(context);
                    runs.countDown();
                    mayEnd.await();
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        try (Resque other = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .requeueAfterWorkerDeath(3)
                .build()) {
            String id = worker.ids().get(0);
            fixture.redis.call("HSET", fixture.key("workers:heartbeat"), id, "2020-01-01T00:00:00+00:00");
            fixture.redis.call("HDEL", fixture.key("worker:" + id + ":java"), "boot");
            assertThat(other.recoverDeadWorkers()).containsExactly(id);
        }
        assertThat(queue()).containsExactly("{\"class\":\"Import\",\"args\":[1],\"java_checkpoint\":41}");
        assertThat(fixture.redis.texts("HKEYS", fixture.key("java:deaths")))
                .containsExactly(sha1("{\"class\":\"Import\",\"args\":[1]}"));
        assertThatThrownBy(() -> running.get().checkpoint(42))
                .as("the job was given to others meanwhile")
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("took it for dead");
        assertThat(queue()).hasSize(1).allMatch(job -> job.contains("41"));
        mayEnd.countDown();
    }

    private String sha1(String text) {
        return fixture.redis.text("EVAL", "return redis.sha1hex(ARGV[1])", 0, text);
    }

    @Test
    @WireRule("W-754")
    void whatIsNoCheckpointIsRefusedAndTheLastOneStays() {
        resque.enqueue("q", "Import", 1);
        AtomicReference<JobContext> kept = new AtomicReference<>();
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    kept.set(context);
                    seen.add(context.lastCheckpoint());
                    if (context.attempt() > 0) {
                        return;
                    }
                    context.checkpoint("x".repeat(8_190));
                    assertThatThrownBy(() -> context.checkpoint("x".repeat(8_191)))
                            .isInstanceOf(InvalidJobException.class)
                            .hasMessageContaining("more than 8192 bytes");
                    assertThatThrownBy(() -> context.checkpoint(new Object())).isInstanceOf(InvalidJobException.class);
                    throw new IllegalStateException("not yet");
                })
                .retry("Import", Retry.limit(1))
                .drain();
        assertThat(seen).containsExactly(Optional.empty(), Optional.of("x".repeat(8_190)));
        assertThatThrownBy(() -> kept.get().checkpoint(1)).isInstanceOf(IllegalStateException.class);
    }

    private record Slow() {}

    @Test
    @WireRule("W-754")
    void aThreadThatAJobLeftBehindWritesNothingIntoTheNextOne() throws Exception {
        CountDownLatch converts = new CountDownLatch(1);
        CountDownLatch nextRuns = new CountDownLatch(1);
        AtomicReference<Thread> left = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (Resque slow = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .argument(
                        Slow.class,
                        any -> {
                            converts.countDown();
                            await(nextRuns);
                            return "of the first job";
                        },
                        any -> new Slow())
                .build()) {
            slow.enqueue("q", "First");
            slow.enqueue("q", "Next");
            slow.workerBuilder("q")
                    .register("First", () -> context -> {
                        left.set(new Thread(() -> context.checkpoint(new Slow())));
                        left.get().setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
                        left.get().start();
                        converts.await();
                    })
                    .register("Next", () -> context -> {
                        nextRuns.countDown();
                        left.get().join();
                        assertNoCheckpointIsLeft();
                        seen.add(Optional.of("ran"));
                    })
                    .drain();
        }
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("has ended");
        assertThat(seen).containsExactly(Optional.of("ran"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNameOfOursIsNoMetadata() {
        assertThatThrownBy(() -> resque.enqueue("q", JobSpec.of("Import").withMetadata("java_checkpoint", 1)))
                .isInstanceOf(InvalidJobException.class);
    }
}
