package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Recovery.Outcome;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of the recovery of dead workers. */
abstract class RecoveryRules extends BackendRules {
    private static final Payload OLDER = Payload.ofText("{\"error\":\"older\"}");
    private static final Payload FAILURE = Payload.ofText("{\"exception\":\"Resque::PruneDeadWorkerDirtyExit\"}");
    private static final String STATUS = "{\"status\":2,\"updated\":1795361600,\"started\":1795361599,\"result\":null}";
    private static final Effect FAILED =
            new Effect.ChangeStatus(new StatusChange("t1", JobState.FAILED, null, Duration.ofDays(1)));

    RecoveryRules(QueueBackendTck kit) {
        super(kit);
    }

    private static Recovery recovery(WorkerSnapshot seen, Recovery.@Nullable Requeue requeue) {
        return new Recovery(seen, List.of(fails(FAILURE), fails(new FailureList("high"), FAILURE), FAILED), requeue);
    }

    private static Recovery.Requeue requeue(Payload payload, int maxDeaths) {
        Effect waiting = new Effect.ChangeStatus(new StatusChange("t1", JobState.WAITING, null, null));
        return new Recovery.Requeue("high", payload, List.of(waiting), maxDeaths, Duration.ofHours(1));
    }

    private WorkerSession holding(Payload payload) {
        WorkerSession session = register();
        push("high", payload);
        assertThatPayload(take(session, "high").payload()).isEqualTo(payload);
        onKeys(() -> redis.call("SET", key("job:t1:status"), STATUS));
        if (!hasKeys()) {
            backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
            backend.statuses().write(new StatusChange("t1", JobState.RUNNING, null, null));
        }
        return session;
    }

    private void assertNothingLeftOf(String id) {
        assertThat(everything().keySet())
                .as("recover must remove all data of the worker")
                .noneMatch(key -> key.contains(id));
        assertThat(backend.workers().ids())
                .as("recover must remove the worker's id")
                .doesNotContain(id);
        onKeys(() -> {
            assertThat(redis.number("SISMEMBER", key("workers"), id)).isZero();
            assertThat(redis.number("HEXISTS", key("workers:heartbeat"), id)).isZero();
        });
    }

    @Test
    @WireRule("W-431")
    void aWorkerWithoutAJobIsRemoved() {
        WorkerSession session = register();
        backend.statistics().increment("processed:" + ID, 3);
        backend.statistics().increment("failed:" + ID, 1);
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))))
                .isEqualTo(Outcome.REMOVED);
        assertThat(everything())
                .as("the worker held no job, so nothing must be recorded, and all its data must be removed")
                .isEmpty();
        assertThat(session.reserve(of("high"))).isEqualTo(Reservation.LOST);
    }

    @Test
    @WireRule("W-432")
    void theJobOfADeadWorkerIsAFailure() {
        WorkerSession session = holding(JOB);
        backend.failures().add(List.of(new FailureEntry(FailureList.COMMON, OLDER)));
        assertThat(backend.workers().recover(recovery(inspect(ID), null))).isEqualTo(Outcome.FAILED);
        assertNothingLeftOf(ID);
        assertThatPayloads(failed())
                .as("records must be appended, the oldest first")
                .containsExactly(OLDER, FAILURE);
        assertThatPayloads(judge.failures(new FailureList("high"))).containsExactly(FAILURE);
        assertThat(judge.failureLists())
                .as("the list of a queue must be announced")
                .containsExactly("high_failed");
        assertThat(judge.status("t1"))
                .as("recover must write the status of a failed job")
                .isEqualTo(JobState.FAILED.code());
        assertThatPayloads(queue("high"))
                .as("the failed job must not go back to its queue")
                .isEmpty();
        assertThat(judge.counter("processed") + judge.counter("failed"))
                .as("a recovery must count nothing, as in Ruby")
                .isZero();
        onKeys(() -> {
            assertThat(text("job:t1:status"))
                    .matches("\\{\"status\":3,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
            assertThat(redis.number("TTL", key("job:t1:status"))).isBetween(86_390L, 86_400L);
            assertThat(redis.number("EXISTS", key("queue:high"))).isZero();
            assertThat(everything()).doesNotContainKeys(key("stat:processed"), key("stat:failed"));
        });
        assertThat(session.reserve(of("high")))
                .as("the worker was recovered, so its session must be LOST")
                .isEqualTo(Reservation.LOST);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-432")
    void aDeadWorkerOfRubyIsRecoveredAsWell() {
        redis.call("SADD", key("workers"), "ruby:1:high");
        redis.call("SET", key("worker:ruby:1:high:started"), STARTED);
        redis.call(
                "SET",
                key("worker:ruby:1:high"),
                "{\"queue\":\"high\",\"run_at\":\"x\",\"payload\":{\"class\":\"A\"}}");
        redis.call("HSET", key("workers:heartbeat"), "ruby:1:high", "2020-01-01T00:00:00+00:00");
        redis.call("SET", key("stat:processed:ruby:1:high"), 5);
        assertThat(backend.workers().recover(recovery(inspect("ruby:1:high"), null)))
                .isEqualTo(Outcome.FAILED);
        assertNothingLeftOf("ruby:1:high");
        assertThatPayloads(failed()).containsExactly(FAILURE);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-462")
    void aRecordThatHoldsNoJobGoesWithItsWorker() {
        String id = "jesque:7-0:high";
        redis.call("SADD", key("workers"), id);
        redis.call("SET", key("worker:" + id), "{\"queue\":null,\"payload\":null,\"paused\":true}");
        assertThat(backend.workers().recover(new Recovery(inspect(id), List.of(), null)))
                .as("a recovery without failures and without a job to put back must remove the worker")
                .isEqualTo(Outcome.REMOVED);
        assertThat(everything())
                .as("recover must remove all data of the worker")
                .isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-464")
    void aJobThatIsKeptBesideARecordGoesWithIt() {
        String id = "jesque:7-0:high";
        String list = key("inflight:" + id + ":high");
        redis.call("SADD", key("workers"), id);
        redis.call("SET", key("worker:" + id), "{\"queue\":\"high\",\"payload\":{\"class\":\"A\",\"vars\":null}}");
        redis.call("RPUSH", list, JOB.toBytes(), OTHER.toBytes());
        redis.call("SET", key("inflight:" + id + ":low"), "not a list");
        Recovery.InFlight job = new Recovery.InFlight("high", JOB);
        Recovery.InFlight other = new Recovery.InFlight("high", OTHER);
        assertThat(backend.workers().inFlight(id, List.of("low", "high", "none")))
                .as("inFlight must return the jobs in inflight:<id>:<queue>, from the head on")
                .containsExactly(job, other);

        List<Effect> failure = List.of(fails(FAILURE));
        isRefused(new Recovery(inspect(id), failure, null, other, true), "the list begins with another job");
        assertThat(backend.workers().recover(new Recovery(inspect(id), failure, null, job, true)))
                .isEqualTo(Outcome.FAILED);
        assertThat(backend.workers().inFlight(id, List.of("high")))
                .as("recover must remove the recovered job from the list, and no other")
                .containsExactly(other);
        assertThat(inspect(id).record())
                .as("recover must remove the worker's record")
                .isNull();
        assertThat(inspect(id).registered())
                .as("the worker holds further jobs, so it must stay registered")
                .isTrue();
        assertThat(backend.workers().recover(new Recovery(inspect(id), failure, null, other, false)))
                .isEqualTo(Outcome.FAILED);
        assertThat(failed()).hasSize(2);
        redis.call("DEL", key("inflight:" + id + ":low"));
        assertNothingLeftOf(id);
    }

    @Test
    @WireRule("W-433")
    void aRequeuedJobGoesToTheHead() {
        for (Payload payload : List.of(JOB, Payload.of(new byte[] {(byte) 0xfe, '{'}))) {
            holding(payload);
            push("high", OTHER);
            onKeys(() -> redis.call("DEL", key("queues")));
            WorkerSnapshot seen = inspect(ID);
            ReservedJob held = Objects.requireNonNull(
                    seen.held(), "inspect must return the job that a session of this library holds");
            assertThatPayload(held.payload()).isEqualTo(payload);
            assertThat(backend.workers().recover(recovery(seen, requeue(held.payload(), 3))))
                    .isEqualTo(Outcome.REQUEUED);
            assertNothingLeftOf(ID);
            assertThatPayloads(queue("high"))
                    .as("the job must be at the head again, byte for byte")
                    .containsExactly(payload, OTHER);
            assertThat(judge.queues()).as("recover must announce the queue").containsExactly("high");
            assertThat(judge.status("t1"))
                    .as("recover must write the status of a job that waits again")
                    .isEqualTo(JobState.WAITING.code());
            assertThatPayloads(failed())
                    .as("a job that is put back must not be recorded as failed")
                    .isEmpty();
            onKeys(() -> assertThat(everything()).doesNotContainKeys(key("failed"), key("high_failed")));
            backend.queues().remove("high");
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-433")
    void aRecoveryThatCannotBeFinishedDoublesNothing() {
        holding(JOB);
        redis.call("DEL", key("queues"));
        redis.call("SET", key("queues"), "not a set");
        Recovery back = recovery(inspect(ID), requeue(JOB, 3));
        assertThatThrownBy(
                        () -> backend.workers().recover(back),
                        "recover must throw a BackendException if the queue cannot be announced")
                .isInstanceOf(BackendException.class);
        assertThat(queue("high")).as("the dead worker must still hold the job").isEmpty();

        redis.call("SET", key("failed_queues"), "not a set");
        assertThat(backend.workers().recover(recovery(inspect(ID), null))).isEqualTo(Outcome.FAILED);
        assertThat(failed()).containsExactly(FAILURE);
    }

    @Test
    @WireRule("W-434")
    void aJobThatKillsTooManyWorkersIsAFailure() {
        for (int death = 1; death <= 2; death++) {
            holding(JOB);
            assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))))
                    .isEqualTo(Outcome.REQUEUED);
            onKeys(() -> assertThat(redis.number("TTL", key("java:deaths"))).isBetween(3_590L, 3_600L));
            backend.queues().take("high", 1);
        }
        holding(JOB);
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))))
                .as("this is the third death and three are allowed, so the job must be recorded as failed")
                .isEqualTo(Outcome.FAILED);
        assertNothingLeftOf(ID);
        assertThatPayloads(failed()).containsExactly(FAILURE);
        assertThatPayloads(queue("high"))
                .as("the failed job must not go back to its queue")
                .isEmpty();
        assertThat(judge.status("t1")).isEqualTo(JobState.FAILED.code());
        onKeys(() -> assertThat(redis.number("EXISTS", key("java:deaths")))
                .as("the failure must reset the count of deaths")
                .isZero());
        holding(JOB);
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))))
                .as("the failure has reset the count of deaths, so the job must be put back again")
                .isEqualTo(Outcome.REQUEUED);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-434")
    void aDeathIsCountedOnceHoweverOftenItsRecoveryFails() {
        holding(JOB);
        redis.call("RENAME", key("queues"), key("aside"));
        redis.call("SET", key("queues"), "not a set");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(
                            () -> backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))),
                            "recover must throw a BackendException if the queue cannot be announced")
                    .isInstanceOf(BackendException.class);
        }
        redis.call("RENAME", key("aside"), key("queues"));
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 3))))
                .as("the failed recovery must not count as a death")
                .isEqualTo(Outcome.REQUEUED);
        assertThatPayloads(queue("high")).containsExactly(JOB);
    }

    @Test
    @WireRule("W-434")
    void theDeathsOfOneJobAreNotThoseOfAnother() {
        for (Payload payload : List.of(JOB, OTHER)) {
            holding(payload);
            assertThat(backend.workers().recover(recovery(inspect(ID), requeue(payload, 2))))
                    .as(
                            "this is the first death of this job and two are allowed: deaths must be counted by the job's bytes")
                    .isEqualTo(Outcome.REQUEUED);
            backend.queues().take("high", 1);
        }
    }

    @Test
    @WireRule("W-434")
    void deathsAreCountedByThePayloadThatTheRecoveryNames() {
        Payload changed = Payload.ofText("{\"class\":\"A\",\"args\":[1,\"x\"],\"java_checkpoint\":1}");
        holding(JOB);
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue(JOB, 2))))
                .isEqualTo(Outcome.REQUEUED);
        backend.queues().take("high", 1);
        holding(changed);
        Recovery.Requeue requeue = new Recovery.Requeue("high", changed, List.of(), 2, Duration.ofHours(1), JOB);
        assertThat(backend.workers().recover(recovery(inspect(ID), requeue)))
                .as("this death counts as one of the named payload, and two are allowed")
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    @WireRule("W-434")
    void deathsAreForgottenAfterATime() {
        for (int death = 1; death <= 2; death++) {
            holding(JOB);
            Recovery.Requeue requeue = new Recovery.Requeue("high", JOB, List.of(), 2, Duration.ofSeconds(1));
            assertThat(backend.workers().recover(recovery(inspect(ID), requeue)))
                    .as(
                            "death %s of the job, of which each counts for a second: two are allowed, and none was within the"
                                    + " last second, so the job must be put back",
                            death)
                    .isEqualTo(Outcome.REQUEUED);
            backend.queues().take("high", 1);
            Instant counted = now();
            Eventually.until("the backend's clock must go on", LIMIT, () -> now().isAfter(counted.plusSeconds(1)));
        }
    }

    @Test
    @WireRule("W-435")
    void aWorkerThatHasChangedIsLeftAlone() {
        WorkerSession session = holding(JOB);
        WorkerSnapshot seen = inspect(ID);
        nextSecond();
        assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        isRefused(recovery(seen, requeue(JOB, 3)), "the worker has written a heartbeat");

        WorkerSnapshot again = inspect(ID);
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        isRefused(recovery(again, null), "the worker has settled its job");

        WorkerSnapshot idle = inspect(ID);
        push("high", JOB);
        take(session, "high");
        isRefused(recovery(idle, null), "the worker has taken a job");

        WorkerSnapshot busy = inspect(ID);
        assertThat(backend.workers().recover(recovery(busy, null))).isEqualTo(Outcome.FAILED);
        isRefused(recovery(busy, null), "the worker was recovered");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-435")
    void aWorkerThatOthersHaveChangedIsLeftAlone() {
        holding(JOB);
        WorkerSnapshot seen = inspect(ID);
        redis.call("HSET", key("workers:heartbeat"), ID, "2030-01-01T00:00:00+00:00");
        isRefused(recovery(seen, requeue(JOB, 3)), "the worker's heartbeat has changed");

        WorkerSnapshot busy = inspect(ID);
        redis.call("SREM", key("workers"), ID);
        isRefused(recovery(busy, null), "another program removes the worker");
        redis.call("SADD", key("workers"), ID);
        assertThat(backend.workers().recover(recovery(busy, null))).isEqualTo(Outcome.FAILED);
    }

    private void isRefused(Recovery recovery, String why) {
        Map<String, Object> before = everything();
        assertThat(backend.workers().recover(recovery)).as(why).isEqualTo(Outcome.CHANGED);
        assertThat(everything()).as("%s, so nothing must be written", why).isEqualTo(before);
    }

    @Test
    @WireRule("W-436")
    void onlyOneOfTwoRecoversAJob() {
        holding(JOB);
        Recovery recovery = recovery(inspect(ID), requeue(JOB, 3));
        assertThat(backend.workers().recover(recovery)).isEqualTo(Outcome.REQUEUED);
        assertThat(backend.workers().recover(recovery))
                .as("the worker was recovered before, so the outcome must be CHANGED")
                .isEqualTo(Outcome.CHANGED);
        assertThatPayloads(queue("high"))
                .as("the job must be put back only once")
                .containsExactly(JOB);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-438")
    void aJobThatIsTooLargeToBeReadIsRecoveredWithoutBeingRead() {
        for (Payload whole : List.of(large(2_000_000), Payload.ofText("x".repeat(2_000_000)))) {
            holding(whole);
            Map<String, Object> before = everything();
            WorkerSnapshot seen = inspect(ID);
            ReservedJob held = Objects.requireNonNull(
                    seen.held(), "inspect must return the job that a session of this library holds");
            String name = keptAs(held.payload(), whole);
            assertThat(Objects.requireNonNull(seen.record()).size()).isLessThan(10_000);
            assertThat(everything()).as("inspect must write nothing").isEqualTo(before);
            assertThat(backend.workers().recover(recovery(seen, null))).isEqualTo(Outcome.FAILED);
            assertNothingLeftOf(ID);
            assertThat(redis.call("HGET", key("java:oversize"), name)).isEqualTo(whole.toBytes());
            backend.failures().trim(FailureList.COMMON, 0);
        }
        Payload whole = large(2_000_000);
        holding(whole);
        redis.call("DEL", key("java:oversize"));
        WorkerSnapshot seen = inspect(ID);
        Recovery back =
                recovery(seen, requeue(Objects.requireNonNull(seen.held()).payload(), 2));
        assertThat(backend.workers().recover(back)).isEqualTo(Outcome.REQUEUED);
        assertThatPayloads(queue("high")).containsExactly(whole);
        assertThat(redis.number("EXISTS", key("java:oversize")))
                .as("a payload that went back must not be set aside")
                .isZero();

        backend.queues().remove("high");
        holding(whole);
        seen = inspect(ID);
        back = recovery(seen, requeue(Objects.requireNonNull(seen.held()).payload(), 2));
        assertThat(backend.workers().recover(back))
                .as("deaths must be counted by the bytes of the job, however large")
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-438")
    void aLargeRecordOfAnotherLibraryIsRecoveredWithoutBeingRead() {
        String payload = large(2_000_000).text();
        Map<String, String> records = new LinkedHashMap<>();
        records.put("{\"queue\":\"high\",\"run_at\":\"x\",\"payload\":" + payload + "}", payload);
        records.put("{\"run_at\":\"x\",\"queue\":\"high\",\"payload\":" + payload + ",\"worker\":\"a\"}", payload);
        records.put("[\"" + "y".repeat(2_000_000) + "\"]", "[\"" + "y".repeat(2_000_000) + "\"]");
        records.forEach((record, kept) -> {
            redis.call("SADD", key("workers"), "ruby:1:high");
            redis.call("HSET", key("workers:heartbeat"), "ruby:1:high", "2020-01-01T00:00:00+00:00");
            redis.call("SET", key("worker:ruby:1:high"), record);
            WorkerSnapshot seen = inspect("ruby:1:high");
            assertThat(Objects.requireNonNull(seen.record()).size()).isLessThan(10_000);
            redis.call("SET", key("worker:ruby:1:high"), record.replaceFirst("x\"|y", "z\""));
            isRefused(recovery(seen, null), "the worker holds another job");
            redis.call("SET", key("worker:ruby:1:high"), record);
            assertThat(backend.workers().recover(recovery(seen, null))).isEqualTo(Outcome.FAILED);
            assertNothingLeftOf("ruby:1:high");
            assertThat(redis.hash(key("java:oversize"))).containsValue(kept);
            redis.call("DEL", key("java:oversize"));
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-438")
    void aWorkerWhoseRecordIsGoneHasNoneHoweverLargeItsJob() {
        holding(Payload.ofText("x".repeat(2_000_000)));
        redis.call("DEL", key("worker:" + ID));
        WorkerSnapshot seen = inspect(ID);
        assertThat(seen.record()).isNull();
        assertThat(backend.workers().recover(recovery(seen, null))).isEqualTo(Outcome.REMOVED);
        assertNothingLeftOf(ID);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-438")
    void manyWorkersAreLookedAtInBoundedMemory() {
        List<String> ids =
                IntStream.range(0, 40).mapToObj(i -> "ruby:" + i + ":high").toList();
        for (String id : ids) {
            redis.call("SADD", key("workers"), id);
            redis.call(
                    "SET",
                    key("worker:" + id),
                    "{\"queue\":\"high\",\"run_at\":\"x\",\"payload\":"
                            + large(id.endsWith("7:high") ? 100_000 : 50_000).text() + "}");
        }
        List<WorkerSnapshot> seen = backend.workers().inspect(ids);
        assertThat(seen).extracting(WorkerSnapshot::id).isEqualTo(ids);
        assertThat(seen)
                .extracting(one -> Objects.requireNonNull(one.record()).size())
                .allMatch(size -> size < 65_536);
        assertThat(seen).filteredOn(one -> one.record().size() < 10_000).hasSize(4);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-437")
    void aSessionWhoseHeartbeatSomebodyRemovedGetsOneAndIsNotForgotten() {
        WorkerSession session = register();
        WorkerSession kept = register(backend, "kit-host:4712:low");
        push("high", JOB);
        ReservedJob job = take(session, "high");
        prunedByRuby();
        redis.call("HSET", key("workers:heartbeat"), "kit-host:4712:low", "2020-01-01T00:00:00+00:00");
        assertThat(inspect(ID).ours())
                .as("only the session is left, and inspect must return it")
                .isTrue();
        Instant before = now();
        assertThat(backend.workers().beginRecovery()).isTrue();
        backend.workers().watchOver(List.of(ID, "kit-host:4712:low", "nobody:1:high"));
        assertThat(redis.hash(key("java:sessions")))
                .as("the worker may live, so its job must not be touched")
                .containsOnlyKeys(ID, "kit-host:4712:low", "format");
        assertThat(redis.hash(key("workers:heartbeat")))
                .containsOnlyKeys(ID, "kit-host:4712:low")
                .containsEntry("kit-host:4712:low", "2020-01-01T00:00:00+00:00");
        assertThat(inspect(ID).heartbeatAt().orElseThrow()).isBetween(before, now());
        assertThat(session.settle(done(job))).isTrue();
        assertThat(judge.counter("processed")).isOne();
        assertThat(kept.unregister()).isEmpty();
    }

    /** Removes the worker as Ruby does after it has recorded the worker's job as failed. */
    private void prunedByRuby() {
        redis.call("SREM", key("workers"), ID);
        redis.call("DEL", key("worker:" + ID), key("worker:" + ID + ":started"));
        redis.call("HDEL", key("workers:heartbeat"), ID);
        redis.call("DEL", key("stat:processed:" + ID), key("stat:failed:" + ID));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-439")
    void aWorkerOfWhichOnlyItsSessionAndItsJobAreLeftIsRecovered() {
        for (boolean again : List.of(false, true)) {
            WorkerSession session = holding(JOB);
            redis.call("SREM", key("workers"), ID);
            redis.call("HDEL", key("workers:heartbeat"), ID);
            WorkerSnapshot seen = inspect(ID);
            assertThat(Objects.requireNonNull(seen.held()).payload()).isEqualTo(JOB);
            Recovery recovery = recovery(seen, again ? requeue(JOB, 3) : null);
            assertThat(backend.workers().recover(recovery)).isEqualTo(again ? Outcome.REQUEUED : Outcome.FAILED);
            assertThat(backend.workers().recover(recovery))
                    .as("the worker was recovered before, so the outcome must be CHANGED")
                    .isNotIn(Outcome.REQUEUED, Outcome.FAILED);
            assertNothingLeftOf(ID);
            assertThat(session.settle(done(new ReservedJob(1, "high", JOB, now()))))
                    .as("the worker was recovered, so its session must be LOST")
                    .isFalse();
            assertThatPayloads(again ? queue("high") : failed()).containsExactly(again ? JOB : FAILURE);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-439")
    void aWorkerOfWhichOnlyItsSessionIsLeftIsRemoved() {
        register();
        prunedByRuby();
        assertThat(backend.workers().recover(recovery(inspect(ID), null))).isEqualTo(Outcome.REMOVED);
        assertNothingLeftOf(ID);
        assertThat(redis.number("EXISTS", key("java:sessions"))).isZero();
    }
}
