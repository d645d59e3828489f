package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobState;
import io.resque.tck.Fault;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** A worker whose Redis, or whose connection to it, is not as it should be. */
class WorkerTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicInteger runs = new AtomicInteger();

    private Worker countingWorker(WorkerFixture fixture) {
        return fixture.resque
                .workerBuilder("q")
                .register("Count", () -> context -> runs.incrementAndGet())
                .start();
    }

    /** The request of a worker's step that settles a job, or that only reserves. */
    private static Predicate<List<byte[]>> step(boolean settles) {
        return words -> {
            if (!text(words.get(0)).startsWith("EVAL") || words.size() < 20) {
                return false;
            }
            int args = 3 + Integer.parseInt(text(words.get(2)));
            boolean isStep = text(words.get(3)).endsWith("pause-all-workers")
                    && text(words.get(args + 1)).equals("1");
            if (!isStep) {
                return false;
            }
            int queues = Integer.parseInt(text(words.get(args + 2)));
            return words.get(args + 6 + queues + 3).length > 0 == settles;
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void assertRanExactlyOnce(WorkerFixture fixture, int jobs) {
        fixture.awaitProcessed(jobs);
        fixture.resque.close();
        assertThat(runs).hasValue(jobs);
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo(Integer.toString(jobs));
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.redis.keys(fixture.namespace + ":queue:*")).isEmpty();
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
    }

    @Test
    @WireRule("W-951")
    void aLostAnswerNeitherLosesNorDoublesAJob() {
        for (boolean settles : List.of(false, true)) {
            runs.set(0);
            try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.url());
                    WorkerFixture fixture = new WorkerFixture(CoreRedis.SERVER, proxy.url())) {
                Fault cut = proxy.cutAfter(step(settles));
                for (int i = 0; i < 5; i++) {
                    fixture.resque.enqueue("q", "Count");
                }
                countingWorker(fixture);
                cut.awaitCaught(PATIENCE);
                assertRanExactlyOnce(fixture, 5);
            }
        }
    }

    @Test
    @WireRule("W-951")
    void aRequestThatArrivesTwiceNeitherLosesNorDoublesAJob() {
        for (boolean settles : List.of(false, true)) {
            runs.set(0);
            try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.url());
                    WorkerFixture fixture = new WorkerFixture(CoreRedis.SERVER, proxy.url())) {
                Fault.Duplicated twice = proxy.duplicate(step(settles));
                for (int i = 0; i < 5; i++) {
                    fixture.resque.enqueue("q", "Count");
                }
                countingWorker(fixture);
                twice.awaitDuplicated(PATIENCE);
                assertRanExactlyOnce(fixture, 5);
            }
        }
    }

    @Test
    @WireRule("W-951")
    void aRequestThatArrivesASecondAfterItWasGivenUpDoesNothing() {
        for (boolean settles : List.of(false, true)) {
            runs.set(0);
            try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.url());
                    WorkerFixture fixture = new WorkerFixture(CoreRedis.SERVER, proxy.url())) {
                Fault.Held late = proxy.holdAndCut(step(settles));
                for (int i = 0; i < 5; i++) {
                    fixture.resque.enqueue("q", "Count");
                }
                Worker worker = countingWorker(fixture);
                late.awaitCaught(PATIENCE);
                fixture.awaitProcessed(5);
                long caught = System.nanoTime();
                await().until(() -> System.nanoTime() - caught > TimeUnit.SECONDS.toNanos(1));
                late.release();
                assertThat(fixture.redis.text(
                                "GET", fixture.key("worker:" + worker.ids().get(0))))
                        .isNull();
                fixture.resque.enqueue("q", "Count");
                assertRanExactlyOnce(fixture, 6);
            }
        }
    }

    @Test
    @WireRule("W-454")
    void aWorkerThatOneOfOursRecoveredDoesNotSettleAndRegistersAnew() throws Exception {
        try (WorkerFixture fixture = new WorkerFixture()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch removed = new CountDownLatch(1);
            fixture.resque.enqueue("q", "Slow");
            Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        begun.countDown();
                        removed.await(10, TimeUnit.SECONDS);
                    })
                    .register("Count", () -> context -> runs.incrementAndGet())
                    .start();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            String id = worker.ids().get(0);
            // As a recovery does it.
            fixture.redis.call("HDEL", fixture.key("java:sessions"), id);
            fixture.redis.call("SREM", fixture.key("workers"), id);
            fixture.redis.call("DEL", fixture.key("worker:" + id), fixture.key("worker:" + id + ":started"));
            fixture.redis.call("HDEL", fixture.key("workers:heartbeat"), id);
            removed.countDown();
            fixture.resque.enqueue("q", "Count");
            fixture.awaitProcessed(1);
            assertThat(runs).hasValue(1);
            assertThat(fixture.redis.texts("SMEMBERS", fixture.key("workers"))).isEqualTo(worker.ids());
        }
    }

    /** Ends its job once the worker was removed, with what that removal left. */
    private void afterRemoval(boolean fails, BiConsumer<WorkerFixture, String> removal, Consumer<WorkerFixture> then)
            throws Exception {
        try (WorkerFixture fixture = new WorkerFixture()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch removed = new CountDownLatch(1);
            String token = fixture.resque.enqueueTracked("q", "Slow").orElseThrow();
            Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        begun.countDown();
                        removed.await(10, TimeUnit.SECONDS);
                        if (fails) {
                            throw new IllegalStateException("on purpose");
                        }
                    })
                    .register("Count", () -> context -> runs.incrementAndGet())
                    .start();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            List<String> ids = worker.ids();
            removal.accept(fixture, ids.get(0));
            removed.countDown();
            fixture.resque.enqueue("q", "Count");
            fixture.awaitProcessed(2);
            assertThat(runs).hasValue(1);
            assertThat(worker.ids()).as("the session stands, so the id stays").isEqualTo(ids);
            assertThat(fixture.resque.status(token).orElseThrow().state())
                    .isEqualTo(fails ? JobState.FAILED : JobState.COMPLETE);
            assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo(fails ? "1" : "0");
            then.accept(fixture);
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
            assertThat(fixture.redis.keys(fixture.key("worker*"))).isEmpty();
            await().untilAsserted(() ->
                    assertThat(fixture.redis.keys(fixture.key("java:*"))).isEmpty()); // its scheduler leaves, too
            runs.set(0);
        }
    }

    private static void removeAsPyres(WorkerFixture fixture, String id) {
        fixture.redis.call("SREM", fixture.key("workers"), id);
        fixture.redis.call("DEL", fixture.key("worker:" + id + ":started"));
    }

    private static void removeAsRuby(WorkerFixture fixture, String id) {
        removeAsPyres(fixture, id);
        fixture.redis.call("DEL", fixture.key("worker:" + id));
        fixture.redis.call("HDEL", fixture.key("workers:heartbeat"), id);
        fixture.redis.call("DEL", fixture.key("stat:processed:" + id), fixture.key("stat:failed:" + id));
    }

    @Test
    @WireRule("W-454")
    void aWorkerThatAnotherProgramRemovedSettlesUnderItsId() throws Exception {
        for (BiConsumer<WorkerFixture, String> removal : List.<BiConsumer<WorkerFixture, String>>of(
                WorkerTroubleTest::removeAsPyres, WorkerTroubleTest::removeAsRuby)) {
            afterRemoval(
                    false,
                    removal,
                    fixture -> assertThat(fixture.failures()).as("it completed").isEmpty());
        }
        afterRemoval(
                true,
                WorkerTroubleTest::removeAsPyres,
                fixture -> assertThat(fixture.failures())
                        .singleElement(InstanceOfAssertFactories.STRING)
                        .contains("\"exception\":\"java.lang.IllegalStateException\",\"error\":\"on purpose\","));
        afterRemoval(
                true,
                WorkerTroubleTest::removeAsRuby,
                fixture -> assertThat(fixture.failures())
                        .as("it says that the record was gone")
                        .singleElement(InstanceOfAssertFactories.STRING)
                        .contains("\"exception\":\"java.lang.IllegalStateException\",\"error\":\"on purpose"
                                + " (another program had removed worker:<id>, the record of this worker and its job,"));
    }

    @Test
    @WireRule("W-454")
    void whatFailedBeforeAStopIsWrittenThoughItsRecordIsGone() throws Exception {
        try (WorkerFixture fixture = new WorkerFixture()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch removed = new CountDownLatch(1);
            fixture.resque.enqueue("q", "Slow");
            Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        begun.countDown();
                        removed.await(10, TimeUnit.SECONDS);
                        throw new IllegalStateException("on purpose");
                    })
                    .start();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            removeAsRuby(fixture, worker.ids().get(0));
            Thread stop = new Thread(() -> worker.stop(Duration.ofSeconds(10)));
            stop.start();
            await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
            removed.countDown();
            stop.join();
            assertThat(fixture.failures())
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .contains("on purpose (another");
            assertThat(fixture.redis.keys(fixture.key("worker*"))).isEmpty();
            await().untilAsserted(() ->
                    assertThat(fixture.redis.keys(fixture.key("java:*"))).isEmpty()); // its scheduler leaves, too
        }
    }

    @Test
    @WireRule("W-952")
    void aRedisThatRestartsIsWaitedForIdleAndInAJob() throws Exception {
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                WorkerFixture fixture = new WorkerFixture(server, server.url())) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch restarted = new CountDownLatch(1);
            Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        begun.countDown();
                        restarted.await(20, TimeUnit.SECONDS);
                        runs.incrementAndGet();
                    })
                    .start();
            server.restart();
            enqueueOnceItAnswers(fixture, "Slow");
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            server.restart();
            restarted.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> processed(server, fixture) == 1);
            assertThat(runs).hasValue(1);
            assertThat(worker.isRunning()).isTrue();
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
        }
    }

    private static void enqueueOnceItAnswers(WorkerFixture fixture, String job) {
        await().ignoreExceptions().until(() -> fixture.resque.enqueue("q", job));
    }

    private static long processed(RedisServer server, WorkerFixture fixture) {
        try (var redis = server.client()) {
            String count = redis.text("GET", fixture.key("stat:processed"));
            return count == null ? 0 : Long.parseLong(count);
        }
    }

    /** Longer than a stop goes on where Redis refuses for good. */
    @Test
    @WireRule("W-555")
    void aRefusalThatPassesIsWaitedForAtAStop() throws Exception {
        try (RedisServer server = RedisServer.start();
                WorkerFixture fixture = new WorkerFixture(server, server.url())) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch refused = new CountDownLatch(1);
            fixture.resque.enqueue("q", "Slow");
            Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        begun.countDown();
                        refused.await(20, TimeUnit.SECONDS);
                    })
                    .start();
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            fixture.redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
            refused.countDown();
            await().until(() -> worker.redisError().isPresent());
            Thread stop = new Thread(() -> worker.stop(Duration.ofSeconds(60)));
            stop.start();
            long since = System.nanoTime();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !stop.isAlive() || System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(12_500));
            assertThat(worker.isRunning()).as("its job is not settled").isTrue();
            fixture.redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
            stop.join();
            assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("1");
            assertThat(fixture.redis.keys(fixture.key("worker*"))).isEmpty();
        }
    }

    @Test
    void aRedisThatIsAwayAtTheStopDoesNotHoldTheWorkerForEver() {
        RedisServer server = RedisServer.start();
        try (Resque resque =
                Resque.builder().url(server.url()).serializer("gson").build()) {
            Worker worker = resque.workerBuilder("q")
                    .register("Count", () -> context -> {})
                    .concurrency(3)
                    .start();
            server.close();
            assertThat(worker.stop(Duration.ofMillis(100))).isTrue();
        }
    }
}
