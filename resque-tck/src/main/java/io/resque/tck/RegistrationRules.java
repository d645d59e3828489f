package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests of registration and heartbeat. */
abstract class RegistrationRules extends BackendRules {
    private static final Effect FAILED =
            new Effect.ChangeStatus(new StatusChange("t1", JobState.FAILED, null, Duration.ofDays(1)));
    private static final String OLD = "2020-01-01T00:00:00+00:00";

    RegistrationRules(QueueBackendTck kit) {
        super(kit);
    }

    private String heartbeat(String id) {
        return String.valueOf(judge.heartbeat(id));
    }

    private Optional<WorkerSession> tryRegister(WorkerSnapshot seen) {
        return backend.workers().register(new WorkerRegistration(seen, STARTED, Map.of()));
    }

    @Test
    @WireRule("W-501")
    void registrationWritesRubysKeysAndOneOfOurOwn() {
        WorkerSession session = register();
        assertThat(session.id()).isEqualTo(ID);
        WorkerSnapshot seen = inspect(ID);
        assertThat(seen.registered()).as("register must register the id").isTrue();
        assertThat(seen.started())
                .as("register must write the start as it was given")
                .isEqualTo(STARTED);
        assertThat(seen.heartbeat()).as("register must write a first heartbeat").isNotNull();
        assertThat(backend.workers().ids()).containsExactly(ID);
        onKeys(this::theKeysOfARegistration);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-501")
    void theFirstRegistrationWritesTheCountersOfAllAndNoneOverwritesThem() {
        WorkerSession first = register();
        assertThat(text("stat:processed"))
                .as("register must create both counters: exporters report nothing without them")
                .isEqualTo("0");
        assertThat(text("stat:failed")).isEqualTo("0");
        first.unregister();
        backend.statistics().increment("processed", 7);
        redis.call("DEL", key("stat:failed"));
        redis.call("RPUSH", key("stat:failed"), "somebody's");
        register();
        assertThat(text("stat:processed")).isEqualTo("7");
        assertThat(redis.texts("LRANGE", key("stat:failed"), 0, -1)).containsExactly("somebody's");
    }

    private void theKeysOfARegistration() {
        assertThat(everything())
                .containsOnlyKeys(
                        key("workers"),
                        key("worker:" + ID + ":started"),
                        key("workers:heartbeat"),
                        key("worker:" + ID + ":java"),
                        key("java:sessions"))
                .containsEntry(key("workers"), Set.of(ID))
                .containsEntry(key("worker:" + ID + ":started"), STARTED);
        assertThat(redis.hash(key("java:sessions"))).containsOnlyKeys(ID, "format");
        assertThat(redis.hash(key("workers:heartbeat"))).containsOnlyKeys(ID);
        assertThat(redis.number("TTL", key("worker:" + ID + ":started"))).isEqualTo(-1);
        assertThat(redis.number("TTL", key("worker:" + ID + ":java")))
                .as("the key worker:<id>:java must expire, but not during a short absence")
                .isGreaterThan(3_600);
    }

    @Test
    @WireRule("W-502")
    void theHeartbeatIsTheServersTimeAsRubyWritesIt() {
        Instant before = now();
        register();
        assertThat(heartbeat(ID))
                .as("Ruby's Time#iso8601 in UTC: seconds, and +00:00, not Z")
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
        Instant beat = OffsetDateTime.parse(heartbeat(ID)).toInstant();
        assertThat(beat)
                .as("the heartbeat must be the time of the backend's clock")
                .isBetween(before, now());
        Instant here = Instant.now();
        assertThat(beat)
                .as("the backend's clock must tell the time; the clock of this machine shows %s", here)
                .isBetween(here.minus(Duration.ofDays(1)), here.plus(Duration.ofDays(1)));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-503")
    void registrationIsRefusedIfTheHeartbeatChanged() {
        WorkerSnapshot seen = inspect(ID);
        redis.call("HSET", key("workers:heartbeat"), ID, OLD);
        Map<String, Object> before = everything();
        assertThat(tryRegister(seen))
                .as("a heartbeat was written after inspect(), so the worker lives, and register must refuse its id")
                .isEmpty();
        assertThat(everything()).as("a refusal must write nothing").isEqualTo(before);
        assertThat(tryRegister(inspect(ID)))
                .as("nothing has changed since the new snapshot, so register must return a session")
                .isPresent();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-503")
    void registrationIsRefusedIfAJobIsHeld() {
        redis.call("SADD", key("workers"), ID);
        redis.call(
                "SET", key("worker:" + ID), "{\"queue\":\"high\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{}}");
        Map<String, Object> before = everything();
        assertThat(tryRegister(inspect(ID)))
                .as("the id still holds a job, which would be lost: it must be recovered first")
                .isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-503")
    void registrationIsRefusedIfSomebodyWithoutHeartbeatRegisteredMeanwhile() {
        WorkerSnapshot seen = inspect(ID);
        redis.call("SADD", key("workers"), ID);
        Map<String, Object> before = everything();
        assertThat(tryRegister(seen))
                .as(
                        "php-resque writes no heartbeat; the id was registered after inspect(), and register must see that change")
                .isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @WireRule("W-503")
    void ofTwoRegistrationsWithOneSnapshotOneWins() {
        WorkerSnapshot seen = inspect(ID);
        assertThat(tryRegister(seen)).isPresent();
        Map<String, Object> before = everything();
        assertThat(tryRegister(seen))
                .as("another session has registered after the snapshot, so register must refuse")
                .isEmpty();
        assertThat(everything()).as("a refusal must write nothing").isEqualTo(before);
    }

    @Test
    @WireRule("W-503")
    void registrationIsRefusedWhileASessionHoldsAJob() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Map<String, Object> before = everythingButSteps();
        assertThat(tryRegister(inspect(ID)))
                .as("the id still holds a job, which would be lost: it must be recovered first")
                .isEmpty();
        assertThat(everythingButSteps()).as("a refusal must write nothing").isEqualTo(before);
        assertThat(session.settle(done(job)))
                .as("a refusal must not change the session")
                .isTrue();
    }

    @Test
    @WireRule({"W-504", "W-502"})
    void aHeartbeatIsRenewedForAllSessionsAtOnce() {
        WorkerSession first = register();
        WorkerSession second = register(backend, "kit-host:4712:low");
        onKeys(() -> {
            redis.call("HSET", key("workers:heartbeat"), ID, OLD, "kit-host:4712:low", OLD);
            redis.call("EXPIRE", key("worker:" + ID + ":java"), 100);
        });
        if (!hasKeys()) {
            nextSecond();
        }
        Instant before = now();
        assertThat(backend.workers().heartbeat(List.of(first, second)))
                .as("heartbeat must report no session, as none is lost")
                .isEmpty();
        for (String id : List.of(ID, "kit-host:4712:low")) {
            rule("W-502");
            assertThat(heartbeat(id))
                    .as("a renewed heartbeat must have the format of the first")
                    .endsWith("+00:00");
            rule("W-504");
            assertThat(OffsetDateTime.parse(heartbeat(id)).toInstant())
                    .as("each heartbeat must be renewed")
                    .isBetween(before, now());
        }
        onKeys(() -> assertThat(redis.number("TTL", key("worker:" + ID + ":java")))
                .as("a heartbeat must also renew the expiry of worker:<id>:java")
                .isGreaterThan(3_600));
        assertThat(backend.workers().heartbeat(List.of())).isEmpty();
    }

    @Test
    @WireRule("W-505")
    void aRemovedWorkerGetsNoHeartbeat() {
        WorkerSession lost = register();
        WorkerSession kept = register(backend, "kit-host:4712:low");
        judge.removeWorker(ID);
        assertThat(backend.workers().heartbeat(List.of(lost, kept)))
                .as("heartbeat must report the session whose worker was removed")
                .containsExactly(lost);
        assertThat(judge.heartbeat(ID))
                .as("a removed worker must get no heartbeat: Ruby would prune it again and again")
                .isNull();
        assertThat(backend.workers().ids()).containsExactly("kit-host:4712:low");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-505")
    void whatOtherProgramsRemoveComesBackWithTheHeartbeat() {
        WorkerSession session = register();
        WorkerSession kept = register(backend, "kit-host:4712:low");
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Map<String, Object> before = everything();
        before.remove(key("workers:heartbeat"));
        Runnable id = () -> redis.call("SREM", key("workers"), ID);
        Runnable beat = () -> redis.call("HDEL", key("workers:heartbeat"), ID);
        Runnable start = () -> redis.call("DEL", key("worker:" + ID + ":started"));
        Runnable attributes = () -> redis.call("DEL", key("worker:" + ID + ":java"));
        for (List<Runnable> removed : List.of(
                List.of(id), List.of(id, start), List.of(id, beat, start), List.of(id, beat, start, attributes))) {
            removed.forEach(Runnable::run);
            assertThat(backend.workers().heartbeat(List.of(session, kept)))
                    .as("the session exists, so it must not be reported as lost")
                    .isEmpty();
            Map<String, Object> after = everything();
            after.remove(key("workers:heartbeat"));
            assertThat(after)
                    .as("a heartbeat must write again what other programs have removed")
                    .isEqualTo(before);
            assertThat(redis.hash(key("workers:heartbeat"))).containsOnlyKeys(ID, "kit-host:4712:low");
            assertThat(redis.number("TTL", key("worker:" + ID + ":java"))).isGreaterThan(3_600);
        }
        redis.call("DEL", key("worker:" + ID));
        assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        assertThat(everything())
                .as("a heartbeat must not write a worker's record")
                .doesNotContainKey(key("worker:" + ID));
        assertThat(session.settle(done(job))).isTrue();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-505")
    void aSessionThatSomebodySpoiledKeepsNoOtherFromItsHeartbeat() {
        WorkerSession spoiled = register();
        WorkerSession kept = register(backend, "kit-host:4712:low");
        redis.call("HSET", key("java:sessions"), ID, "spoiled");
        redis.call("HSET", key("workers:heartbeat"), "kit-host:4712:low", OLD);
        assertThat(backend.workers().heartbeat(List.of(spoiled, kept))).containsExactly(spoiled);
        assertThat(heartbeat("kit-host:4712:low"))
                .as("the other session must get its heartbeat")
                .isNotEqualTo(OLD);
    }

    @Test
    @WireRule("W-505")
    void aSessionThatWasTakenOverGetsNoHeartbeat() {
        WorkerSession old = register();
        WorkerSession successor = register();
        onKeys(() -> redis.call("HSET", key("workers:heartbeat"), ID, OLD));
        if (!hasKeys()) {
            nextSecond();
        }
        String before = heartbeat(ID);
        assertThat(backend.workers().heartbeat(List.of(old)))
                .as("heartbeat must report a session as lost if another session has its id")
                .containsExactly(old);
        assertThat(heartbeat(ID))
                .as("a lost session must not renew the heartbeat of the session that has its id")
                .isEqualTo(before);
        assertThat(backend.workers().heartbeat(List.of(successor))).isEmpty();
    }

    @Test
    @WireRule("W-506")
    void unregisterLeavesNothingOfTheWorker() {
        WorkerSession session = register();
        push("high", JOB);
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        assertThat(judge.counter("processed:" + ID)).isOne();
        assertThat(session.unregister()).isEmpty();
        assertThat(everything().keySet())
                .as("unregister must remove all data of the worker")
                .noneMatch(key -> key.contains(ID));
        assertThat(backend.workers().ids()).isEmpty();
        assertThat(judge.counter("processed"))
                .as("the common counter must stay")
                .isOne();
        onKeys(() -> assertThat(everything())
                .as("unregister must remove all keys of the worker; only the common counter may stay")
                .containsOnlyKeys(key("queues"), key("stat:processed")));
        assertThat(session.unregister())
                .as("a second unregister must do nothing")
                .isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-506")
    void unregisterLeavesNothingWhateverOthersHaveRemoved() {
        for (List<String> gone : List.of(
                List.of("workers"),
                List.of("workers", "workers:heartbeat"),
                List.of("worker:" + ID + ":java", "worker:" + ID + ":started"),
                List.of("java:sessions"))) {
            WorkerSession session = register();
            gone.forEach(name -> redis.call("DEL", key(name)));
            assertThat(session.unregister()).isEmpty();
            assertThat(everything())
                    .as("unregister must remove the rest of the worker after another program has removed %s", gone)
                    .isEmpty();
        }
        WorkerSession session = register();
        push("high", JOB);
        take(session, "high");
        redis.call("DEL", key("java:sessions"));
        Map<String, Object> before = everything();
        assertThat(session.unregister()).isEmpty();
        assertThat(everything()).as("the job must be there for a recovery").isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-511")
    void sessionsCarryTheNumberOfTheirFormat() {
        WorkerSession first = register();
        WorkerSession second = register(backend, "kit-host:4712:low");
        assertThat(redis.text("HGET", key("java:sessions"), "format")).isEqualTo("1");
        assertThat(first.unregister()).isEmpty();
        assertThat(redis.text("HGET", key("java:sessions"), "format")).isEqualTo("1");
        assertThat(second.unregister()).isEmpty();
        assertThat(everything())
                .as("the last session must remove the format, too")
                .isEmpty();

        push("high", JOB);
        WorkerSession old = register();
        redis.call("HDEL", key("java:sessions"), "format");
        assertThat(backend.workers().ids()).containsExactly(ID);
        assertThat(backend.workers().heartbeat(List.of(old))).isEmpty();
        take(old, "high");
        assertThat(backend.workers().recover(new Recovery(inspect(ID), List.of(FAILED), null)))
                .as("sessions without a format must be read as format 1")
                .isEqualTo(Recovery.Outcome.FAILED);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-511")
    void sessionsOfANewerFormatAreLeftAlone() {
        WorkerSession running = register();
        push("high", JOB);
        ReservedJob job = take(running, "high");
        redis.call("HSET", key("java:sessions"), "format", "2");
        Map<String, Object> before = everything();
        String why = "java:sessions has the format 2 of a newer version of this library";
        WorkerSnapshot free = inspect("kit-host:4712:low");
        WorkerSnapshot busy = inspect(ID);
        Map<String, ThrowingCallable> refused = Map.of(
                "register", () -> tryRegister(free),
                "beginRecovery", () -> backend.workers().beginRecovery(),
                "recover", () -> backend.workers().recover(new Recovery(busy, List.of(), null)));
        refused.forEach((name, call) -> assertThatThrownBy(
                        call, "%s must throw a BackendException if sessions have a newer format", name)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(why));
        assertThat(everything()).as("nothing must be written").isEqualTo(before);
        assertThat(backend.workers().ids()).containsExactly(ID);
        assertThat(running.settle(done(job)))
                .as("a session of this version must go on as before")
                .isTrue();
        assertThat(running.unregister()).isEmpty();
    }

    @Test
    @WireRule("W-507")
    void unregisterLeavesASuccessorAlone() {
        WorkerSession old = register();
        register();
        Map<String, Object> before = everything();
        assertThat(old.unregister()).isEmpty();
        assertThat(everything())
                .as("another session has the id now, so nothing must change")
                .isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-508")
    void idsAreThoseRegisteredAndThoseWithAHeartbeatOrASession() {
        register();
        redis.call("SADD", key("workers"), "php:1:a");
        redis.call("HSET", key("workers:heartbeat"), "gone:2:b", OLD);
        register(backend, "kit-host:4712:low");
        redis.call("SREM", key("workers"), "kit-host:4712:low");
        redis.call("HDEL", key("workers:heartbeat"), "kit-host:4712:low");
        assertThat(backend.workers().ids())
                .as(
                        "ids() must return registered workers, workers with a heartbeat, and sessions, whatever else of them is left")
                .containsExactlyInAnyOrder(ID, "php:1:a", "gone:2:b", "kit-host:4712:low");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-509")
    void inspectReadsWorkersOfOthers() {
        String record = "{\"queue\":\"high\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{}}";
        redis.call("SADD", key("workers"), "ruby:1:a", "php:2:b");
        redis.call("SET", key("worker:ruby:1:a"), record);
        redis.call("SET", key("worker:ruby:1:a:started"), "2020-01-01 00:00:00 +0000");
        redis.call("HSET", key("workers:heartbeat"), "ruby:1:a", "2020-01-01T02:00:00+02:00");
        Instant before = now();
        List<WorkerSnapshot> seen = backend.workers().inspect(List.of("php:2:b", "ruby:1:a", "nobody:3:c"));
        assertThat(seen).extracting(WorkerSnapshot::id).containsExactly("php:2:b", "ruby:1:a", "nobody:3:c");
        assertThat(seen).extracting(WorkerSnapshot::registered).containsExactly(true, true, false);
        WorkerSnapshot ruby = seen.get(1);
        assertThat(ruby.record()).as("inspect must return the record unchanged").isEqualTo(Payload.ofText(record));
        assertThat(ruby.started()).as("inspect must return started unchanged").isEqualTo("2020-01-01 00:00:00 +0000");
        assertThat(ruby.heartbeat())
                .as("inspect must return the heartbeat unchanged")
                .isEqualTo("2020-01-01T02:00:00+02:00");
        assertThat(ruby.heartbeatAt()).contains(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(ruby.held())
                .as("held must be null for a worker of another library")
                .isNull();
        assertThat(ruby.attributes()).isEmpty();
        assertThat(ruby.readAt()).isBetween(before, now());
        assertThat(seen.get(0).heartbeat()).isNull();
        assertThat(seen.get(2).record()).isNull();
    }

    @Test
    @WireRule("W-509")
    void inspectReadsOurOwnWorkers() {
        WorkerSession session = register();
        assertThat(inspect(ID).attributes()).isEqualTo(Map.of("boot", "b-1"));
        assertThat(inspect(ID).held()).isNull();
        push("high", JOB);
        assertThat(inspect(ID).record()).isNull();
        assertThat(inspect(ID).ours()).isTrue();
        assertThat(inspect("nobody:1:high").ours()).isFalse();
        assertThat(take(session, "high"))
                .as("inspect must return the job that a session holds, exactly as the session got it")
                .isEqualTo(inspect(ID).held());
        String id = "kit-host:4713:größe,🙂";
        Map<String, String> attributes = Map.of("é", "größe 🙂", "empty", "");
        assertThat(backend.workers().register(new WorkerRegistration(inspect(id), STARTED, attributes)))
                .as("register of the id %s", id)
                .isPresent();
        assertThat(inspect(id).attributes())
                .as("inspect must return the attributes of %s as they were given", id)
                .isEqualTo(attributes);
        assertThat(backend.workers().ids())
                .as("ids must return the ids unchanged")
                .containsExactlyInAnyOrder(ID, id);
        WorkerSnapshot beside =
                open(patientUrl()).workers().inspect(List.of(ID)).get(0);
        assertThat(beside.held())
                .as("a second backend must return it, too")
                .isEqualTo(inspect(ID).held());
        assertThat(beside.record()).isEqualTo(judge.record(ID));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-510")
    void whatIsSomebodyElsesIsLeftAlone() {
        for (String name : List.of(
                "worker:" + ID + ":started",
                "worker:" + ID + ":java",
                "stat:processed:" + ID,
                "stat:failed:" + ID,
                "pruning_dead_workers_in_progress",
                "pause-all-workers",
                "job:t1:status")) {
            redis.call("RPUSH", key(name), "somebody's", "list");
        }
        Map<String, Object> before = everything();
        WorkerSession session = register();
        assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        assertThat(backend.workers().beginRecovery()).isTrue();
        push("high", JOB, JOB, OTHER);
        backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
        Effect failed = new Effect.ChangeStatus(new StatusChange("t1", JobState.FAILED, null, Duration.ofDays(1)));
        ReservedJob job = take(session, "high");
        assertThat(session.settle(new Settlement(job, List.of(new Effect.Count(true, true), failed))))
                .isTrue();
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        assertThat(judge.counter("processed")).isEqualTo(2);
        assertThatThrownBy(() -> backend.workers().pause(true))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(key("pause-all-workers") + " is a list, not a string");
        assertThat(session.unregister()).isEmpty();

        WorkerSession dead = register();
        take(dead, "high");
        Recovery recovery = new Recovery(inspect(ID), List.of(failed), null);
        assertThat(backend.workers().recover(recovery)).isEqualTo(Recovery.Outcome.FAILED);
        Map<String, Object> after = everything();
        after.keySet().retainAll(before.keySet());
        assertThat(after).as("keys of another type must not be changed").isEqualTo(before);
        before.keySet()
                .forEach(name -> assertThat(redis.number("TTL", name)).as(name).isEqualTo(-1));
        assertThat(redis.number("SCARD", key("workers"))).isZero();
    }
}
