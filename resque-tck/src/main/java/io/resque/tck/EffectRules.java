package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests of the effects, through every call that takes some. */
abstract class EffectRules extends BackendRules {
    private static final Payload FIRST = Payload.ofText("{\"error\":\"first\"}");
    private static final Payload SECOND = Payload.ofText("{\"error\":\"second\"}");
    private static final FailureList HIGH = new FailureList("high");
    private static final FailureList LOW = new FailureList("low");

    EffectRules(QueueBackendTck kit) {
        super(kit);
    }

    private static Effect status(String token, JobState state) {
        return new Effect.ChangeStatus(new StatusChange(token, state, null, null));
    }

    @Test
    @WireRule("W-418")
    void effectsAreWrittenInTheirOrder() {
        JobEnds.of(this).forEach((name, end) -> {
            WorkerSession session = holding();
            runs("t2");
            end.of(
                    session,
                    take(session, "high"),
                    List.of(
                            fails(FIRST),
                            status("t1", JobState.FAILED),
                            status("t2", JobState.WAITING),
                            fails(HIGH, SECOND),
                            fails(SECOND),
                            status("t1", JobState.WAITING),
                            fails(HIGH, FIRST),
                            status("t2", JobState.FAILED)));
            assertThatPayloads(failed())
                    .as("%s must append the records of a list in the order of the effects", name)
                    .containsExactly(FIRST, SECOND);
            assertThatPayloads(judge.failures(HIGH)).as(name).containsExactly(SECOND, FIRST);
            assertThat(judge.status("t1"))
                    .as("of two changes of a status, %s must let the later one win", name)
                    .isEqualTo(JobState.WAITING.code());
            assertThat(judge.status("t2")).as(name).isEqualTo(JobState.FAILED.code());
            nothingIsLeft(session);
        });
    }

    @Test
    @WireRule("W-418")
    void eachCountAddsOne() {
        JobEnds.of(this).forEach((name, end) -> {
            WorkerSession session = holding();
            end.of(
                    session,
                    take(session, "high"),
                    List.of(
                            new Effect.Count(true, false),
                            new Effect.Count(true, true),
                            new Effect.Count(false, false)));
            assertThat(judge.counter("processed"))
                    .as("two effects count the job as processed: %s must add one for each", name)
                    .isEqualTo(2);
            assertThat(judge.counter("failed"))
                    .as("%s: one effect says failed", name)
                    .isEqualTo(1);
            if (!name.startsWith("recover")) { // which removes the counters of the worker
                assertThat(judge.counter("processed:" + ID))
                        .as("%s must count the same for the worker", name)
                        .isEqualTo(2);
                assertThat(judge.counter("failed:" + ID)).as(name).isEqualTo(1);
            }
            nothingIsLeft(session);
        });
    }

    @Test
    @WireRule("W-418")
    void effectsOfAJobThatIsNoLongerHeldAreNotWritten() {
        WorkerSession session = holding();
        ReservedJob job = take(session, "high");
        assertThat(session.putBack(job, failure(FIRST))).isTrue();
        assertThat(session.putBack(job, failure(FIRST)))
                .as("a second putBack must do nothing, and return true")
                .isTrue();
        assertThatPayloads(failed()).as("put back once, recorded once").containsExactly(FIRST);
        assertThat(judge.counter("failed")).isOne();

        judge.removeWorker(ID);
        assertThat(session.putBack(job, failure(FIRST)))
                .as("putBack of a lost session must return false")
                .isFalse();
        assertThatPayloads(failed()).as("a lost session must write nothing").containsExactly(FIRST);
    }

    /** Of each kind, and so that each kind follows another one. */
    private static List<Effect> all(int first) {
        List<Effect> all = new ArrayList<>(List.of(
                fails(FIRST),
                new Effect.Count(true, true),
                fails(HIGH, FIRST),
                status("t1", JobState.FAILED),
                fails(LOW, FIRST)));
        Collections.rotate(all, first);
        return all;
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-419")
    void nothingIsHalfWritten() {
        JobEnds.of(this).forEach((name, end) -> {
            for (String list : List.of("failed", "high_failed", "low_failed")) {
                for (int first = 1; first <= 5; first++) {
                    redis.deleteKeys(namespace + ":");
                    WorkerSession session = holding();
                    ReservedJob job = take(session, "high");
                    redis.call("SET", key(list), "not a list");
                    List<Effect> effects = all(first);
                    Map<String, Object> before = everythingButSteps();
                    Throwable refused = catchThrowable(() -> end.of(session, job, effects));
                    assertThat(everythingButSteps())
                            .as("%s is no list: %s must write all of %s, or nothing", list, name, effects)
                            .isEqualTo(before);
                    assertThat(refused)
                            .as("%s must throw a BackendException if %s is no list", name, list)
                            .isInstanceOf(BackendException.class)
                            .hasMessageContaining(key(list));
                    redis.call("DEL", key(list));
                    end.of(session, job, effects);
                    assertIsWritten(name, List.of());
                }
            }
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-419")
    void aKeyOfSomebodyElseKeepsNoOtherEffectFromBeingWritten() {
        List<String> foreign = List.of(
                "stat:processed",
                "stat:failed",
                "stat:processed:" + ID,
                "stat:failed:" + ID,
                "failed_queues",
                "job:t1:status");
        JobEnds.of(this).forEach((name, end) -> {
            for (String one : foreign) {
                for (int first = 1; first <= 5; first++) {
                    redis.deleteKeys(namespace + ":");
                    WorkerSession session = holding();
                    ReservedJob job = take(session, "high");
                    redis.call("DEL", key(one));
                    redis.call("RPUSH", key(one), "somebody's");
                    end.of(session, job, all(first));
                    assertThat(redis.texts("LRANGE", key(one), 0, -1))
                            .as("%s must leave %s alone, which is of another type", name, one)
                            .containsExactly("somebody's");
                    assertIsWritten(name, List.of(one));
                }
            }
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-419")
    void whereARightIsMissingNoEffectIsWrittenTwice() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            JobEnds.of(this).forEach((name, end) -> {
                withoutARight(client, "rpush", key("failed"), name, end);
                withoutARight(client, "set", key("job:t1:status"), name, end);
            });
        }
    }

    private void withoutARight(RespClient client, String right, String of, String name, JobEnds.End end) {
        client.call("FLUSHALL");
        WorkerSession session = register();
        push("high", JOB);
        client.call("SET", key("job:t1:status"), RUNNING);
        ReservedJob job = take(session, "high");
        List<Effect> effects =
                List.of(new Effect.Count(true, true), fails(FIRST), status("t1", JobState.FAILED), fails(HIGH, FIRST));
        client.call("ACL", "SETUSER", "app", "-" + right);
        // Before Redis 7 a script cannot ask for its rights: it leaves a status alone, and a failure record stops it
        // half-way, after which there is no second attempt.
        boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
        boolean refused = asks || right.equals("rpush");
        Map<String, Object> before = dumpButSteps(client);
        for (int again = 0; again < (asks ? 2 : 1) && refused; again++) {
            assertThat(catchThrowable(() -> end.of(session, job, effects)))
                    .as("the server refuses %s, so %s must throw a BackendException", right, name)
                    .isInstanceOf(BackendException.class);
            if (asks) {
                assertThat(dumpButSteps(client))
                        .as("the user may not %s %s: %s must write all of %s, or nothing", right, of, name, effects)
                        .isEqualTo(before);
            }
        }
        if (refused) {
            client.call("ACL", "SETUSER", "app", "+" + right);
        }
        if (asks || !refused) {
            end.of(session, job, effects);
            for (String list : List.of("failed", "high_failed")) {
                assertThat(client.texts("LRANGE", key(list), 0, -1)).as(name).containsExactly(FIRST.text());
            }
            assertThat(client.text("GET", key("stat:failed"))).as(name).isEqualTo("1");
            assertThat(client.texts("LRANGE", key("queue:high"), 0, -1))
                    .as("the job must be in its queue once if %s puts it back", name)
                    .hasSize(name.equals("putBack") || name.endsWith("requeue") ? 1 : 0);
            assertThat(client.text("GET", key("job:t1:status")))
                    .as("%s must change the status if the user may, and otherwise leave it alone", name)
                    .startsWith("{\"status\":" + (refused ? 3 : 2));
        }
        client.call("ACL", "SETUSER", "app", "+" + right);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-419")
    void aJobEndsOnceWhicheverRightIsMissing() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            JobEnds.of(this).forEach((name, end) -> {
                if (asks || !name.startsWith("recover")) { // which only knows its rights from Redis 7 on
                    for (String right : List.of("sadd", "srem", "lpush", "hset", "hdel", "del", "expire")) {
                        endsOnce(client, right, name, end);
                    }
                }
            });
        }
    }

    private void endsOnce(RespClient client, String right, String name, JobEnds.End end) {
        client.call("FLUSHALL");
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        client.call("ACL", "SETUSER", "app", "-" + right);
        // Each call may be refused. After a call that was not, the next one finds no job.
        catchThrowable(() -> end.of(session, job, List.of(fails(FIRST))));
        catchThrowable(() -> end.of(session, job, List.of(fails(FIRST))));
        client.call("ACL", "SETUSER", "app", "+" + right);
        catchThrowable(() -> end.of(session, job, List.of(fails(FIRST))));
        assertThat(client.texts("LRANGE", key("failed"), 0, -1))
                .as(
                        "the user may not %s in the first two of three calls of %s: one failure must be recorded",
                        right, name)
                .containsExactly(FIRST.text());
        assertThat(client.texts("LRANGE", key("queue:high"), 0, -1))
                .as(
                        "the user may not %s in the first two of three calls of %s: is the job in its queue once",
                        right, name)
                .hasSize(name.equals("putBack") || name.endsWith("requeue") ? 1 : 0);
    }

    private Map<String, Object> dumpButSteps(RespClient client) {
        Map<String, Object> all = new TreeMap<>(client.dump(namespace + ":"));
        all.remove(key("java:sessions"));
        all.remove(key("worker:" + ID + ":java"));
        return all;
    }

    /** Looks for every effect of {@link #all}, but not at a key of somebody else. */
    private void assertIsWritten(String name, List<String> except) {
        assertThatPayloads(failed()).as(name).containsExactly(FIRST);
        assertThatPayloads(judge.failures(HIGH)).as(name).containsExactly(FIRST);
        assertThatPayloads(judge.failures(LOW)).as(name).containsExactly(FIRST);
        for (String counter : List.of("stat:processed", "stat:failed")) {
            if (!except.contains(counter)) {
                assertThat(text(counter)).as("%s of %s", counter, name).isEqualTo("1");
            }
        }
        if (!except.contains("job:t1:status")) {
            assertThat(judge.status("t1")).as(name).isEqualTo(JobState.FAILED.code());
        }
        if (!except.contains("failed_queues")) {
            assertThat(judge.failureLists()).as(name).containsExactlyInAnyOrder("high_failed", "low_failed");
        }
    }

    @Test
    @WireRule("W-420")
    void theBackendNamesTheEffectsThatItKnows() {
        assertThat(backend.effects())
                .as("no Resque opens on a backend that lacks one of these effects")
                .contains(Effect.Count.class, Effect.RecordFailure.class, Effect.ChangeStatus.class);
    }

    /** A session whose queue has a job, and the status of that job. */
    private WorkerSession holding() {
        WorkerSession session = register();
        push("high", JOB);
        runs("t1");
        return session;
    }

    /** Removes what a test has written, for the next call. */
    private void nothingIsLeft(WorkerSession session) {
        session.unregister();
        backend.queues().remove("high");
        backend.failures().lists().forEach(backend.failures()::clear);
        List.of("processed", "failed").forEach(backend.statistics()::clear);
        List.of("t1", "t2").forEach(backend.statuses()::remove);
    }
}
