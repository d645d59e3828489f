package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker and a producer while Redis is in trouble, on both adapters. Most tests only wait, so they run in parallel.
 * Prints a table.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RedisTroubleTest {
    private static final List<String> TABLE = Collections.synchronizedList(new ArrayList<>());
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Resque resque;
    private Worker worker;

    @AfterEach
    void close() {
        goOn.countDown();
        if (resque != null) {
            resque.close();
        }
        server.close();
    }

    @AfterAll
    static void table() {
        TABLE.forEach(System.out::println);
    }

    private void start(String backend, String url) {
        resque = Resque.builder().url(url).backend(backend).serializer("gson").build();
        worker = resque.workerBuilder("q")
                .register("Count", () -> context -> runs.incrementAndGet())
                .register("Held", () -> context -> {
                    begun.countDown();
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                    runs.incrementAndGet();
                })
                .start();
    }

    private void hold() throws InterruptedException {
        resque.enqueue("q", "Held");
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private String get(String key) {
        try (RespClient redis = server.client()) {
            return redis.text("GET", "resque:" + key);
        }
    }

    private void command(Object... words) {
        try (RespClient redis = server.client()) {
            redis.call(words);
        }
    }

    /** Checks that every job ran once and was counted once, and that the worker is as before. */
    private void allIsWell(String what, String backend, int jobs, long since) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> Integer.toString(jobs).equals(get("stat:processed")));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        await().atMost(SOON).until(() -> worker.redisError().isEmpty());
        assertThat(runs).hasValue(jobs);
        assertThat(get("stat:failed")).isIn(null, "0");
        assertThat(worker.isRunning()).isTrue();
        assertThat(resque.inspector().workers()).hasSize(1);
        assertThat(resque.inspector().workers().get(0).job()).isEmpty();
        TABLE.add(String.format(
                "Trouble %-36s %-8s: %d of %d jobs once, %d ms after its end", what, backend, jobs, jobs, millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void awayAtTheStart(String backend) {
        String url = server.url();
        server.kill();
        assertThatThrownBy(() -> start(backend, url))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("Cannot reach Redis at " + server.host() + ":" + server.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void awayAtTheStartAndWaitedFor(String backend) throws Exception {
        String url = server.url();
        server.kill();
        resque = Resque.builder().url(url).backend(backend).serializer("gson").build();
        worker = resque.workerBuilder("q")
                .register("Count", () -> context -> runs.incrementAndGet())
                .waitForRedis()
                .start();
        assertThat(worker.redisError()).get().isInstanceOf(BackendUnavailableException.class);
        assertThat(worker.awaitRegistered(Duration.ZERO)).isFalse();
        server.restart();
        long since = System.nanoTime();
        assertThat(worker.awaitRegistered(SOON)).isTrue();
        enqueueOnceItAnswers();
        allIsWell("away at the start, waited for", backend, 1, since);
    }

    /** Redis before 6.2 has no BLMOVE. */
    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void withoutBlmoveTheQueuesAreLookedAt(String backend) {
        try (RedisServer old = RedisServer.start("--rename-command", "BLMOVE", "");
                RespClient redis = old.client()) {
            start(backend, old.url());
            for (int job = 1; job <= 5; job++) {
                resque.enqueue("q", "Count");
                await().atMost(SOON).untilAtomic(runs, Matchers.equalTo(job));
            }
            assertThat(redis.text("INFO", "commandstats"))
                    .contains("cmdstat_llen:")
                    .doesNotContain("cmdstat_blmove:");
            assertThat(worker.redisError()).isEmpty();
            resque.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void awayWhileIdle(String backend) {
        start(backend, server.url());
        server.kill();
        await().atMost(SOON).until(() -> worker.redisError().isPresent());
        assertThat(worker.redisError()).get().isInstanceOf(BackendUnavailableException.class);
        assertThatThrownBy(() -> resque.enqueue("q", "Count"))
                .isInstanceOfSatisfying(
                        BackendUnavailableException.class,
                        e -> assertThat(e.maybeApplied()).as("nobody was there").isFalse());
        server.restart();
        long since = System.nanoTime();
        enqueueOnceItAnswers();
        allIsWell("away while idle", backend, 1, since);
    }

    private void enqueueOnceItAnswers() {
        await().atMost(SOON).ignoreExceptions().until(() -> resque.enqueue("q", "Count"));
    }

    @ParameterizedTest
    @CsvSource({"jedis,true", "jedis,false", "lettuce,true", "lettuce,false"})
    void restartedWithItsDataInAJob(String backend, boolean backBeforeTheEnd) throws Exception {
        start(backend, server.url());
        hold();
        resque.enqueue("q", "Count");
        server.kill();
        if (backBeforeTheEnd) {
            server.restart();
            goOn.countDown();
        } else {
            goOn.countDown();
            await().atMost(SOON).until(() -> worker.redisError().isPresent());
            server.restart();
        }
        allIsWell(backBeforeTheEnd ? "restarted in a job" : "away at the end of a job", backend, 2, System.nanoTime());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void restartedWithoutItsDataInAJob(String backend) throws Exception {
        start(backend, server.url());
        hold();
        command("FLUSHALL");
        goOn.countDown();
        long since = System.nanoTime();
        await().atMost(SOON).until(() -> runs.get() == 1);
        resque.enqueue("q", "Count");
        await().atMost(SOON).until(() -> "1".equals(get("stat:processed")));
        assertThat(runs).hasValue(2);
        assertThat(resque.inspector().workers()).hasSize(1);
        TABLE.add(String.format(
                "Trouble %-36s %-8s: registered anew, the next job run, %d ms after",
                "its data gone in a job", backend, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void scriptsForgotten(String backend) throws Exception {
        start(backend, server.url());
        hold();
        command("SCRIPT", "FLUSH");
        goOn.countDown();
        resque.enqueue("q", "Count");
        allIsWell("scripts forgotten in a job", backend, 2, System.nanoTime());
    }

    @ParameterizedTest
    @CsvSource({"jedis,READONLY", "jedis,OOM", "lettuce,READONLY", "lettuce,OOM"})
    void refusedWithoutATrace(String backend, String how) throws Exception {
        start(backend, server.url());
        hold();
        boolean full = how.equals("OOM");
        if (full) {
            command("CONFIG", "SET", "maxmemory", "1");
        } else {
            command("REPLICAOF", "127.0.0.1", "1");
        }
        goOn.countDown();
        await().atMost(SOON).until(() -> worker.redisError().isPresent());
        assertThat(worker.redisError()).get().isInstanceOf(BackendException.class);
        assertThat(worker.redisError().get().getMessage()).contains(how);
        assertThatThrownBy(() -> resque.enqueue("q", "Count"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(how);
        assertThat(resque.inspector().queueSize("q")).isZero();
        if (full) {
            command("CONFIG", "SET", "maxmemory", "0");
        } else {
            command("REPLICAOF", "NO", "ONE");
        }
        long since = System.nanoTime();
        resque.enqueue("q", "Count");
        allIsWell(full ? "out of memory at the end of a job" : "read-only at the end of a job", backend, 2, since);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void slow(String backend) throws Exception {
        start(backend, server.url());
        hold();
        // The client tests an idle connection, and then opens a new one: only after twice two seconds does the call
        // fail, and on Lettuce calls of several threads open one after the other.
        command("CLIENT", "PAUSE", 14_000, "ALL");
        goOn.countDown();
        long since = System.nanoTime();
        await().atMost(SOON).until(() -> worker.redisError().isPresent());
        assertThatThrownBy(() -> resque.enqueue("other", "Count")).isInstanceOf(BackendUnavailableException.class);
        allIsWell("silent for 14 s at the end of a job", backend, 1, since);
    }

    private boolean waits() {
        try (RespClient redis = server.client()) {
            return redis.text("CLIENT", "LIST").contains("cmd=blmove");
        }
    }

    /** A machine that has lost its power: no packet comes any more, and no connection is closed. */
    @ParameterizedTest
    @CsvSource({"jedis,true", "jedis,false", "lettuce,true", "lettuce,false"})
    void halfOpen(String backend, boolean idle) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.url())) {
            start(backend, proxy.url());
            if (idle) {
                await().until(this::waits);
            } else {
                hold();
            }
            proxy.pause();
            long since = System.nanoTime();
            goOn.countDown();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> worker.redisError().isPresent());
            long noticed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
            proxy.cutAll();
            proxy.resume();
            since = System.nanoTime();
            enqueueOnceItAnswers();
            allIsWell("half-open " + (idle ? "while idle" : "in a job"), backend, idle ? 1 : 2, since);
            TABLE.add("        which was noticed after " + noticed + " ms");
            resque.close();
        }
    }
}
