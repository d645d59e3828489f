package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of the effect that gives a job another run, through every call that takes effects. */
@NeedsFeature(Feature.RETRIES)
abstract class RetryRules extends DelayedBench {
    private static final String AGAIN = "again";

    RetryRules(QueueBackendTck kit) {
        super(kit);
    }

    /** Another run of the job with this argument, on a queue of its own. */
    private static Effect.Retry retry(long second, Object argument) {
        return new Effect.Retry(AGAIN, second, item(argument), payload(argument), true);
    }

    private long retried() {
        return judge.counter(Effect.Retry.RETRIED);
    }

    private static List<Effect> with(Effect.Retry retry) {
        return List.of(new Effect.Count(true, false), fails(FAILURE), retry);
    }

    private WorkerSession holding() {
        WorkerSession session = register();
        push("high", JOB);
        return session;
    }

    /** Removes what a test has written, for the next call. */
    private void nothingIsLeft(WorkerSession session) {
        session.unregister();
        List.of("high", AGAIN).forEach(backend.queues()::remove);
        backend.failures().lists().forEach(backend.failures()::clear);
        List.of("processed", "failed", Effect.Retry.RETRIED).forEach(backend.statistics()::clear);
    }

    @Test
    @WireRule("W-691")
    void theNextRunIsDelayedWithTheEndOfTheJob() {
        assertThat(backend.effects())
                .as("the adapter declares %s, so it must name the effect", Feature.RETRIES)
                .contains(Effect.Retry.class);
        JobEnds.of(this).forEach((name, end) -> {
            WorkerSession session = holding();
            items().write(new DelayedPush(AGAIN, List.of(entry(FAR, 1))));
            end.of(session, take(session, "high"), with(retry(FAR, 2)));
            assertDelayed(
                    name + " must write the item behind those of its second", Map.of(FAR, List.of(item(1), item(2))));
            assertThatPayloads(queue(AGAIN))
                    .as("the second is to come: %s must not push the payload", name)
                    .isEmpty();
            assertThat(retried()).as("%s must count the retry", name).isOne();
            assertThatPayloads(failed())
                    .as("%s must write the other effects, too", name)
                    .containsExactly(FAILURE);
            assertThat(judge.counter("failed")).as("a retry is no failure").isZero();
            items().change("", List.of(toQueue(FAR, 1), toQueue(FAR, 2)), null);
            backend.queues().remove("high");
            nothingIsLeft(session);
        });
    }

    @Test
    @WireRule("W-692")
    void aRunThatIsDueGoesOntoItsQueueAtOnce() {
        JobEnds.of(this).forEach((name, end) -> {
            for (long second : new long[] {0, seconds()}) {
                WorkerSession session = holding();
                push(AGAIN, OTHER);
                end.of(session, take(session, "high"), List.of(retry(second, 1)));
                assertThatPayloads(queue(AGAIN))
                        .as("%s must append the payload of a run that is due at %s", name, second)
                        .containsExactly(OTHER, payload(1));
                assertDelayed(name + " must write no item that is due", Map.of());
                assertThat(retried()).as("%s must count the retry", name).isOne();
                backend.queues().remove(AGAIN);
                nothingIsLeft(session);
            }
        });
    }

    @Test
    @WireRule("W-691")
    void aJobThatOnlyWaitsCountsAsNoRetry() {
        JobEnds.of(this).forEach((name, end) -> {
            WorkerSession session = holding();
            Effect waits = new Effect.Retry(AGAIN, FAR, item(1), payload(1), false);
            end.of(session, take(session, "high"), List.of(waits));
            assertDelayed(name + " must write the item", Map.of(FAR, List.of(item(1))));
            assertThat(retried()).as("%s must count no retry", name).isZero();
            items().change("", List.of(toQueue(FAR, 1)), null);
            backend.queues().remove("high");
            nothingIsLeft(session);
        });
    }

    @Test
    @WireRule("W-692")
    void theQueueOfARunIsAnnounced() {
        JobEnds.of(this).forEach((name, end) -> {
            WorkerSession session = holding();
            end.of(session, take(session, "high"), List.of(retry(0, 1)));
            assertThat(judge.queues())
                    .as("%s must announce the queue onto which it pushes", name)
                    .contains(AGAIN);
            nothingIsLeft(session);
        });
    }

    @Test
    @WireRule("W-692")
    void theSameStepCanTakeTheNextRun() throws Exception {
        WorkerSession session = holding();
        ReservedJob first = take(session, "high");
        Settlement end = new Settlement(first, List.of(retry(0, 1)));
        assertThatPayload(job(session.settleAndReserve(end, of("none", AGAIN))).payload())
                .as("a run that is due stands in its queue before the step takes the next job")
                .isEqualTo(payload(1));

        WorkerSession other = register(backend, "kit-host:4712:again");
        BackgroundCall<Payload> waiting = new BackgroundCall<>(
                () -> job(other.await(of(AGAIN), Duration.ofSeconds(30))).payload());
        Eventually.until("the other worker must wait", LIMIT, () -> waits(waiting.thread));
        push("high", JOB);
        session.settle(done(job(session.reserve(of()))));
        session.settle(new Settlement(take(session, "high"), List.of(retry(0, 2))));
        assertThatPayload(waiting.soon())
                .as("a worker that waits for the queue must get the next run")
                .isEqualTo(payload(2));
    }

    /** Each step pushes a job before it takes one, and the workers without a job take none: so each finds the job of its own. */
    @Test
    @WireRule("W-692")
    void ofManyStepsEachFindsItsRun() throws Exception {
        List<BackgroundCall<Integer>> calls = new ArrayList<>();
        List<WorkerSession> busy = new ArrayList<>();
        List<WorkerSession> idle = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            busy.add(register(backend, "kit-host:" + i + ":again"));
            idle.add(register(backend, "kit-host:" + i + ":idle"));
            push(AGAIN, payload(i));
            take(busy.get(i), AGAIN);
        }
        for (int i = 0; i < 8; i++) {
            WorkerSession ends = busy.get(i);
            WorkerSession looks = idle.get(i);
            int argument = i;
            calls.add(new BackgroundCall<>(() -> {
                int empty = 0;
                for (int round = 0; round < 100; round++) {
                    Settlement end = new Settlement(take(ends), List.of(retry(0, argument)));
                    empty += ends.settleAndReserve(end, of(AGAIN)).state() == Reservation.State.JOB ? 0 : 1;
                    if (empty > 0) {
                        return empty;
                    }
                }
                return empty;
            }));
            calls.add(new BackgroundCall<>(() -> {
                int taken = 0;
                for (int round = 0; round < 200; round++) {
                    taken += looks.reserve(of(AGAIN)).state() == Reservation.State.EMPTY ? 0 : 1;
                }
                return taken;
            }));
        }
        for (BackgroundCall<Integer> call : calls) {
            assertThat(call.get(60, TimeUnit.SECONDS))
                    .as("steps that missed the run which they gave, or found one that another step had to take")
                    .isZero();
        }
        assertThat(retried()).isEqualTo(800);
    }

    @Test
    @WireRule("W-691")
    void aRepeatedOrLateEndGivesNoSecondRun() {
        WorkerSession session = holding();
        ReservedJob job = take(session, "high");
        assertThat(session.settle(new Settlement(job, with(retry(FAR, 1))))).isTrue();
        assertThat(session.settle(new Settlement(job, with(retry(FAR, 1))))).isTrue();
        assertDelayed("settled twice, written once", Map.of(FAR, List.of(item(1))));
        push("high", OTHER);
        ReservedJob lost = take(session, "high");
        judge.removeWorker(ID);
        assertThat(session.settle(new Settlement(lost, with(retry(FAR, 2))))).isFalse();
        assertDelayed("a lost session must write nothing", Map.of(FAR, List.of(item(1))));
        assertThat(retried()).isOne();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-693")
    void nothingIsHalfWritten() {
        List<String> places = List.of("delayed:" + FAR, SCHEDULE, "queue:" + AGAIN);
        JobEnds.of(this).forEach((name, end) -> {
            for (String place : places) {
                redis.deleteKeys(namespace + ":");
                WorkerSession session = holding();
                ReservedJob job = take(session, "high");
                redis.call("SET", key(place), "somebody's");
                Map<String, Object> before = everythingButSteps();
                Throwable refused = catchThrowable(() -> end.of(session, job, with(retry(FAR, 1))));
                assertThat(everythingButSteps())
                        .as("%s has another type: %s must write all or nothing", place, name)
                        .isEqualTo(before);
                assertThat(refused)
                        .as("%s must throw a BackendException that names %s", name, place)
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining(key(place));
                redis.call("DEL", key(place));
                end.of(session, job, with(retry(FAR, 1)));
                assertDelayed(name + " must write the item once it can", Map.of(FAR, List.of(item(1))));
            }
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-693")
    void aKeyOfSomebodyElseKeepsNoRunFromBeingWritten() {
        String counter = "stat:" + Effect.Retry.RETRIED;
        String seconds = "timestamps:" + item(1).text();
        JobEnds.of(this).forEach((name, end) -> {
            for (String foreign : List.of(counter, seconds)) {
                redis.deleteKeys(namespace + ":");
                WorkerSession session = holding();
                ReservedJob job = take(session, "high");
                redis.call("RPUSH", key(foreign), "somebody's");
                end.of(session, job, with(retry(FAR, 1)));
                assertThat(redis.texts("LRANGE", key(foreign), 0, -1))
                        .as("%s must leave %s alone, which is of another type", name, foreign)
                        .containsExactly("somebody's");
                assertThat(redis.texts("LRANGE", key("delayed:" + FAR), 0, -1))
                        .as("%s must write the item beside it", name)
                        .containsExactly(item(1).text());
            }
            if (!name.equals("putBack") && !name.endsWith("requeue")) { // which announce the queue of the job there
                redis.deleteKeys(namespace + ":");
                WorkerSession session = holding();
                ReservedJob job = take(session, "high");
                redis.call("DEL", key("queues"));
                redis.call("RPUSH", key("queues"), "somebody's");
                end.of(session, job, with(retry(0, 1)));
                assertThat(redis.texts("LRANGE", key("queue:" + AGAIN), 0, -1))
                        .as("%s must push though the names of the queues are of another type", name)
                        .containsExactly(payload(1).text());
            }
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-694")
    void whereARightIsMissingTheJobStays() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            JobEnds.of(this).forEach((name, end) -> {
                for (String right : asks ? List.of("rpush", "zadd") : List.<String>of()) {
                    client.call("FLUSHALL");
                    WorkerSession session = register();
                    client.call("RPUSH", key("queue:high"), JOB.toBytes());
                    ReservedJob job = take(session, "high");
                    client.call("ACL", "SETUSER", "app", "-" + right);
                    Effect.Retry again = retry(FAR, 1);
                    Map<String, Object> before = client.dump(namespace + ":");
                    before.keySet().removeIf(key -> key.contains(":java"));
                    assertThat(catchThrowable(
                                    () -> end.of(session, job, List.of(new Effect.Count(true, false), again))))
                            .as("the user may not %s, so %s must throw a BackendException", right, name)
                            .isInstanceOf(BackendException.class);
                    Map<String, Object> after = client.dump(namespace + ":");
                    after.keySet().removeIf(key -> key.contains(":java"));
                    assertThat(after)
                            .as("the user may not %s: %s must write all or nothing", right, name)
                            .isEqualTo(before);
                    client.call("ACL", "SETUSER", "app", "+" + right);
                    end.of(session, job, List.of(new Effect.Count(true, false), again));
                    assertThat(client.texts("LRANGE", key("delayed:" + FAR), 0, -1))
                            .as(name)
                            .containsExactly(item(1).text());
                }
            });
        }
    }

    private static Effect.NoteRetry note(String name, int run, long second, @Nullable Payload failure) {
        return new Effect.NoteRetry(name, run, second, Duration.ofDays(1), failure);
    }

    private int failedRuns(String name) {
        return items().failedRuns(name, seconds());
    }

    private long expiry(String key) {
        return redis.number("TTL", key(key));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-690")
    void aRetryIsNotedInTheKeysOfRuby() {
        JobEnds.of(this).forEach((name, end) -> {
            redis.deleteKeys(namespace + ":");
            WorkerSession session = holding();
            long all = FAR - seconds() + 86_400;
            end.of(session, take(session, "high"), List.of(retry(FAR, 1), note("A:1f", 2, FAR, FAILURE)));
            assertThat(redis.text("GET", key("resque-retry:A:1f")))
                    .as("%s must write the number of the run", name)
                    .isEqualTo("2");
            assertThat(redis.text("GET", key("failure-resque-retry:A:1f")))
                    .as("%s must write the failure", name)
                    .isEqualTo(FAILURE.text());
            assertThat(redis.text("GET", key("java:retry_due:A:1f")))
                    .as("%s must note the second", name)
                    .isEqualTo(Long.toString(FAR));
            for (String key : List.of("resque-retry:A:1f", "failure-resque-retry:A:1f", "java:retry_due:A:1f")) {
                assertThat(expiry(key))
                        .as("%s must expire a day after the second", key)
                        .isBetween(all - 60, all);
            }
            assertDelayed(name + " must write the retry, too", Map.of(FAR, List.of(item(1))));
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-690")
    void aRetryThatDoesNotWaitIsNotedWithoutASecond() {
        WorkerSession session = holding();
        session.settle(new Settlement(take(session, "high"), List.of(note("A", 0, FAR, FAILURE))));
        push("high", JOB);
        session.settle(new Settlement(take(session, "high"), List.of(retry(0, 1), note("A", 1, 0, null))));
        assertThat(redis.text("GET", key("resque-retry:A"))).isEqualTo("1");
        assertThat(expiry("resque-retry:A"))
                .as("counted from now, since the second is past")
                .isBetween(86_340L, 86_400L);
        assertThat(redis.number("EXISTS", key("java:retry_due:A")))
                .as("nothing must be left of the second of the run before")
                .isZero();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-690")
    void withoutTheRightToNoteARetryAllElseIsWritten() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            JobEnds.of(this).forEach((name, end) -> {
                client.call("FLUSHALL");
                WorkerSession session = register();
                client.call("RPUSH", key("queue:high"), JOB.toBytes());
                ReservedJob job = take(session, "high");
                client.call("ACL", "SETUSER", "app", "-set");
                List<Effect> effects = List.of(retry(FAR, 1), note("A", 0, FAR, FAILURE));
                end.of(session, job, effects);
                client.call("ACL", "SETUSER", "app", "+set");
                assertThat(client.texts("LRANGE", key("delayed:" + FAR), 0, -1))
                        .as("%s must write the retry, whatever becomes of the note", name)
                        .containsExactly(item(1).text());
            });
        }
    }

    @Test
    @WireRule("W-699")
    void aRetryThatAnotherLibraryHasMovedIsKnown() throws Exception {
        WorkerSession session = holding();
        Map<String, JobEnds.End> ends = JobEnds.of(this);
        List<Effect> notes = new ArrayList<>();
        long soon = seconds() + 2;
        for (String name : ends.keySet()) {
            notes.add(note(name, 4, soon, null));
        }
        for (String name : List.of("moved 1", "moved 2", "stays", "at once")) {
            notes.add(note(name, 4, soon, null));
        }
        notes.add(note("later", 4, FAR, null));
        session.settle(new Settlement(take(session, "high"), notes));
        assertThat(failedRuns("stays"))
                .as("before its second nobody can have moved a retry")
                .isZero();
        Eventually.until("the failed runs must be known from the second on", LIMIT, () -> failedRuns("stays") > 0);
        assertThat(failedRuns("stays"))
                .as("after the run 4, the fifth, 5 runs have failed")
                .isEqualTo(5);
        assertThat(failedRuns("later")).isZero();
        assertThat(failedRuns("never noted")).isZero();

        seed(PAST, item(1), item(2));
        List<DelayedMove> moves = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            moves.add(new DelayedMove(
                    PAST,
                    item(i),
                    new DelayedMove.ToQueue(AGAIN, payload(i)),
                    List.of(new Effect.ForgetRetry("moved " + i, false))));
        }
        items().move("", moves, null);
        assertThatPayloads(queue(AGAIN)).containsExactly(payload(1), payload(2));
        for (int i = 1; i <= 2; i++) {
            assertThat(failedRuns("moved " + i))
                    .as("this library has moved the retry %s, so its payload has the number", i)
                    .isZero();
        }
        push("high", JOB);
        session.settle(new Settlement(take(session, "high"), List.of(note("at once", 5, 0, null))));
        assertThat(failedRuns("at once"))
                .as("a retry that does not wait is moved by nobody")
                .isZero();
        session.unregister();
        ends.forEach((name, end) -> {
            WorkerSession other = holding();
            assertThat(failedRuns(name)).as(name).isEqualTo(5);
            end.of(other, take(other, "high"), List.of(new Effect.ForgetRetry(name, true)));
            assertThat(failedRuns(name))
                    .as("%s must forget a job that has no further run", name)
                    .isZero();
            nothingIsLeft(other);
        });
        assertThat(failedRuns("stays")).as("the others must stay").isEqualTo(5);
        onKeys(() -> {
            assertThat(redis.number("EXISTS", key("resque-retry:moved 1")))
                    .as("Ruby must see the number of a retry that was moved")
                    .isOne();
            for (String name : ends.keySet()) {
                assertThat(redis.number("EXISTS", key("resque-retry:" + name), key("java:retry_due:" + name)))
                        .as("nothing must be left of a job that has ended")
                        .isZero();
            }
            redis.call("SET", key("resque-retry:stays"), "many");
            assertThat(failedRuns("stays"))
                    .as("another program's text is no number of runs")
                    .isZero();
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-699")
    void theFailureOfAJobThatHasEndedIsRemoved() {
        WorkerSession session = holding();
        session.settle(new Settlement(take(session, "high"), List.of(note("A", 0, FAR, FAILURE))));
        push("high", JOB);
        session.settle(new Settlement(take(session, "high"), List.of(new Effect.ForgetRetry("A", true))));
        assertThat(redis.number(
                        "EXISTS", key("resque-retry:A"), key("failure-resque-retry:A"), key("java:retry_due:A")))
                .isZero();
    }

    @Test
    @WireRule("W-696")
    void policiesAreKeptForOtherProcesses() {
        Payload policies = Payload.ofText("{\"A\":{\"limit\":3}}");
        assertThat(backend.workers().policies("p-1")).as("nothing is kept yet").isEmpty();
        backend.workers().keepPolicies("p-1", policies);
        backend.workers().keepPolicies("p-2", OTHER);
        try (QueueBackend other = open(patientUrl())) {
            assertThat(other.workers().policies("p-1"))
                    .as("another process must read what this one keeps")
                    .contains(policies);
            assertThat(other.workers().policies("p-2")).contains(OTHER);
        }
        onKeys(() -> {
            String key = key("java:policies:p-1");
            assertThat(redis.text("GET", key)).isEqualTo(policies.text());
            redis.call("EXPIRE", key, 9);
            backend.workers().keepPolicies("p-1", policies);
            assertThat(redis.number("TTL", key))
                    .as("each call keeps them for seven days")
                    .isBetween(604_700L, 604_800L);
            redis.call("DEL", key);
            redis.call("RPUSH", key, "somebody's");
            assertThat(backend.workers().policies("p-1"))
                    .as("a key of another type holds no policies")
                    .isEmpty();
        });
    }
}
