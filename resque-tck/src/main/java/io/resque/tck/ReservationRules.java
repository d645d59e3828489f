package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Taking jobs and ending them. */
abstract class ReservationRules extends BackendRules {
    private static final String RECORD = "worker:" + ID;
    private static final Payload OLDER = Payload.ofText("{\"error\":\"older\"}");
    private static final Payload FAILURE = Payload.ofText("{\"error\":\"é\"}");

    ReservationRules(QueueBackendTck kit) {
        super(kit);
    }

    /** Payloads that are no JSON object, and how the record shows them. */
    private static Map<Payload, String> strangePayloads() {
        Map<Payload, String> strange = new LinkedHashMap<>();
        strange.put(Payload.ofText("junk"), "\"junk\"");
        strange.put(Payload.ofText("\"x\""), "\"\\\"x\\\"\"");
        strange.put(Payload.ofText(""), "\"\"");
        strange.put(Payload.ofText("[1]"), "\"[1]\"");
        strange.put(Payload.ofText("{"), "\"{\"");
        strange.put(Payload.of(new byte[] {'a', (byte) 0xff, (byte) 0xc3}), "\"a??\"");
        strange.put(Payload.of(new byte[] {'{', 0, '\n'}), "\"{\\u0000\\n\"");
        strange.put(Payload.ofText("x".repeat(1_001)), "\"" + "x".repeat(1_000) + "\"");
        return strange;
    }

    /** What stands under the namespace but our own key, which may count steps. */
    private Map<String, Object> everythingOfOthers() {
        Map<String, Object> all = new TreeMap<>(everything());
        all.remove(key(RECORD + ":java"));
        return all;
    }

    @Test
    @WireRule("W-401")
    void theFirstQueueWithAJobGivesItsOldest() {
        WorkerSession session = register();
        push("low", Payload.ofText("{\"l\":1}"));
        push("high", Payload.ofText("{\"h\":1}"), Payload.ofText("{\"h\":2}"));
        List<String> order = new ArrayList<>();
        Reservation next = session.reserve(of("empty", "high", "low"));
        while (next.state() == Reservation.State.JOB) {
            ReservedJob job = job(next);
            order.add(job.queue() + " " + job.payload().text());
            assertThat(session.settle(done(job))).isTrue();
            next = session.reserve(of("empty", "high", "low"));
        }
        assertThat(next).isEqualTo(Reservation.EMPTY);
        assertThat(order)
                .as("queues are drained in the order of the subscription, each from its head")
                .containsExactly("high {\"h\":1}", "high {\"h\":2}", "low {\"l\":1}");
    }

    @Test
    @WireRule("W-402")
    void theRecordIsRubysWithTheServersTime() {
        WorkerSession session = register();
        push("high", JOB);
        Instant before = now();
        ReservedJob job = take(session, "high");
        assertThat(text(RECORD))
                .as("record = beforeInstant + yyyy-MM-ddTHH:mm:ssZ + beforePayload + payload + afterPayload")
                .isEqualTo(
                        "{\"queue\":\"high\",\"run_at\":\"" + job.reservedAt() + "\",\"payload\":" + JOB.text() + "}");
        assertThat(job.reservedAt()).isBetween(before, now());
        assertThat(job.queue()).isEqualTo("high");
        assertThatPayload(job.payload()).isEqualTo(JOB);
        assertThat(redis.number("TTL", key(RECORD)))
                .as("a record never expires")
                .isEqualTo(-1);
        assertThat(redis.number("EXISTS", key("queue:high"))).isZero();
    }

    @Test
    @WireRule("W-403")
    void aPayloadThatIsNoObjectIsRecordedAsAString() {
        WorkerSession session = register();
        strangePayloads().forEach((payload, shown) -> {
            push("high", payload);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload())
                    .as("the bytes as they stood in the queue")
                    .isEqualTo(payload);
            assertThat(text(RECORD))
                    .as("Ruby dies of a record that is not JSON, so <%s> goes in as a string", payload.text())
                    .endsWith("Z\",\"payload\":" + shown + "}");
            assertThat(take(session, "high"))
                    .as("a held job is given again, unchanged")
                    .isEqualTo(job);
            assertThat(inspect(ID).held()).isEqualTo(job);
            assertThat(session.settle(done(job))).isTrue();
        });
        assertThat(text("stat:processed"))
                .isEqualTo(String.valueOf(strangePayloads().size()));
    }

    @Test
    @WireRule("W-404")
    void aKeyOfAnotherTypeCountsAsEmpty() {
        WorkerSession session = register();
        redis.call("SET", key("queue:high"), "not a list");
        assertThat(session.reserve(of("high"))).isEqualTo(Reservation.EMPTY);
        push("low", JOB);
        assertThat(take(session, "high", "low").queue()).isEqualTo("low");
        assertThat(text("queue:high")).isEqualTo("not a list");
    }

    @Test
    @WireRule("W-405")
    void whoHoldsAJobGetsThatJob() {
        WorkerSession session = register();
        push("high", JOB);
        push("low", OTHER);
        ReservedJob job = take(session, "high", "low");
        assertThat(take(session, "low"))
                .as("a session holds one job: reserve must give that one, whatever the subscription says")
                .isEqualTo(job);
        assertThatPayloads(raw("queue:low")).containsExactly(OTHER);
    }

    @Test
    @WireRule("W-405")
    void withoutQueuesAReserveGivesOnlyWhatIsHeld() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        assertThat(session.reserve(of()).state())
                .as("no queue was given, so there is nothing to take")
                .isEqualTo(Reservation.State.EMPTY);
        ReservedJob job = take(session, "high");
        assertThat(job(session.reserve(of())))
                .as("the job is held, and so it is the answer, though no queue is given")
                .isEqualTo(job);
        assertThat(session.settleAndReserve(done(job), of()).state())
                .as("settled, and no queue to take the next from")
                .isEqualTo(Reservation.State.EMPTY);
        assertThatPayloads(raw("queue:high")).containsExactly(OTHER);
    }

    @Test
    @WireRule("W-405")
    void whoHoldsAJobAndAwaitsGetsThatJob() throws InterruptedException {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        assertThat(job(session.await(of("high"), Duration.ofMillis(300))))
                .as("await is a reserve that waits: a held job is its answer, though no queue has one")
                .isEqualTo(job);
    }

    @Test
    @WireRule("W-406")
    void settleRemovesTheRecordAndCounts() {
        WorkerSession session = register();
        push("high", JOB);
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        assertThat(everythingOfOthers())
                .containsOnlyKeys(
                        key("queues"),
                        key("workers"),
                        key("workers:heartbeat"),
                        key(RECORD + ":started"),
                        key("stat:processed"),
                        key("stat:processed:" + ID))
                .containsEntry(key("stat:processed"), "1")
                .containsEntry(key("stat:processed:" + ID), "1");
        assertThat(inspect(ID).held()).isNull();
    }

    @Test
    @WireRule("W-406")
    void settleCountsWhatItIsTold() {
        WorkerSession session = register();
        push("high", JOB, JOB, JOB);
        session.settle(new Settlement(take(session, "high"), true, true, List.of(), null));
        session.settle(new Settlement(take(session, "high"), false, true, List.of(), null));
        session.settle(new Settlement(take(session, "high"), false, false, List.of(), null));
        assertThat(text("stat:processed")).isEqualTo("1");
        assertThat(text("stat:processed:" + ID)).isEqualTo("1");
        assertThat(text("stat:failed")).isEqualTo("2");
        assertThat(text("stat:failed:" + ID)).isEqualTo("2");
        assertThat(text(RECORD)).isNull();
    }

    @Test
    @WireRule("W-407")
    void settleRecordsFailures() {
        WorkerSession session = register();
        push("high", JOB);
        backend.failures().add(List.of(new FailureEntry(FailureList.COMMON, OLDER)));
        List<FailureEntry> failures = List.of(
                new FailureEntry(FailureList.COMMON, FAILURE), new FailureEntry(new FailureList("high"), FAILURE));
        session.settle(new Settlement(take(session, "high"), true, true, failures, null));
        assertThatPayloads(raw("failed")).as("the oldest record comes first").containsExactly(OLDER, FAILURE);
        assertThatPayloads(raw("high_failed")).containsExactly(FAILURE);
        assertThat(redis.texts("SMEMBERS", key("failed_queues"))).containsExactly("high_failed");
        assertThat(text(RECORD)).isNull();
    }

    @Test
    @WireRule("W-407")
    void aSettleThatCannotRecordItsFailureKeepsTheJob() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        redis.call("SET", key("failed"), "not a list");
        Map<String, Object> before = everythingOfOthers();
        Settlement settlement =
                new Settlement(job, true, true, List.of(new FailureEntry(FailureList.COMMON, FAILURE)), null);
        assertThatThrownBy(() -> session.settle(settlement)).isInstanceOf(BackendException.class);
        assertThat(everythingOfOthers())
                .as("all of a settle or nothing: the job is still held, nothing was counted")
                .isEqualTo(before);
        redis.call("DEL", key("failed"));
        assertThat(session.settle(settlement)).as("and may be settled again").isTrue();
        assertThatPayloads(raw("failed")).containsExactly(FAILURE);
        assertThat(text("stat:failed")).isEqualTo("1");
    }

    @Test
    @WireRule({"W-408", "W-702"})
    void settleChangesTheStatus() {
        WorkerSession session = register();
        for (String token : List.of("t1", "t2")) {
            redis.call(
                    "SET",
                    key("job:" + token + ":status"),
                    "{\"status\":2,\"updated\":1795361600,\"started\":1795361599,\"result\":null}");
        }
        push("high", JOB, JOB, JOB);
        Duration day = Duration.ofDays(1);
        Payload result = Payload.ofText("[1,{\"a\":\"}\"}]");
        session.settle(new Settlement(
                take(session, "high"), true, false, List.of(), new StatusChange("t1", JobState.COMPLETE, result, day)));
        session.settle(new Settlement(
                take(session, "high"), true, true, List.of(), new StatusChange("t2", JobState.FAILED, null, day)));
        session.settle(new Settlement(
                take(session, "high"), true, true, List.of(), new StatusChange("t3", JobState.FAILED, null, day)));
        assertThat(text("job:t1:status"))
                .matches("\\{\"status\":4,\"updated\":\\d+,\"started\":1795361599,"
                        + "\"result\":\\[1,\\{\"a\":\"\\}\"\\}\\]\\}");
        assertThat(text("job:t2:status"))
                .matches("\\{\"status\":3,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
        assertThat(text("job:t3:status")).as("nobody tracks this one").isNull();
        assertThat(redis.number("TTL", key("job:t1:status"))).isBetween(86_390L, 86_400L);
        assertThat(redis.number("TTL", key("job:t2:status"))).isBetween(86_390L, 86_400L);
        assertThat(backend.statuses().find("t1").orElseThrow().result()).isEqualTo(result);
    }

    @Test
    @WireRule("W-409")
    void settlingAgainDoesNothing() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob first = take(session, "high");
        Settlement settlement =
                new Settlement(first, true, true, List.of(new FailureEntry(FailureList.COMMON, FAILURE)), null);
        assertThat(session.settle(settlement)).isTrue();
        Map<String, Object> before = everythingOfOthers();
        assertThat(session.settle(settlement))
                .as("settled before, so it is settled")
                .isTrue();
        assertThat(everythingOfOthers()).isEqualTo(before);
        ReservedJob second = take(session, "high");
        assertThat(session.settle(settlement)).isTrue();
        assertThat(take(session, "high"))
                .as("settling the first job again must not end the second")
                .isEqualTo(second);
        assertThat(text("stat:failed")).isEqualTo("1");
    }

    @Test
    @WireRule("W-410")
    void settleAndReserveDoesBoth() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob first = take(session, "high");
        ReservedJob second = job(session.settleAndReserve(done(first), of("high")));
        assertThatPayload(second.payload()).isEqualTo(OTHER);
        assertThat(second.number()).isNotEqualTo(first.number());
        assertThat(text("stat:processed")).isEqualTo("1");
        assertThat(job(session.settleAndReserve(done(first), of("high"))))
                .as("made again, it settles nothing more and gives the held job")
                .isEqualTo(second);
        assertThat(session.settleAndReserve(done(second), of("high"))).isEqualTo(Reservation.EMPTY);
        assertThat(text(RECORD)).isNull();
        assertThat(text("stat:processed")).isEqualTo("2");
    }

    @Test
    @WireRule("W-411")
    void putBackGoesToTheHead() {
        WorkerSession session = register();
        Payload strange = Payload.of(new byte[] {(byte) 0xff, 'x'});
        for (Payload payload : List.of(JOB, strange)) {
            push("high", payload, OTHER);
            ReservedJob job = take(session, "high");
            redis.call("DEL", key("queues"));
            assertThat(session.putBack(job)).isTrue();
            assertThat(session.putBack(job))
                    .as("again does nothing and succeeds")
                    .isTrue();
            assertThatPayloads(raw("queue:high")).containsExactly(payload, OTHER);
            assertThat(redis.texts("SMEMBERS", key("queues"))).containsExactly("high");
            assertThat(text(RECORD)).isNull();
            backend.queues().remove("high");
        }
        assertThat(everything()).doesNotContainKeys(key("stat:processed"), key("stat:failed"));
    }

    @Test
    @WireRule("W-411")
    void aPutBackThatCannotBeAnnouncedPutsNothingBack() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        redis.call("DEL", key("queues"));
        redis.call("SET", key("queues"), "not a set");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> session.putBack(job)).isInstanceOf(BackendException.class);
            assertThat(raw("queue:high"))
                    .as("the job is held, so each attempt would double it")
                    .isEmpty();
        }
        redis.call("DEL", key("queues"));
        assertThat(session.putBack(job)).isTrue();
        assertThat(raw("queue:high")).containsExactly(JOB);
    }

    @Test
    @WireRule("W-412")
    void whoHoldsAJobIsNotUnregistered() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Map<String, Object> before = everythingOfOthers();
        assertThat(session.unregister())
                .as("a held job must be settled or put back first, so unregister gives it")
                .contains(job);
        assertThat(everythingOfOthers()).isEqualTo(before);
        assertThat(session.settle(done(job))).isTrue();
        assertThat(session.unregister()).isEmpty();
    }

    @Test
    @WireRule("W-413")
    void pauseIsReadAsRubyDoes() {
        WorkerSession session = register();
        push("high", JOB);
        for (String on : List.of("true", " TRUE ", "True\n", "\ttrue")) {
            redis.call("SET", key("pause-all-workers"), on);
            assertThat(session.reserve(of("high")))
                    .as("<%s> pauses: trimmed, in any case", on)
                    .isEqualTo(Reservation.PAUSED);
            assertThat(backend.workers().isPaused()).isTrue();
        }
        assertThatPayloads(raw("queue:high")).containsExactly(JOB);
        for (String off : List.of("1", "yes", "truely", "t r u e", "", "false")) {
            redis.call("SET", key("pause-all-workers"), off);
            ReservedJob job = take(session, "high");
            assertThat(backend.workers().isPaused()).isFalse();
            session.putBack(job);
        }
    }

    @Test
    @WireRule("W-413")
    void pauseWritesWhatRubyReads() {
        backend.workers().pause(true);
        assertThat(everything()).isEqualTo(Map.of(key("pause-all-workers"), "true"));
        backend.workers().pause(false);
        assertThat(everything()).isEmpty();
        assertThat(backend.workers().isPaused()).isFalse();
    }

    @Test
    @WireRule("W-414")
    void aPausedWorkerMaySettleAndKeepsWhatItHolds() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        backend.workers().pause(true);
        assertThat(take(session, "high"))
                .as("a held job is held, paused or not")
                .isEqualTo(job);
        assertThat(session.settleAndReserve(done(job), of("high"))).isEqualTo(Reservation.PAUSED);
        assertThat(text("stat:processed")).isEqualTo("1");
        assertThat(text(RECORD)).isNull();
        assertThatPayloads(raw("queue:high")).containsExactly(OTHER);
    }

    private void isLost(WorkerSession session, ReservedJob job) {
        Map<String, Object> before = everything();
        Settlement settlement =
                new Settlement(job, true, true, List.of(new FailureEntry(FailureList.COMMON, FAILURE)), null);
        assertThat(session.reserve(of("high"))).isEqualTo(Reservation.LOST);
        assertThat(session.settle(settlement)).as("settle of a lost session").isFalse();
        assertThat(session.settleAndReserve(settlement, of("high"))).isEqualTo(Reservation.LOST);
        assertThat(session.putBack(job)).as("putBack of a lost session").isFalse();
        assertThat(session.unregister()).isEmpty();
        assertThat(everything())
                .as("somebody else has dealt with the job: a lost session must write nothing at all")
                .isEqualTo(before);
    }

    @Test
    @WireRule("W-415")
    void aWorkerThatSomebodyRemovedIsLost() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        removeWorkerAsRubyDoes(ID);
        isLost(session, job);
    }

    @Test
    @WireRule("W-415")
    void aWorkerWhoseIdWasTakenOverIsLost() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        removeWorkerAsRubyDoes(ID);
        WorkerSession successor = register();
        isLost(session, job);
        assertThatPayload(take(successor, "high").payload()).isEqualTo(OTHER);
        isLost(session, job);
        assertThatPayload(take(successor, "high").payload()).isEqualTo(OTHER);
    }

    @Test
    @WireRule("W-415")
    void aWorkerThatUnregisteredIsLost() throws InterruptedException {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        session.settle(done(job));
        session.unregister();
        isLost(session, job);
        assertThat(session.await(of("none"), Duration.ofMillis(300)))
                .as("await is a reserve that waits: LOST is its answer, too")
                .isEqualTo(Reservation.LOST);
    }
}
