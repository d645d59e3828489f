package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ResqueListener;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that is started while Redis is away, and waits for it. */
@Timeout(120)
class WaitForRedisTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RedisServer server = RedisServer.start("--appendonly", "yes");
    private final Resque resque = Resque.builder()
            .url(server.url())
            .backend("jedis")
            .serializer("gson")
            .build();
    private final CapturedLog log = new CapturedLog(Worker.class);
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void away() {
        server.kill();
    }

    @AfterEach
    void close() {
        resque.close();
        server.close();
        log.close();
    }

    private WorkerBuilder waiting(String queue) {
        return resque.workerBuilder(queue)
                .register("Count", () -> context -> runs.incrementAndGet())
                .waitForRedis();
    }

    private List<String> lines(String part) {
        return log.lines().stream().filter(line -> line.contains(part)).toList();
    }

    @Test
    void registersOnceRedisAnswers() throws Exception {
        Worker worker = waiting("q").concurrency(3).start();
        assertThat(worker.isRunning()).isTrue();
        assertThat(worker.ids()).isEmpty();
        assertThat(worker.redisError()).get().isInstanceOf(BackendUnavailableException.class);
        assertThat(worker.awaitRegistered(Duration.ZERO)).isFalse();
        Health before = resque.health();
        assertThat(before.isLive()).isTrue();
        assertThat(before.isReady()).isFalse();
        assertThat(before.whyNotReady()).contains("no worker could register yet; the log says why");
        assertThat(before.loops()).hasSize(3).allSatisfy(loop -> {
            assertThat(loop.state()).isEqualTo(Health.State.TROUBLED);
            assertThat(loop.registered()).isFalse();
        });
        await().atMost(SOON).until(() -> !lines("tries again in").isEmpty());
        server.restart();
        assertThat(worker.awaitRegistered(SOON)).isTrue();
        String id = worker.ids().get(0);
        assertThat(worker.ids())
                .as("no attempt has used up a number")
                .containsExactlyInAnyOrder(id, id + ",thread-2", id + ",thread-3");
        assertThat(resque.inspector().workers()).hasSize(3);
        resque.enqueue("q", "Count");
        await().atMost(SOON).until(() -> resque.inspector().counters().processed() == 1);
        await().atMost(SOON).until(() -> resque.health().isReady());
        assertThat(worker.redisError()).isEmpty();
        assertThat(lines("Redis is back after")).hasSize(1);
        assertThat(lines("Starting worker")).hasSize(3);
        assertThat(lines("tries again in"))
                .allMatch(line -> line.startsWith("WARN Worker " + id) && line.contains("Cannot reach Redis at"));
        worker.close();
        assertThat(resque.inspector().workers()).isEmpty();
    }

    @Test
    void aDrainMovesWhatIsDueOnceItHasRegistered() throws Exception {
        server.restart();
        try (RespClient client = server.client()) {
            client.call("RPUSH", "resque:delayed:7", "{\"class\":\"Count\",\"args\":[],\"queue\":\"q\"}");
            client.call("ZADD", "resque:delayed_queue_schedule", 7, 7);
        }
        server.kill();
        CompletableFuture<Long> ran =
                CompletableFuture.supplyAsync(() -> waiting("q").drain());
        await().atMost(SOON).until(() -> !lines("tries again in").isEmpty());
        server.restart();
        assertThat(ran.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void listenersHearNoIdThatNobodyHasRegistered() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        Worker worker = waiting("q")
                .concurrency(3)
                .listen(new ResqueListener() {
                    @Override
                    public void redisLost(List<String> workers, Throwable cause) {
                        told.add("lost " + workers);
                    }

                    @Override
                    public void redisBack(List<String> workers) {
                        told.add("back " + workers.size());
                    }
                })
                .start();
        await().atMost(SOON).until(() -> !told.isEmpty());
        server.restart();
        assertThat(worker.awaitRegistered(SOON)).isTrue();
        await().atMost(SOON).until(() -> told.size() == 2);
        assertThat(told).containsExactly("lost []", "back 3");
    }

    @Test
    void aJobOfAWorkerThatHasRegisteredIsToldSoAtOnce() throws Exception {
        AtomicReference<Worker> own = new AtomicReference<>();
        AtomicReference<Object> seen = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        server.restart();
        own.set(waiting("q")
                .register("Ask", () -> context -> {
                    known.await();
                    seen.set(own.get().awaitRegistered(Duration.ofSeconds(20)));
                })
                .start());
        known.countDown();
        resque.enqueue("q", "Ask");
        await().untilAsserted(() -> assertThat(seen.get()).isEqualTo(true));
    }

    @Test
    void aThreadOfTheWorkerDoesNotWaitForItself() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        AtomicReference<Worker> own = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        own.set(waiting("q")
                .listen(new ResqueListener() {
                    @Override
                    public void redisLost(List<String> workers, Throwable cause) {
                        try {
                            known.await();
                            seen.add(own.get().awaitRegistered(Duration.ZERO));
                            own.get().awaitRegistered(Duration.ofSeconds(20));
                        } catch (IllegalStateException | InterruptedException e) {
                            seen.add(String.valueOf(e.getMessage()));
                        }
                    }
                })
                .start());
        known.countDown();
        await().atMost(Duration.ofSeconds(60)).until(() -> seen.size() == 2);
        assertThat(seen.get(0)).isEqualTo(false);
        assertThat(seen.get(1))
                .asString()
                .startsWith("A job or listener of this worker cannot wait until it has registered");
    }

    @Test
    void twoWorkersWait() throws Exception {
        Worker one = waiting("one").start();
        Worker two = waiting("two").start();
        server.restart();
        assertThat(one.awaitRegistered(SOON)).isTrue();
        assertThat(two.awaitRegistered(SOON)).isTrue();
        assertThat(resque.inspector().workers())
                .extracting(worker -> worker.id())
                .containsExactlyInAnyOrderElementsOf(Stream.of(one, two)
                        .flatMap(worker -> worker.ids().stream())
                        .toList());
    }

    @Test
    void aStopEndsTheWait() throws Exception {
        Worker worker = waiting("q").concurrency(2).start();
        CompletableFuture<Boolean> registered = CompletableFuture.supplyAsync(() -> {
            try {
                return worker.awaitRegistered(Duration.ofMinutes(5));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(worker.stop(SOON)).isTrue();
        worker.join();
        assertThat(registered.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(worker.awaitRegistered(Duration.ZERO)).isFalse();
        assertThat(resque.health().loops()).isEmpty();
        assertThat(lines("ERROR")).isEmpty();
        server.restart();
        assertThat(resque.inspector().workers()).isEmpty();
    }

    @Test
    void closingTheResqueEndsTheWait() throws Exception {
        Worker worker = waiting("q").start();
        resque.close();
        worker.join();
        assertThat(worker.isRunning()).isFalse();
        assertThat(lines("ERROR")).isEmpty();
    }

    @Test
    void aPauseDuringTheWaitHolds() throws Exception {
        Worker worker = waiting("q").start();
        worker.pause();
        server.restart();
        assertThat(worker.awaitRegistered(SOON)).isTrue();
        resque.enqueue("q", "Count");
        await().atMost(SOON).until(() -> resque.health().loops().get(0).state() == Health.State.PAUSED);
        assertThat(resque.inspector().queueSize("q")).isEqualTo(1);
        worker.resume();
        await().atMost(SOON).untilAsserted(() -> assertThat(runs).hasValue(1));
    }

    @Test
    void aDrainWaits() throws Exception {
        CompletableFuture<Long> jobs =
                CompletableFuture.supplyAsync(() -> waiting("q").drain());
        await().atMost(SOON).until(() -> !lines("tries again in").isEmpty());
        assertThat(jobs).isNotDone();
        server.restart();
        assertThat(jobs.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aRedisThatAnswersMakesNoDifference() throws Exception {
        server.restart();
        Worker worker = waiting("q").start();
        assertThat(worker.ids()).hasSize(1);
        assertThat(worker.awaitRegistered(Duration.ZERO)).isTrue();
        assertThat(lines("WARN")).isEmpty();
    }

    @Test
    void aRefusedLoginIsThrown() {
        try (RedisServer secret = RedisServer.start("--requirepass", "open");
                Resque wrong = Resque.builder()
                        .url("redis://:hunter2@127.0.0.1:" + secret.port())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            WorkerBuilder builder = wrong.workerBuilder("q")
                    .register("Count", () -> context -> {})
                    .waitForRedis();
            assertThatThrownBy(builder::start)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("WRONGPASS");
        }
    }

    @Test
    void aWrongAgeIsToldBeforeRedisIsAsked() {
        assertThatThrownBy(() -> resque.inspector().diagnose(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least a minute");
    }

    @Test
    void withoutItTheStartFails() {
        WorkerBuilder builder = resque.workerBuilder("q").register("Count", () -> context -> {});
        assertThatThrownBy(builder::start).isInstanceOf(BackendUnavailableException.class);
    }
}
