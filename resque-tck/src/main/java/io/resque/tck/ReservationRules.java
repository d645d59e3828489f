package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of taking jobs and of ending them. */
abstract class ReservationRules extends BackendRules {
    private static final String RECORD = "worker:" + ID;
    private static final Payload OLDER = Payload.ofText("{\"error\":\"older\"}");
    private static final Payload FAILURE = Payload.ofText("{\"error\":\"é\"}");

    ReservationRules(QueueBackendTck kit) {
        super(kit);
    }

    /** Payloads that are not JSON objects, with the text that the record must have in their place. */
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

    /** The payload in the record of the only worker; null if there is no record. */
    private @Nullable String record() {
        Payload record = judge.record(ID);
        return record == null ? null : record.text();
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
                .as("queues must be drained in the order of the subscription, each from its head")
                .containsExactly("high {\"h\":1}", "high {\"h\":2}", "low {\"l\":1}");
    }

    @Test
    @WireRule("W-401")
    void aLongListOfQueuesIsServedInItsOrder() {
        WorkerSession session = register();
        String[] names = IntStream.rangeClosed(1, 300).mapToObj(i -> "q" + i).toArray(String[]::new);
        List<String> withJobs =
                List.of("q1", "q2", "q16", "q17", "q64", "q65", "q66", "q67", "q129", "q130", "q299", "q300");
        for (int i = withJobs.size() - 1; i >= 0; i--) {
            push(withJobs.get(i), JOB);
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < withJobs.size(); i++) {
            ReservedJob job = job(session.reserve(of(names)));
            order.add(job.queue());
            assertThat(session.settle(done(job))).isTrue();
        }
        assertThat(order)
                .as("reserve must find the jobs in the order of the 300 queues")
                .isEqualTo(withJobs);
        assertThat(session.reserve(of(names))).isEqualTo(Reservation.EMPTY);
    }

    @Test
    @WireRule("W-402")
    void theRecordIsRubysWithTheServersTime() {
        WorkerSession session = register();
        push("high", JOB);
        Instant before = now();
        ReservedJob job = take(session, "high");
        assertThat(record())
                .as("record = beforeInstant + yyyy-MM-ddTHH:mm:ssZ + beforePayload + payload + afterPayload")
                .isEqualTo(
                        "{\"queue\":\"high\",\"run_at\":\"" + job.reservedAt() + "\",\"payload\":" + JOB.text() + "}");
        assertThat(job.reservedAt())
                .as("the time must be the backend's, to the second")
                .isBetween(before, now());
        assertThat(job.queue()).isEqualTo("high");
        assertThatPayload(job.payload()).isEqualTo(JOB);
        assertThatPayloads(queue("high"))
                .as("a job that was taken must have left its queue")
                .isEmpty();
        onKeys(() -> {
            assertThat(redis.number("TTL", key(RECORD)))
                    .as("a record must never expire")
                    .isEqualTo(-1);
            assertThat(redis.number("EXISTS", key("queue:high"))).isZero();
        });
    }

    @Test
    @WireRule("W-416")
    void aPayloadThatIsTooLargeIsSetAside() {
        WorkerSession session = register();
        Payload most = large(Subscription.LEAST_MAX_PAYLOAD);
        for (Payload whole :
                List.of(large(Subscription.LEAST_MAX_PAYLOAD + 1), Payload.ofText("[" + "x".repeat(30_000) + "]"))) {
            push("high", whole, most);
            ReservedJob job = job(session.reserve(small("high")));
            String name = keptAs(job.payload(), whole);
            assertThat(record())
                    .as("the record must hold the same stand-in that the worker gets")
                    .isEqualTo("{\"queue\":\"high\",\"run_at\":\"" + job.reservedAt() + "\",\"payload\":"
                            + job.payload().text() + "}");
            onKeys(() -> assertThat(redis.call("HGET", key("java:oversize"), name))
                    .as("java:oversize must hold all bytes of the payload")
                    .isEqualTo(whole.toBytes()));
            assertThat(backend.failures().isAside(name)).isTrue();
            assertThat(job(session.reserve(small("high"))))
                    .as("the held payload must be set aside only once")
                    .isEqualTo(job);
            assertThat(session.settle(done(job))).isTrue();
            ReservedJob next = job(session.reserve(small("high")));
            assertThatPayload(next.payload())
                    .as("a payload of exactly the limit must be returned whole")
                    .isEqualTo(most);
            assertThat(session.settle(done(next))).isTrue();
        }
        assertThat(backend.failures().aside()).isEqualTo(2);
        assertThat(backend.failures().isAside("no such")).isFalse();
    }

    @Test
    @WireRule("W-416")
    void aJobThatIsHeldCanBeSetAsideAsWell() {
        WorkerSession session = register();
        for (Payload whole : List.of(large(20_000), Payload.ofText("x".repeat(20_000)))) {
            push("high", whole);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload()).isEqualTo(whole);
            ReservedJob again = job(session.reserve(small()));
            assertThat(again.number()).as("the reservation must stay the same").isEqualTo(job.number());
            keptAs(again.payload(), whole);
            assertThat(judge.record(ID).size()).as("the record must be small").isLessThan(20_000);
            assertThat(session.settle(done(job))).isTrue();
            assertThat(record()).isNull();
        }
    }

    @Test
    @WireRule("W-411")
    void aLargeJobIsPutBackWhole() {
        WorkerSession session = register();
        for (Payload whole : List.of(large(200_000), Payload.ofText("x".repeat(200_000)))) {
            push("high", whole, OTHER);
            take(session, "high");
            ReservedJob held = session.unregister().orElseThrow();
            assertThat(session.putBack(held, List.of())).isTrue();
            assertThatPayloads(queue("high")).containsExactly(whole, OTHER);
            backend.queues().remove("high");
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-411")
    void aJobWhoseRecordSomebodyRemovedIsPutBackWhole() {
        WorkerSession session = register();
        for (Payload whole : List.of(JOB, large(200_000))) {
            push("high", whole, OTHER);
            ReservedJob job = take(session, "high");
            redis.call("DEL", key("worker:" + ID));
            assertThat(session.putBack(job, List.of())).isTrue();
            assertThatPayloads(queue("high"))
                    .as("the record is gone, so putBack must put back the job that the worker has")
                    .containsExactly(whole, OTHER);
            assertThat(session.putBack(job, List.of()))
                    .as("a second putBack must do nothing, and return true")
                    .isTrue();
            assertThatPayloads(queue("high")).containsExactly(whole, OTHER);
            backend.queues().remove("high");
        }
    }

    @Test
    @WireRule("W-402")
    void whatHasLeftItsQueueIsSeenInTheRecord() throws Exception {
        QueueBackend beside = open(patientUrl());
        WorkerSession session = register();
        for (int round = 0; round < 100; round++) {
            push("high", JOB);
            CountDownLatch looking = new CountDownLatch(1);
            BackgroundCall<WorkerSnapshot> look = new BackgroundCall<>(() -> {
                while (beside.queues().size("high") > 0) {
                    looking.countDown();
                }
                return beside.workers().inspect(List.of(ID)).get(0);
            });
            assertThat(looking.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("size must count the job")
                    .isTrue();
            ReservedJob job = take(session, "high");
            assertThat(look.soon().held())
                    .as("the job is no longer in its queue, so the record must hold it: "
                            + "take it and write the record in one atomic step")
                    .isEqualTo(job);
            assertThat(session.settle(done(job))).isTrue();
        }
    }

    @Test
    @WireRule("W-403")
    void aPayloadThatIsNoObjectIsRecordedAsAString() {
        WorkerSession session = register();
        strangePayloads().forEach((payload, shown) -> {
            push("high", payload);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload())
                    .as("reserve must return the bytes that were in the queue")
                    .isEqualTo(payload);
            assertThat(record())
                    .as("a record that is not JSON kills Ruby workers, so <%s> must be a string in it", payload.text())
                    .endsWith("Z\",\"payload\":" + shown + "}");
            assertThat(take(session, "high"))
                    .as("a held job must be returned again, unchanged")
                    .isEqualTo(job);
            assertThat(inspect(ID).held()).isEqualTo(job);
            assertThat(session.settle(done(job))).isTrue();
        });
        assertThat(judge.counter("processed")).isEqualTo(strangePayloads().size());
    }

    /** An object that nests to this number of levels. */
    private static Payload nested(int levels) {
        return Payload.ofText(
                "{\"class\":\"J\",\"args\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + ",\"id\":\"x\"}");
    }

    @Test
    @WireRule("W-403")
    void aPayloadThatNestsTooDeepForRubyIsRecordedAsAString() {
        WorkerSession session = register();
        for (Payload deep : List.of(
                nested(100), nested(150), Payload.ofText("{\"a\":".repeat(100) + "\"\\\"}\"" + "}".repeat(100)))) {
            push("high", deep);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload()).isEqualTo(deep);
            assertThat(record())
                    .as(
                            "Ruby reads only 100 levels, and its pages fail on a deeper record, so the payload must be a string in it")
                    .contains("Z\",\"payload\":\"{\\\"");
            assertThat(inspect(ID).held()).isEqualTo(job);
            assertThat(take(session, "high")).isEqualTo(job);
            assertThat(session.putBack(job, List.of())).isTrue();
            assertThatPayloads(queue("high"))
                    .as("putBack must put back the original bytes")
                    .containsExactly(deep);
            job = take(session, "high");
            assertThat(session.settle(done(job))).isTrue();
        }
    }

    @Test
    @WireRule("W-403")
    void aPayloadThatOnlyHasManyBracketsIsRecordedAsItIs() {
        WorkerSession session = register();
        String maps = "{\"a\":[1,{}]},".repeat(20_000);
        for (Payload flat : List.of(
                nested(99),
                Payload.ofText("{\"class\":\"J\",\"args\":[\"" + "[{\\\"\\\\".repeat(200) + "\"]}"),
                Payload.ofText("{\"class\":\"J\",\"args\":[" + "[],".repeat(500) + "[]]}"),
                Payload.ofText("{\"class\":\"J\",\"args\":[" + maps + "null]}"))) {
            push("high", flat);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload()).isEqualTo(flat);
            assertThat(record()).endsWith("Z\",\"payload\":" + flat.text() + "}");
            assertThat(session.settle(done(job))).isTrue();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
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
                .as("a session holds one job: reserve must return it, whatever the subscription says")
                .isEqualTo(job);
        assertThatPayloads(queue("low")).as("no other job must be taken").containsExactly(OTHER);
    }

    @Test
    @WireRule("W-405")
    void withoutQueuesAReserveGivesOnlyWhatIsHeld() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        assertThat(session.reserve(of()).state())
                .as("the subscription has no queue, so the answer must be EMPTY")
                .isEqualTo(Reservation.State.EMPTY);
        ReservedJob job = take(session, "high");
        assertThat(job(session.reserve(of())))
                .as("the held job must be the answer, even without a queue")
                .isEqualTo(job);
        assertThat(session.settleAndReserve(done(job), of()).state())
                .as("the job is settled and there is no queue, so the answer must be EMPTY")
                .isEqualTo(Reservation.State.EMPTY);
        assertThatPayloads(queue("high")).containsExactly(OTHER);
    }

    @Test
    @WireRule("W-405")
    void whoHoldsAJobAndAwaitsGetsThatJob() throws InterruptedException {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        assertThat(job(session.await(of("high"), Duration.ofMillis(300))))
                .as("await must return a held job, even if no queue has a job")
                .isEqualTo(job);
    }

    @Test
    @WireRule("W-406")
    void settleRemovesTheRecordAndCounts() {
        WorkerSession session = register();
        push("high", JOB);
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        onKeys(() -> assertThat(everythingButSteps())
                .containsOnlyKeys(
                        key("queues"),
                        key("workers"),
                        key("workers:heartbeat"),
                        key(RECORD + ":started"),
                        key("stat:processed"),
                        key("stat:processed:" + ID))
                .containsEntry(key("stat:processed"), "1")
                .containsEntry(key("stat:processed:" + ID), "1"));
        assertThat(judge.counter("processed"))
                .as("settle must count in the common counter")
                .isOne();
        assertThat(judge.counter("processed:" + ID))
                .as("settle must count in the worker's counter")
                .isOne();
        assertThat(record()).as("settle must remove the record").isNull();
        assertThat(inspect(ID).held()).isNull();
    }

    @Test
    @WireRule("W-406")
    void settleCountsWhatItIsTold() {
        WorkerSession session = register();
        push("high", JOB, JOB, JOB);
        session.settle(new Settlement(take(session, "high"), List.of(new Effect.Count(true, true))));
        session.settle(new Settlement(take(session, "high"), List.of(new Effect.Count(false, true))));
        session.settle(new Settlement(take(session, "high"), List.of()));
        assertThat(judge.counter("processed"))
                .as("processed was set once, so it must count once")
                .isEqualTo(1);
        assertThat(judge.counter("processed:" + ID))
                .as("the worker's counter must count the same")
                .isEqualTo(1);
        assertThat(judge.counter("failed"))
                .as("failed was set twice, so it must count twice")
                .isEqualTo(2);
        assertThat(judge.counter("failed:" + ID))
                .as("the worker's counter must count the same")
                .isEqualTo(2);
        assertThat(record()).as("each settle must remove the record").isNull();
    }

    @Test
    @WireRule("W-407")
    void settleRecordsFailures() {
        WorkerSession session = register();
        push("high", JOB);
        backend.failures().add(List.of(new FailureEntry(FailureList.COMMON, OLDER)));
        List<Effect> failures = List.of(fails(FAILURE), fails(new FailureList("high"), FAILURE));
        session.settle(new Settlement(take(session, "high"), failures));
        assertThatPayloads(failed())
                .as("records must be appended, the oldest first")
                .containsExactly(OLDER, FAILURE);
        assertThatPayloads(judge.failures(new FailureList("high"))).containsExactly(FAILURE);
        assertThat(judge.failureLists())
                .as("the list of a queue must be announced")
                .containsExactly("high_failed");
        assertThat(record()).isNull();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-407")
    void aSettleThatCannotRecordItsFailureKeepsTheJob() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        redis.call("SET", key("failed"), "not a list");
        Map<String, Object> before = everythingButSteps();
        Settlement settlement = new Settlement(job, failure(FAILURE));
        assertThatThrownBy(
                        () -> session.settle(settlement),
                        "settle must throw a BackendException if its failure cannot be recorded")
                .isInstanceOf(BackendException.class);
        assertThat(everythingButSteps())
                .as("settle must do all or nothing: the job must still be held, and nothing counted")
                .isEqualTo(before);
        redis.call("DEL", key("failed"));
        assertThat(session.settle(settlement))
                .as("the job must be settled by another call")
                .isTrue();
        assertThatPayloads(failed()).containsExactly(FAILURE);
        assertThat(text("stat:failed")).isEqualTo("1");
    }

    @Test
    @WireRule({"W-408", "W-702"})
    void settleChangesTheStatus() {
        WorkerSession session = register();
        runs("t1");
        runs("t2");
        Instant started = backend.statuses().find("t1").orElseThrow().started();
        push("high", JOB, JOB, JOB);
        Duration day = Duration.ofDays(1);
        Payload result = Payload.ofText("[1,{\"a\":\"}\"}]");
        session.settle(new Settlement(
                take(session, "high"),
                List.of(
                        new Effect.Count(true, false),
                        new Effect.ChangeStatus(new StatusChange("t1", JobState.COMPLETE, result, day)))));
        session.settle(new Settlement(
                take(session, "high"),
                List.of(
                        new Effect.Count(true, true),
                        new Effect.ChangeStatus(new StatusChange("t2", JobState.FAILED, null, day)))));
        session.settle(new Settlement(
                take(session, "high"),
                List.of(
                        new Effect.Count(true, true),
                        new Effect.ChangeStatus(new StatusChange("t3", JobState.FAILED, null, day)))));
        onKeys(() -> {
            assertThat(text("job:t1:status"))
                    .matches("\\{\"status\":4,\"updated\":\\d+,\"started\":1795361599,"
                            + "\"result\":\\[1,\\{\"a\":\"\\}\"\\}\\]\\}");
            assertThat(text("job:t2:status"))
                    .matches("\\{\"status\":3,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
            assertThat(redis.number("TTL", key("job:t1:status"))).isBetween(86_390L, 86_400L);
            assertThat(redis.number("TTL", key("job:t2:status"))).isBetween(86_390L, 86_400L);
        });
        assertThat(judge.status("t1"))
                .as("settle must write the status that it is given")
                .isEqualTo(JobState.COMPLETE.code());
        assertThat(judge.status("t2")).isEqualTo(JobState.FAILED.code());
        rule("W-702");
        assertThat(judge.status("t3"))
                .as("a status without a record must not be written")
                .isNull();
        StatusRecord found = backend.statuses().find("t1").orElseThrow();
        assertThat(found.result()).as("the result must be as it was given").isEqualTo(result);
        assertThat(found.started()).as("a later state must keep the start").isEqualTo(started);
    }

    @Test
    @WireRule("W-409")
    void settlingAgainDoesNothing() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob first = take(session, "high");
        Settlement settlement = new Settlement(first, failure(FAILURE));
        assertThat(session.settle(settlement)).isTrue();
        Map<String, Object> before = everythingButSteps();
        assertThat(session.settle(settlement))
                .as("the job was settled before, so settle must return true")
                .isTrue();
        assertThat(everythingButSteps()).isEqualTo(before);
        ReservedJob second = take(session, "high");
        assertThat(session.settle(settlement)).isTrue();
        assertThat(take(session, "high"))
                .as("a second settle of the first job must not end the second job")
                .isEqualTo(second);
        assertThat(judge.counter("failed")).as("settled twice, counted once").isOne();
    }

    private interface SettleAndReserve {
        Reservation of(WorkerSession session, Settlement settlement, Subscription from);
    }

    @Test
    @WireRule("W-410")
    void settleAndReserveDoesBoth() {
        doesBoth(WorkerSession::settleAndReserve);
    }

    @Test
    @WireRule("W-410")
    void settleAndReserveAsyncDoesBoth() {
        doesBoth((session, settlement, from) -> session.settleAndReserveAsync(settlement, from)
                .toCompletableFuture()
                .join());
    }

    private void doesBoth(SettleAndReserve call) {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob first = take(session, "high");
        ReservedJob second = job(call.of(session, done(first), of("high")));
        assertThatPayload(second.payload())
                .as("settleAndReserve must take the next job")
                .isEqualTo(OTHER);
        assertThat(second.number()).isNotEqualTo(first.number());
        assertThat(judge.counter("processed"))
                .as("settleAndReserve must settle the first job")
                .isOne();
        assertThat(job(call.of(session, done(first), of("high"))))
                .as("a second settleAndReserve must settle nothing more, and return the held job")
                .isEqualTo(second);
        assertThat(call.of(session, done(second), of("high"))).isEqualTo(Reservation.EMPTY);
        assertThat(record())
                .as("the last job is settled and no other was taken, so there must be no record")
                .isNull();
        assertThat(judge.counter("processed")).isEqualTo(2);
    }

    @Test
    @WireRule("W-411")
    void putBackGoesToTheHead() {
        WorkerSession session = register();
        Payload strange = Payload.of(new byte[] {(byte) 0xff, 'x'});
        for (Payload payload : List.of(JOB, strange)) {
            push("high", payload, OTHER);
            ReservedJob job = take(session, "high");
            onKeys(() -> redis.call("DEL", key("queues")));
            assertThat(session.putBack(job, List.of())).isTrue();
            assertThat(session.putBack(job, List.of()))
                    .as("a second putBack must do nothing, and return true")
                    .isTrue();
            assertThatPayloads(queue("high"))
                    .as("the job must be at the head again, byte for byte, and only once")
                    .containsExactly(payload, OTHER);
            assertThat(judge.queues()).as("putBack must announce the queue").containsExactly("high");
            assertThat(record()).as("putBack must remove the record").isNull();
            backend.queues().remove("high");
        }
        assertThat(judge.counter("processed") + judge.counter("failed"))
                .as("putBack must count nothing")
                .isZero();
        onKeys(() -> assertThat(everything()).doesNotContainKeys(key("stat:processed"), key("stat:failed")));
    }

    @Test
    @WireRule("W-411")
    void aQueueThatWasRemovedComesBackWithItsJob() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        backend.queues().remove("high");
        assertThat(session.putBack(job, List.of())).isTrue();
        assertThatPayloads(queue("high")).containsExactly(JOB);
        assertThat(judge.queues()).as("putBack must announce the queue").containsExactly("high");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-411")
    void aPutBackThatCannotBeAnnouncedPutsNothingBack() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        redis.call("DEL", key("queues"));
        redis.call("SET", key("queues"), "not a set");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(
                            () -> session.putBack(job, List.of()),
                            "putBack must throw a BackendException if the queue cannot be announced")
                    .isInstanceOf(BackendException.class);
            assertThat(queue("high"))
                    .as("the job is still held, so it must not be in the queue: each attempt would double it")
                    .isEmpty();
        }
        redis.call("DEL", key("queues"));
        assertThat(session.putBack(job, List.of())).isTrue();
        assertThat(queue("high")).containsExactly(JOB);
    }

    @Test
    @WireRule("W-412")
    void whoHoldsAJobIsNotUnregistered() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Map<String, Object> before = everythingButSteps();
        assertThat(session.unregister())
                .as("a held job must be settled or put back first, so unregister must return it")
                .contains(job);
        assertThat(everythingButSteps()).isEqualTo(before);
        assertThat(session.settle(done(job))).isTrue();
        assertThat(session.unregister()).isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-413")
    void pauseIsReadAsRubyDoes() {
        WorkerSession session = register();
        push("high", JOB);
        for (String on : List.of("true", " TRUE ", "True\n", "\ttrue")) {
            redis.call("SET", key("pause-all-workers"), on);
            assertThat(session.reserve(of("high")))
                    .as("<%s> must pause: it is 'true' if trimmed, in any case", on)
                    .isEqualTo(Reservation.PAUSED);
            assertThat(backend.workers().isPaused()).isTrue();
        }
        assertThatPayloads(queue("high")).containsExactly(JOB);
        for (String off : List.of("1", "yes", "truely", "t r u e", "", "false")) {
            redis.call("SET", key("pause-all-workers"), off);
            ReservedJob job = take(session, "high");
            assertThat(backend.workers().isPaused()).isFalse();
            session.putBack(job, List.of());
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
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
    void aPauseHoldsUntilItIsEnded() {
        WorkerSession session = register();
        push("high", JOB);
        assertThat(backend.workers().isPaused())
                .as("workers must not be paused yet")
                .isFalse();
        for (int again = 0; again < 2; again++) {
            backend.workers().pause(true);
            assertThat(backend.workers().isPaused()).isTrue();
            assertThat(session.reserve(of("high")))
                    .as("a paused worker must take no job; the answer must be PAUSED")
                    .isEqualTo(Reservation.PAUSED);
        }
        assertThatPayloads(queue("high")).as("no job must be taken").containsExactly(JOB);
        backend.workers().pause(false);
        assertThat(backend.workers().isPaused()).isFalse();
        assertThatPayload(take(session, "high").payload()).isEqualTo(JOB);
    }

    @Test
    @WireRule("W-421")
    void aPausedQueueCountsAsEmpty() {
        WorkerSession session = register();
        push("high", JOB);
        push("low", OTHER);
        assertThat(backend.queues().pause("high")).as("it was not paused").isTrue();
        assertThat(backend.queues().pause("high")).as("it is paused already").isFalse();
        assertThat(open(patientUrl()).queues().paused())
                .as("a pause must hold for all backends with this namespace")
                .containsExactly("high");
        ReservedJob job = take(session, "high", "low");
        assertThatPayload(job.payload())
                .as("no job must be taken from the paused queue, and one from the next queue")
                .isEqualTo(OTHER);
        assertThat(session.settleAndReserve(done(job), of("high", "low")))
                .as("only the paused queue has a job, so the answer must be EMPTY")
                .isEqualTo(Reservation.EMPTY);
        assertThatPayloads(queue("high")).as("the job must stay").containsExactly(JOB);
        assertThat(backend.queues().resume("high")).as("it was paused").isTrue();
        assertThat(backend.queues().resume("high")).as("it is not paused").isFalse();
        assertThat(backend.queues().paused()).isEmpty();
        assertThatPayload(take(session, "high", "low").payload()).isEqualTo(JOB);
    }

    @Test
    @WireRule("W-421")
    void aPausedQueueNeedNotExist() {
        WorkerSession session = register();
        backend.queues().pause("later");
        onKeys(() -> assertThat(everythingButSteps())
                .as("the name of the paused queue")
                .containsEntry(key("java:paused-queues"), "later\n"));
        assertThat(backend.queues().names())
                .as("a pause must not announce a queue")
                .isEmpty();
        push("later", JOB);
        backend.queues().remove("later");
        push("later", OTHER);
        assertThat(session.reserve(of("later")))
                .as("the pause must hold from before the first job, and after the queue was removed")
                .isEqualTo(Reservation.EMPTY);
        backend.queues().resume("later");
        assertThatPayload(take(session, "later").payload()).isEqualTo(OTHER);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-421")
    void aKeyOfAnotherTypePausesNoQueue() {
        redis.call("RPUSH", key("java:paused-queues"), "high");
        WorkerSession session = register();
        push("high", JOB);
        assertThat(backend.queues().paused()).isEmpty();
        assertThat(backend.queues().resume("high")).isFalse();
        assertThatThrownBy(() -> backend.queues().pause("high")).isInstanceOf(BackendException.class);
        assertThatPayload(take(session, "high").payload()).isEqualTo(JOB);
        assertThat(redis.texts("LRANGE", key("java:paused-queues"), 0, -1))
                .as("somebody else's key must stay")
                .containsExactly("high");
    }

    private static final Payload CHANGED =
            Payload.ofText("{\"class\":\"A\",\"args\":[1,\"x\"],\"java_checkpoint\":{\"line\":\"é\"}}");

    @Test
    @WireRule("W-422")
    void aHeldJobCanGetAnotherPayload() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        String before = Objects.requireNonNull(record());
        for (Payload payload : List.of(CHANGED, Payload.ofText("{}"), CHANGED)) {
            assertThat(session.rewrite(job, payload))
                    .as("the session holds the job")
                    .isTrue();
            assertThat(Objects.requireNonNull(record()))
                    .as("the record must have the other payload in its place")
                    .isEqualTo(before.replace(JOB.text(), payload.text()));
            assertThat(inspect(ID).held())
                    .as("a read of the worker must give it")
                    .isEqualTo(job.with(payload));
        }
        assertThat(session.reserve(of("high")))
                .as("a repeated reserve must give it")
                .isEqualTo(Reservation.of(job.with(CHANGED)));
        assertThat(session.unregister()).contains(job.with(CHANGED));
        assertThatPayload(job(session.settleAndReserve(done(job), of("high"))).payload())
                .as("a settle ends the job as before")
                .isEqualTo(OTHER);
        assertThat(judge.counter("processed")).isOne();
        assertThatPayloads(queue("high")).isEmpty();
    }

    @Test
    @WireRule("W-422")
    void theOtherPayloadGoesBack() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        session.rewrite(job, CHANGED);
        assertThat(session.putBack(job, List.of())).isTrue();
        assertThatPayloads(queue("high"))
                .as("putBack must give the payload that the job has now")
                .containsExactly(CHANGED, OTHER);
        assertThat(session.rewrite(job, JOB)).as("it is held no longer").isFalse();
        assertThat(record()).isNull();
    }

    @Test
    @WireRule("W-422")
    void noOtherJobGetsThePayload() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob first = take(session, "high");
        ReservedJob second = job(session.settleAndReserve(done(first), of("high")));
        Map<String, Object> before = everythingButSteps();
        assertThat(session.rewrite(first, CHANGED))
                .as("the session holds another job, so rewrite must return false")
                .isFalse();
        assertThat(everythingButSteps())
                .as("rewrite must write nothing for a job that is not held")
                .isEqualTo(before);
        judge.removeWorker(ID);
        before = everythingButSteps();
        assertThat(session.rewrite(second, CHANGED))
                .as("the registration is lost, so rewrite must return false")
                .isFalse();
        assertThat(everythingButSteps()).as("a lost session must write nothing").isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-422")
    void whereTheRecordCannotHoldItNothingIsWritten() {
        WorkerSession session = register();
        Payload deep = Payload.ofText("{\"class\":\"A\",\"args\":" + "[".repeat(200) + "]".repeat(200) + "}");
        push("high", deep, JOB);
        ReservedJob job = take(session, "high");
        Map<String, Object> before = everythingButSteps();
        assertThatThrownBy(
                        () -> session.rewrite(job, CHANGED),
                        "rewrite must throw a BackendException: the record could not hold the payload")
                .isInstanceOf(BackendException.class);
        assertThat(everythingButSteps()).as("nothing must be written").isEqualTo(before);
        assertThatPayload(job(session.reserve(of())).payload())
                .as("the session must hold the job unchanged")
                .isEqualTo(deep);
        ReservedJob next = job(session.settleAndReserve(done(job), of("high")));
        redis.call("DEL", key("worker:" + ID));
        assertThat(session.rewrite(next, CHANGED))
                .as("another program has removed the record, so rewrite must return false")
                .isFalse();
        assertThat(text("worker:" + ID)).as("the record must not come back").isNull();
    }

    private List<WorkerSession> sessions(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> register(backend, "kit-host:" + i + ":q"))
                .toList();
    }

    private void pushes(String queue, int count) {
        for (int i = 0; i < count; i++) {
            push(queue, Payload.ofText("{\"class\":\"A\",\"args\":[" + i + "]}"));
        }
    }

    private static List<ReservedJob> reserved(List<WorkerSession> sessions, Subscription from) {
        return sessions.stream()
                .map(session -> session.reserve(from).job())
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    @WireRule("W-423")
    void noMoreSessionsHoldAJobOfAQueueThanItsLimitSays() {
        List<WorkerSession> sessions = sessions(5);
        Subscription two = limited(2, "full");
        pushes("full", 6);
        List<ReservedJob> held = reserved(sessions, two);
        assertThat(held).as("two of five sessions must get a job").hasSize(2);
        assertThat(sessions.get(4).reserve(two))
                .as("the queue is full, so it counts as empty")
                .isEqualTo(Reservation.EMPTY);
        push("other", OTHER);
        assertThatPayload(job(sessions.get(4).reserve(limited(2, "full", "other")))
                        .payload())
                .as("the next queue must be looked at")
                .isEqualTo(OTHER);
        assertThat(sessions.get(0).settleAndReserve(done(held.get(0)), two).state())
                .as("the step that ends a job of the queue can take the next one")
                .isEqualTo(Reservation.State.JOB);
        assertThat(sessions.get(2).reserve(two)).isEqualTo(Reservation.EMPTY);
        assertThat(sessions.get(1).settle(done(held.get(1)))).isTrue();
        assertThat(sessions.get(2).reserve(two).state())
                .as("a job has ended, so there is room")
                .isEqualTo(Reservation.State.JOB);
        assertThat(sessions.get(3).reserve(two)).isEqualTo(Reservation.EMPTY);
        assertThat(sessions.get(1).reserve(of("full")).state())
                .as("a reserve without a limit must not look at it")
                .isEqualTo(Reservation.State.JOB);
    }

    @Test
    @WireRule("W-423")
    void aSessionThatHoldsTheJobNoMoreDoesNotCount() {
        List<WorkerSession> sessions = sessions(2);
        Subscription one = limited(1, "full");
        WorkerSession first = sessions.get(0);
        WorkerSession second = sessions.get(1);
        push("full", JOB, OTHER);
        ReservedJob job = job(first.reserve(one));
        assertThat(second.reserve(one)).isEqualTo(Reservation.EMPTY);
        first.putBack(job, List.of());
        ReservedJob next = job(second.reserve(one));
        assertThat(next.payload()).as("the job went back, so there is room").isEqualTo(JOB);
        push("else", JOB);
        second.settle(done(next));
        take(second, "else");
        assertThat(first.reserve(one).state())
                .as("the session holds a job of another queue now, so there is room")
                .isEqualTo(Reservation.State.JOB);
        judge.removeWorker(first.id());
        push("full", JOB);
        WorkerSession third = register(backend, "kit-host:3:q");
        assertThat(third.reserve(one).state())
                .as("the worker is removed, so there is room")
                .isEqualTo(Reservation.State.JOB);
        push("full", JOB);
        WorkerSession again = register(backend, first.id());
        assertThat(again.reserve(one)).as("the queue is full again").isEqualTo(Reservation.EMPTY);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-423")
    void aRightThatTheLimitLacksRepeatsNoEnd() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            WorkerSession session = register();
            push("high", JOB);
            push("full", OTHER);
            Settlement end = new Settlement(take(session, "high"), List.of(fails(OTHER)));
            client.call("ACL", "SETUSER", "app", "-hexists");
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(
                                () -> session.settleAndReserve(end, limited(1, "full")),
                                "the user may not look at the limit, so the call must throw")
                        .isInstanceOf(BackendException.class);
            }
            assertThat(client.number("LLEN", key("failed")))
                    .as("the job has ended once, however often the call is repeated")
                    .isOne();
            assertThat(client.number("LLEN", key("queue:full")))
                    .as("no job is taken")
                    .isOne();
        }
    }

    @Test
    @WireRule("W-423")
    void theJobOfALostAnswerCountsOnce() {
        List<WorkerSession> sessions = sessions(2);
        Subscription one = limited(1, "none", "full");
        push("full", JOB, OTHER);
        ReservedJob job = job(sessions.get(0).reserve(one));
        assertThat(sessions.get(0).reserve(one)).isEqualTo(Reservation.of(job));
        assertThat(sessions.get(1).reserve(one)).isEqualTo(Reservation.EMPTY);
        assertThatPayload(job(sessions.get(0).settleAndReserve(done(job), one)).payload())
                .isEqualTo(OTHER);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-424")
    void whoTookAJobWithALimitStandsInAHash() {
        WorkerSession session = register();
        Subscription one = limited(1, "full", "other");
        String slots = key("java:queue-slots:full");
        push("full", JOB);
        push("other", OTHER);
        ReservedJob job = job(session.reserve(one));
        assertThat(redis.texts("HKEYS", slots)).containsExactly(ID);
        String value = redis.text("HGET", slots, ID);
        assertThat(redis.text("HGET", key("java:sessions"), ID))
                .as("the session must have the token and the number that stand there")
                .startsWith(String.valueOf(value).substring(0, 16))
                .contains(String.valueOf(value).substring(16));
        assertThat(redis.number("TTL", slots)).as("it must expire").isBetween(604_700L, 604_800L);
        assertThatPayload(job(session.settleAndReserve(done(job), one)).payload())
                .isEqualTo(OTHER);
        assertThat(redis.number("EXISTS", slots))
                .as("the step that ends the job and takes one of another queue must remove it")
                .isZero();
        redis.call("SET", slots, "somebody's");
        WorkerSession second = register(backend, "kit-host:2:q");
        push("full", JOB);
        assertThatThrownBy(
                        () -> second.reserve(one),
                        "reserve must throw a BackendException, since nobody knows how many jobs run")
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(slots);
        assertThatPayloads(queue("full")).containsExactly(JOB);
    }

    @Test
    @WireRule("W-414")
    void aPausedWorkerMaySettleAndKeepsWhatItHolds() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        backend.workers().pause(true);
        assertThat(take(session, "high"))
                .as("a held job must be returned, paused or not")
                .isEqualTo(job);
        assertThat(session.settleAndReserve(done(job), of("high")))
                .as("a paused worker must settle its job, and the answer must be PAUSED")
                .isEqualTo(Reservation.PAUSED);
        assertThat(judge.counter("processed")).isOne();
        assertThat(record()).as("settled, though paused").isNull();
        assertThatPayloads(queue("high")).as("no other job must be taken").containsExactly(OTHER);
    }

    private void isLost(WorkerSession session, ReservedJob job) {
        Map<String, Object> before = everything();
        Settlement settlement = new Settlement(job, failure(FAILURE));
        assertThat(session.reserve(of("high")))
                .as("reserve of a lost session must be LOST")
                .isEqualTo(Reservation.LOST);
        assertThat(session.settle(settlement))
                .as("settle of a lost session must return false")
                .isFalse();
        assertThat(session.settleAndReserve(settlement, of("high")))
                .as("settleAndReserve of a lost session must be LOST")
                .isEqualTo(Reservation.LOST);
        assertThat(session.putBack(job, List.of()))
                .as("putBack of a lost session must return false")
                .isFalse();
        assertThat(session.unregister())
                .as("unregister of a lost session must be empty")
                .isEmpty();
        assertThat(everything())
                .as("another process has recovered the job: a lost session must write nothing")
                .isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule({"W-415", "W-506"})
    void whatOtherProgramsRemoveOfAWorkerEndsNoSession() {
        WorkerSession session = register();
        push("high", JOB, OTHER, JOB);
        ReservedJob job = take(session, "high");
        redis.call("SREM", key("workers"), ID);
        redis.call("HDEL", key("workers:heartbeat"), ID);
        redis.call("DEL", key("worker:" + ID + ":started"), key("worker:" + ID + ":java"));
        ReservedJob second = job(session.settleAndReserve(done(job), of("high")));
        assertThat(judge.counter("processed"))
                .as("the session exists, so the job is its own, and it must settle")
                .isOne();
        assertThatPayload(second.payload())
                .as("settleAndReserve must return the next job")
                .isEqualTo(OTHER);

        redis.call("DEL", key("worker:" + ID));
        for (int again = 0; again < 2; again++) {
            assertThat(session.settle(done(second)))
                    .as("the session exists, so settle must work even if another program has removed the record")
                    .isTrue();
            assertThat(judge.counter("processed")).as("counted once").isEqualTo(2);
        }

        ReservedJob third = take(session, "high");
        redis.call("DEL", key("worker:" + ID));
        redis.call("SREM", key("workers"), ID);
        assertThat(session.putBack(third, List.of())).isTrue();
        assertThatPayloads(queue("high")).containsExactly(JOB);
        rule("W-506");
        assertThat(session.unregister()).isEmpty();
        assertThat(everything())
                .as("unregister must remove all keys of the worker, whatever other programs have removed before")
                .containsOnlyKeys(key("queues"), key("queue:high"), key("stat:processed"));
    }

    /** One of the two calls that settle a job and reserve from the queue high. */
    private interface Settles {
        Reservation of(WorkerSession session, Settlement settlement);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-417")
    void aFailureWhoseRecordIsGoneIsWrittenOnceItIsKnown() {
        isWrittenOnceItIsKnown((session, settlement) -> session.settleAndReserve(settlement, of("high")));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-417")
    void aFailureWhoseRecordIsGoneIsWrittenOnceItIsKnownToACallThatDoesNotWait() {
        isWrittenOnceItIsKnown((session, settlement) -> answer(session.settleAndReserveAsync(settlement, of("high"))));
    }

    private void isWrittenOnceItIsKnown(Settles settles) {
        WorkerSession session = register();
        push("high", JOB, OTHER, JOB);
        Settlement first = onlyWhileRecorded(take(session, "high"));
        redis.call("DEL", key("worker:" + ID));
        Map<String, Object> before = everythingButSteps();
        for (int again = 0; again < 2; again++) {
            assertThat(settles.of(session, first))
                    .as("another program has removed the record, so the answer must be RECORD_GONE")
                    .isEqualTo(Reservation.RECORD_GONE);
            assertThat(everythingButSteps()).as("nothing must be written").isEqualTo(before);
        }
        ReservedJob second = job(settles.of(session, first.evenUnrecorded()));
        assertThatPayload(second.payload()).isEqualTo(OTHER);
        assertThatPayloads(failed()).containsExactly(FAILURE);
        assertThat(session.settle(first.evenUnrecorded())).isTrue();
        assertThat(judge.counter("processed")).as("counted once").isOne();
        assertThat(judge.counter("failed")).isOne();

        ReservedJob third = job(settles.of(session, onlyWhileRecorded(second)));
        assertThatPayloads(failed())
                .as("the record exists, so the failure must be written")
                .containsExactly(FAILURE, FAILURE);
        redis.call("DEL", key("worker:" + ID));
        assertThat(session.settle(onlyWhileRecorded(third)))
                .as("settle must write the failure even without a record")
                .isTrue();
        assertThatPayloads(failed()).containsExactly(FAILURE, FAILURE, FAILURE);
    }

    private static Settlement onlyWhileRecorded(ReservedJob job) {
        return new Settlement(job, failure(FAILURE), true);
    }

    @Test
    @WireRule("W-415")
    void aWorkerThatSomebodyRecoveredIsLost() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        judge.removeWorker(ID);
        isLost(session, job);
    }

    @Test
    @WireRule("W-415")
    void aWorkerWhoseIdWasTakenOverIsLost() {
        WorkerSession session = register();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        judge.removeWorker(ID);
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
                .as("await of a lost session must be LOST")
                .isEqualTo(Reservation.LOST);
    }
}
