package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.Counters;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobMatch;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other libraries leave in the same keys, byte for byte, is read; and what is no key of Resque's hides nothing else. */
class NeighboursTest {
    private static final FailureFilter ALL = FailureFilter.all();

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final Inspector inspector = resque.inspector();

    @AfterEach
    void close() {
        resque.close();
        redis.clear();
    }

    private void call(String command, String name, Object... rest) {
        List<Object> words = new ArrayList<>(List.of(command, redis.key(name)));
        words.addAll(List.of(rest));
        CLIENT.call(words.toArray());
    }

    // Arguments

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "{\"class\":\"JEcho\",\"args\":null,\"vars\":{\"name\":\"Chris\"}};{\"class\":\"JEcho\",\"args\":null,\"vars\":{\"name\":\"Chris\"}}",
                "{\"id\":\"a\",\"class\":\"JEcho\",\"data\":{\"name\":\"Chris\"}};{\"class\":\"JEcho\",\"data\":{\"name\":\"Chris\"}}"
            })
    @WireRule({"W-254", "W-354", "W-356"})
    void namedArgumentsReachAJobAndOutliveARetry(String payload, String again) {
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        call("RPUSH", "queue:q", payload);
        assertThat(inspector.peek("q", 0, 1).get(0).args()).containsExactly(Map.of("name", "Chris"));
        WorkerBuilder worker = resque.workerBuilder("q").register("JEcho", () -> context -> {
            seen.add(context.args().asList());
            if (seen.size() == 1) {
                throw new IllegalStateException("the first time");
            }
        });
        worker.drain();
        assertThat(seen).containsExactly(List.of(Map.of("name", "Chris")));
        FailedJob failure = resque.failures().oldest(ALL, 0, 1).get(0);
        assertThat(failure.args()).containsExactly(Map.of("name", "Chris"));
        assertThat(resque.failures().retryAndRemove(failure)).isTrue();
        assertThat(redis.queue("q")).containsExactly(again);
        resque.workerBuilder("q")
                .register("JEcho", () -> context -> seen.add(context.args().asList()))
                .drain();
        assertThat(seen).hasSize(2).last().isEqualTo(List.of(Map.of("name", "Chris")));
        call("RPUSH", "queue:q", payload);
        assertThat(resque.dequeue("q", JobMatch.of("JEcho").withArgs(Map.of("name", "Pat"))))
                .isZero();
        assertThat(resque.dequeue("q", JobMatch.of("JEcho").withArgs(Map.of("name", "Chris"))))
                .isOne();
    }

    // Failures

    @Test
    @WireRule({"W-359", "W-554"})
    void failuresOfEachAreReadWithTheirTimes() {
        String jesque =
                "{\"worker\":\"vm:1-0:kq\",\"queue\":\"kq\",\"payload\":{\"class\":\"JqFail\",\"args\":[1],\"vars\":null},"
                        + "\"backtrace\":[\"\\tat a.B(B.java:1)\"],\"error\":null,\"exception\":\"java.lang.Error\","
                        + "\"failed_at\":\"2026-11-29T08:34:07.594+0000\",\"retried_at\":null}";
        String pyres =
                "{\"failed_at\": \"2026/11/29 08:32:38\", \"payload\": {\"class\": \"pyjobs.Fail\", \"args\": [1]},"
                        + " \"exception\": \"type\", \"error\": \"type: <class 'ValueError'>\", \"backtrace\":"
                        + " [\"Traceback (most recent call last):\", \"  File \\\"pyjobs.py\\\", line 9, in perform\","
                        + " \"ValueError: py boom \\u00e9\", \"\"], \"queue\": \"pq\", \"worker\": \"vm:20647:pq\"}";
        String goworker2 =
                "{\"error\":\"boom\",\"exception\":\"Error\",\"failed_at\":\"2026-11-29T08:31:31.603344703Z\","
                        + "\"payload\":{\"class\":\"Go\",\"args\":[]},\"queue\":\"gq\","
                        + "\"worker\":{\"Hostname\":\"vm\",\"ID\":\"0\",\"Pid\":18144,\"Queues\":[\"gq\"]}}";
        call("RPUSH", "failed", jesque, pyres, goworker2);
        List<FailedJob> failures = resque.failures().oldest(ALL, 0, 10);
        assertThat(failures)
                .extracting(failure -> failure.failedAt().orElseThrow())
                .containsExactly(
                        Instant.parse("2026-11-29T08:34:07.594Z"),
                        Instant.parse("2026-11-29T08:32:38Z"),
                        Instant.parse("2026-11-29T08:31:31.603344703Z"));
        assertThat(failures)
                .extracting(FailedJob::error)
                .as("pyres' message stands in the last line of its traceback")
                .containsExactly("", "ValueError: py boom é", "boom");
        assertThat(failures)
                .extracting(FailedJob::worker)
                .as("goworker2 writes an object")
                .containsExactly("vm:1-0:kq", "vm:20647:pq", "vm:18144-0");
        assertThat(resque.failures().removeAll(ALL.failedBefore(Instant.parse("2026-11-29T09:00:00Z"))))
                .as("the old ones are found by their times")
                .isEqualTo(3);
    }

    @Test
    @WireRule({"W-551", "W-554"})
    void startsAndTimesOfWorkersAreRead() {
        worker("vm:1-0:kq", "2026-11-29T08:34:07.214+0000", "2026-11-29T08:34:24.963+0000");
        worker("vm:2-1:gq", "2026-11-29 08:31:36.63 +0000 UTC m=+0.002", "2026-11-29T08:31:36.630379506Z");
        worker("vm:3:pq", "1795941160", "1795941167");
        worker("vm:4:plq", "2026-11-29 08:38:32 UTC", "2026/11/29 08:38:32 UTC");
        worker("vm.clj:5:cq", "Sun Nov 29 8:31:36 +0000 2026", "2026/11/29 8:31:36");
        worker("vm:6:nq", "2026 Nov 29 09:31:36 +01:00", "2026/11/29 09:31:36 +01:00");
        assertThat(inspector.workers()).hasSize(6).allSatisfy(worker -> {
            assertThat(worker.startedAt()).as(worker.startedAtText()).isPresent();
            assertThat(worker.runAt()).as(worker.id()).isPresent();
        });
    }

    private void worker(String id, String started, String runAt) {
        call("SADD", "workers", id);
        call("SET", "worker:" + id + ":started", started);
        call(
                "SET",
                "worker:" + id,
                "{\"queue\":\"q\",\"run_at\":\"" + runAt + "\",\"payload\":{\"class\":\"J\",\"args\":[]}}");
    }

    @Test
    @WireRule("W-551")
    void anIdOfTwoPartsIsShown() {
        call("SADD", "workers", "vm:18144-0");
        WorkerInfo worker = inspector.workers().get(0);
        assertThat(worker.id()).isEqualTo("vm:18144-0");
        assertThat(worker.host()).isEqualTo("vm");
        assertThat(worker.pid()).isEqualTo("18144-0");
        assertThat(worker.queues()).isEmpty();
    }

    // Jesque's delayed jobs

    private static String delayed(int n) {
        return "{\"class\":\"JEcho\",\"args\":[" + n + "],\"vars\":null}";
    }

    @Test
    @WireRule("W-552")
    void delayedJobsOfJesqueAreSeenAndRemovedAndNeverTaken() {
        call("SADD", "queues", "dq", "other");
        for (int n = 0; n < 120; n++) {
            call("ZADD", "queue:dq", 1795944835754L + n, delayed(n));
        }
        call("RPUSH", "queue:other", "{\"class\":\"JEcho\",\"args\":[]}");
        assertThat(resque.inspector().queueSize("dq")).isEqualTo(120);
        assertThat(inspector.queues()).containsEntry("dq", 120L).containsEntry("other", 1L);
        assertThat(inspector.counters().pending()).isEqualTo(121);
        assertThat(inspector.peek("dq", 2, 2))
                .extracting(QueuedJob::args)
                .as("the earliest first")
                .containsExactly(List.of(2L), List.of(3L));
        assertThat(inspector.foreignKeys()).isEmpty();

        assertThat(resque.workerBuilder("dq", "other")
                        .register("JEcho", () -> context -> {})
                        .drain())
                .as("they are not due, and for a worker of Jesque")
                .isEqualTo(1);
        assertThat(resque.inspector().queueSize("dq")).isEqualTo(120);
        assertThat(resque.dequeue("dq", JobMatch.of("JEcho").withArgs(7))).isEqualTo(1);
        assertThat(resque.dequeueClasses("dq", List.of("Another"))).isZero();
        assertThat(resque.dequeueClasses("dq", List.of("JEcho")))
                .as("many at once")
                .isEqualTo(119);
        call("ZADD", "queue:dq", 1, delayed(1), 2, delayed(2));
        assertThat(resque.clearQueue("dq")).as("all").isEqualTo(2);
        call("ZADD", "queue:dq", 1, delayed(1), 2, delayed(2));
        assertThat(resque.removeQueue("dq")).isEqualTo(2);
        assertThat(redis.dump()).doesNotContainKey(redis.key("queue:dq"));
        assertThat(resque.inspector().queues().keySet()).containsExactly("other");
    }

    @Test
    void ontoAQueueOfDelayedJobsNothingIsEnqueuedAndTheErrorNamesTheKey() {
        call("ZADD", "queue:dq", 1, delayed(1));
        assertThatThrownBy(() -> resque.enqueue("dq", "J"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(redis.key("queue:dq") + " is not a list; nothing was appended");
        assertThatThrownBy(() -> resque.enqueueTracked("dq", "J"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(redis.key("queue:dq") + " is a zset, not a list; nothing was written");
        assertThat(resque.inspector().queueSize("dq")).isEqualTo(1);
    }

    // Keys of another kind

    @ParameterizedTest
    @ValueSource(strings = {"queue:odd", "worker:vm:1:q", "failed", "workers", "queues", "workers:heartbeat"})
    @WireRule({"W-551", "W-553"})
    void aKeyOfAnotherKindIsNamedAndHidesNothingElse(String odd) {
        call("SADD", "queues", "q", "odd");
        call("RPUSH", "queue:q", "{\"class\":\"J\",\"args\":[]}");
        call("SADD", "workers", "vm:1:q");
        call("HSET", "workers:heartbeat", "vm:2:q", "2026-11-29T08:34:07+00:00");
        call("RPUSH", "failed", "{\"failed_at\":\"2026/11/29 08:32:38 UTC\",\"queue\":\"q\"}");
        call("DEL", odd);
        String kind = odd.startsWith("worker:") ? "hash" : "string";
        if (kind.equals("hash")) {
            call("HSET", odd, "status", "1");
        } else {
            call("SET", odd, "somebody's");
        }
        Map<String, Object> before = redis.dump();

        assertThat(inspector.foreignKeys()).containsOnlyKeys(redis.key(odd));
        assertThat(inspector.foreignKeys().get(redis.key(odd))).startsWith("is a " + kind + ", not a ");
        Counters counters = inspector.counters();
        assertThat(counters.pending()).isEqualTo(odd.equals("queues") ? 0 : 1);
        assertThat(counters.failures()).isEqualTo(odd.equals("failed") ? 0 : 1);
        assertThat(counters.workers()).isEqualTo(odd.equals("workers") ? 0 : 1);
        assertThat(inspector.queues().keySet())
                .containsExactlyElementsOf(odd.equals("queues") ? List.of() : List.of("odd", "q"));
        assertThat(inspector.peek("odd", 0, 10)).isEmpty();
        assertThat(inspector.peek("q", 0, 10)).hasSize(1);
        assertThat(resque.inspector().queueSize("odd")).isZero();
        assertThat(inspector.workers()).hasSize(odd.equals("workers") || odd.equals("workers:heartbeat") ? 1 : 2);
        assertThat(resque.failures().newest(ALL, 0, 10)).hasSize(odd.equals("failed") ? 0 : 1);
        assertThat(resque.failures().countByClass()).hasSize(odd.equals("failed") ? 0 : 1);
        assertThat(resque.dequeueClasses("odd", List.of("J"))).isZero();
        assertThat(resque.clearQueue("odd")).isZero();
        assertThat(inspector.pausedAll()).isFalse();
        assertThat(redis.dump()).as("all is left alone").isEqualTo(before);
        assertThat(resque.removeQueue("q")).as("beside it").isEqualTo(1);
        resque.removeQueue("odd");
        assertThat(redis.dump()).doesNotContainKey(redis.key("queue:odd"));
    }

    @Test
    @WireRule("W-553")
    void somebodyElsesPauseAndFailureListsAreNamedToo() {
        call("RPUSH", "pause-all-workers", "x");
        call("SET", "failed_queues", "x");
        call("SET", "java:sessions", "x");
        call("RPUSH", "stat:processed", "x");
        call("SADD", "workers", "vm:1:q");
        assertThat(inspector.foreignKeys().keySet())
                .containsExactlyInAnyOrder(
                        redis.key("pause-all-workers"),
                        redis.key("failed_queues"),
                        redis.key("java:sessions"),
                        redis.key("stat:processed"));
        assertThat(inspector.pausedAll()).isFalse();
        assertThat(inspector.workers()).hasSize(1);
        assertThat(inspector.counters().workers()).isOne();
        assertThat(resque.failures().count()).isZero();
    }

    @Test
    @WireRule("W-553")
    void aDeadWorkerThatCannotBeRecoveredIsToldOnceWithTheNameOfTheKey() {
        call("SET", "failed", "somebody's");
        for (String id : List.of("vm:1:q", "vm:2:q")) {
            call("SADD", "workers", id);
            call("HSET", "workers:heartbeat", id, "2020-01-01T00:00:00+00:00");
        }
        call("SET", "worker:vm:1:q", "{\"queue\":\"q\",\"payload\":{\"class\":\"J\",\"args\":[]}}");
        call("HSET", "worker:vm:2:q", "status", "busy");
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(resque.recoverDeadWorkers())
                    .as("one whose record is a hash holds no job that we know")
                    .containsExactly("vm:2:q");
            assertThat(resque.recoverDeadWorkers()).isEmpty();
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .singleElement()
                    .asString()
                    .contains("vm:1:q could not be recovered", redis.key("failed") + " is a string, not a list");
        }
        assertThat(CLIENT.hash(redis.key("worker:vm:2:q"))).containsEntry("status", "busy");
        call("DEL", "failed");
        assertThat(resque.recoverDeadWorkers()).containsExactly("vm:1:q");
    }

    // A stop that Redis refuses

    @Test
    @WireRule("W-555")
    void aWorkerWhoseFailureCannotBeRecordedLeavesAtAStopAndItsJobStays() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        call("SET", "failed", "somebody's");
        resque.enqueue("q", "Bad", 1);
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            Worker worker = resque.workerBuilder("q")
                    .register("Bad", () -> context -> {
                        runs.countDown();
                        throw new IllegalStateException("bad");
                    })
                    .start();
            runs.await();
            String id = worker.ids().get(0);
            await().until(() -> worker.redisError().isPresent());
            assertThat(worker.stop(Duration.ofDays(1))).isTrue();
            assertThat(CLIENT.text("GET", redis.key("worker:" + id)))
                    .as("from where it is recovered")
                    .contains("\"payload\":{\"class\":\"Bad\",\"args\":[1]}");
            assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly(id);
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(
                            "leaves without telling Redis",
                            redis.key("failed") + " is a string, not a list",
                            "Its job of q failed here, and stays in worker:" + id);
        }
    }
}
