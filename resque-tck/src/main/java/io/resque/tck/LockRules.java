package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobState;
import io.resque.api.Unique;
import io.resque.api.spi.Beginning;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Effect;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.Limits;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringTick;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the locks of unique jobs, through every call that takes, turns or frees them. */
@NeedsFeature(Feature.UNIQUE_JOBS)
abstract class LockRules extends DelayedBench {
    private static final Unique.Kind QUEUED = Unique.Kind.WHILE_QUEUED;
    private static final Unique.Kind RUNNING = Unique.Kind.WHILE_RUNNING;
    private static final Unique.Kind DONE = Unique.Kind.UNTIL_DONE;
    private static final Duration KEEP = Duration.ofSeconds(400);
    private static final long SECONDS = 300;
    private static final Limits.Slot ONE = new Limits.Slot("class:A", 1, null);
    private static final String RESQUE_LOCK = "lock:A-[]";
    private static final String LONER = "loners:queue:high:job:79ed16aa85b6494fdaf148f2e0e0761f";
    private static final String ODD = "java:lock:k:a ;%:+,\"\u00e9\\";

    private long begun;

    LockRules(QueueBackendTck kit) {
        super(kit);
    }

    private Locks locks() {
        return backend.locks()
                .orElseThrow(() -> new AssertionError(
                        "the adapter declares " + Feature.UNIQUE_JOBS + ", so locks() must not be empty"));
    }

    private static String key(Unique.Kind kind) {
        return "java:lock:k:" + kind;
    }

    private static LockClaim claim(String owner, Unique.Kind... kinds) {
        List<LockClaim.Lock> some = new ArrayList<>();
        for (Unique.Kind kind : kinds) {
            some.add(new LockClaim.Lock(kind, key(kind), SECONDS, 0));
        }
        return new LockClaim("owner" + owner + "0000", some);
    }

    private static Payload job(LockClaim claim) {
        return Payload.ofText("{\"class\":\"A\",\"args\":[],\"java_lock\":\"" + claim.text() + "\",\"n\":\"\"}");
    }

    private static Payload item(LockClaim claim) {
        return Payload.ofText(
                "{\"class\":\"A\",\"args\":[],\"queue\":\"high\",\"java_lock\":\"" + claim.text() + "\",\"n\":\"\"}");
    }

    private static LockedPush.Entry at(long second, LockClaim claim) {
        return new LockedPush.Entry(second, second == 0 ? null : item(claim), job(claim), claim);
    }

    private List<Boolean> push(LockClaim... claims) {
        List<LockedPush.Entry> entries = new ArrayList<>();
        for (LockClaim claim : claims) {
            entries.add(at(0, claim));
        }
        return locks().push(new LockedPush("high", entries, List.of(), false)).written();
    }

    private boolean pushAt(long second, LockClaim claim) {
        return locks().push(new LockedPush("high", List.of(at(second, claim)), List.of(), false))
                .written()
                .get(0);
    }

    /** The locks that are held, by their keys. */
    private Map<String, HeldLock> held() {
        Map<String, HeldLock> all = new TreeMap<>();
        String from = "";
        while (from != null) {
            Locks.Page page = locks().page(from);
            page.locks().forEach(lock -> all.put(lock.key(), lock));
            from = page.next();
        }
        return all;
    }

    private void assertFree(String what) {
        assertThat(held()).as("%s must leave no lock behind", what).isEmpty();
    }

    /** A lock must not end earlier than if it had been taken now: its test can last beyond the end of a second. */
    @BeforeEach
    void noteTime() {
        begun = seconds();
    }

    private void assertHeld(String what, Unique.Kind kind, LockClaim claim, HeldLock.State state, long from) {
        HeldLock lock = held().get(key(kind));
        assertThat(lock).as("%s must leave the lock %s", what, kind).isNotNull();
        assertThat(lock.owner()).as("its owner").isEqualTo(claim.owner());
        assertThat(lock.kind()).as("its kind").isEqualTo(kind);
        assertThat(lock.state()).as("its state").isEqualTo(state);
        assertThat(lock.expiry())
                .as(
                        "it must end %s s after the second %s",
                        state == HeldLock.State.RUNNING ? KEEP.toSeconds() : SECONDS, from)
                .isBetween(
                        Instant.ofEpochSecond(from + (state == HeldLock.State.RUNNING ? KEEP.toSeconds() : SECONDS)),
                        now().plusSeconds(Math.max(0, from - seconds()))
                                .plusSeconds(state == HeldLock.State.RUNNING ? KEEP.toSeconds() : SECONDS));
    }

    private Beginning.Answer begin(WorkerSession session, ReservedJob job, LockClaim claim) {
        return session.begin(new Beginning(job, claim, KEEP, false));
    }

    /** A session that has begun a job with this claim. */
    private WorkerSession running(LockClaim claim) {
        WorkerSession session = register();
        push("high", job(claim));
        assertThat(begin(session, take(session, "high"), claim)).isEqualTo(Beginning.Answer.STARTED);
        return session;
    }

    private static Settlement ends(ReservedJob job, LockClaim claim, @Nullable Long second) {
        return new Settlement(job, List.of(new Effect.Count(true, false), new Effect.ReleaseLocks(claim, second)));
    }

    private static ReservedJob heldBy(WorkerSession session) {
        return job(session.reserve(of()));
    }

    @Test
    @WireRule("W-771")
    void aJobIsPushedIfItsLocksAreFree() {
        assertThat(push(claim("A", DONE), claim("B", DONE), claim("C", QUEUED), claim("D", RUNNING)))
                .as("the second job has the lock of the first")
                .containsExactly(true, false, true, true);
        assertThatPayloads(queue("high"))
                .as("a refused job must not be pushed, the others in their order")
                .containsExactly(job(claim("A", DONE)), job(claim("C", QUEUED)), job(claim("D", RUNNING)));
        assertThat(judge.queues()).as("the queue must be announced").contains("high");
        assertHeld("the push", DONE, claim("A", DONE), HeldLock.State.QUEUED, begun);
        assertHeld("the push", QUEUED, claim("C", QUEUED), HeldLock.State.QUEUED, begun);
        assertThat(held()).as("a push must not take the lock of a run").doesNotContainKey(key(RUNNING));
        assertThat(push(claim("E", DONE), claim("F", QUEUED), claim("G", RUNNING)))
                .as("locks that are held")
                .containsExactly(false, false, true);
        assertThatPayloads(queue("high")).hasSize(4);
        backend.queues().remove("high");
        running(claim("D", RUNNING));
        assertThat(push(claim("H", RUNNING)))
                .as("a job whose lock is for its run can wait")
                .containsExactly(true);
    }

    @Test
    @WireRule("W-771")
    void aRefusedJobGetsNoStatus() {
        List<StatusChange> statuses = List.of(
                new StatusChange("t1", JobState.WAITING, null, null),
                new StatusChange("t2", JobState.WAITING, null, null));
        LockedPush push =
                new LockedPush("high", List.of(at(0, claim("A", DONE)), at(0, claim("B", DONE))), statuses, true);
        assertThat(locks().push(push).written()).containsExactly(true, false);
        assertThat(backend.statuses().find("t1")).as("the status of the job").isPresent();
        assertThat(backend.statuses().find("t2")).as("of a refused job").isEmpty();
        List<StatusChange> again = List.of(statuses.get(0));
        LockedPush taken = new LockedPush("high", List.of(at(0, claim("C", QUEUED))), again, true);
        assertThat(catchThrowable(() -> locks().push(taken)))
                .as("a status that is there")
                .isInstanceOf(JobIdTakenException.class);
        assertThat(held()).as("nothing must be written").containsOnlyKeys(key(DONE));
        List<StatusChange> mixed = List.of(new StatusChange("t3", JobState.WAITING, null, null), statuses.get(0));
        LockedPush second =
                new LockedPush("high", List.of(at(0, claim("C", QUEUED)), at(0, claim("B", DONE))), mixed, true);
        assertThat(locks().push(second).written())
                .as("the status of a refused job does not matter")
                .containsExactly(true, false);
    }

    @Test
    @WireRule("W-772")
    void aRepeatedPushIsAnsweredAsTheFirst() {
        for (Unique.Kind kind : List.of(QUEUED, DONE)) {
            assertThat(push(claim("A", kind))).containsExactly(true);
            assertThat(push(claim("A", kind)))
                    .as("the same owner again, %s", kind)
                    .containsExactly(true);
            assertThatPayloads(queue("high")).as("and nothing more is written").hasSize(1);
            backend.queues().remove("high");
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-773")
    void aLockWhoseJobIsGoneIsTakenOverWhereThatIsSeen() {
        push(claim("A", QUEUED));
        push("high", JOB);
        redis.call("LPOP", key("queue:high"));
        assertThat(push(claim("B", QUEUED)))
                .as("the job of A is not on the queue")
                .containsExactly(true);
        assertThat(push(claim("C", QUEUED))).as("the job of B is").containsExactly(false);
        for (int i = 0; i < 250; i++) {
            push("high", JOB);
        }
        assertThat(push(claim("C", QUEUED)))
                .as("the job of B is within 100 of the head")
                .containsExactly(false);
        redis.call("LREM", key("queue:high"), "1", job(claim("B", QUEUED)).toBytes());
        assertThat(push(claim("C", QUEUED)))
                .as("a queue of 252 jobs is not seen whole")
                .containsExactly(false);
        push(claim("D", DONE));
        redis.call("DEL", key("queue:high"));
        assertThat(push(claim("E", DONE))).as("until done: its job may run").containsExactly(false);
    }

    @Test
    @WireRule("W-774")
    void aDelayedJobHasItsLockFromTheBegin() {
        long second = seconds() + 1000;
        for (Unique.Kind kind : List.of(QUEUED, DONE)) {
            assertThat(pushAt(second, claim("A", kind))).isTrue();
            assertHeld("the write", kind, claim("A", kind), HeldLock.State.DELAYED, second);
            assertThat(pushAt(second + 1, claim("B", kind)))
                    .as("another delayed job, %s", kind)
                    .isFalse();
            assertThat(push(claim("B", kind))).as("a job for now, %s", kind).containsExactly(false);
            assertDelayed("one is written", Map.of(second, List.of(item(claim("A", kind)))));
            DelayedMove.ToQueue queue = new DelayedMove.ToQueue("high", job(claim("A", kind)));
            items().move("", List.of(new DelayedMove(second, item(claim("A", kind)), queue)), null);
            assertHeld("the move onto the queue", kind, claim("A", kind), HeldLock.State.DELAYED, second);
            backend.queues().remove("high");
            assertFree("the removal of the queue");
        }
        assertThat(pushAt(PAST, claim("A", DONE))).isTrue();
        assertThatPayloads(queue("high")).as("a second that is past").containsExactly(job(claim("A", DONE)));
        assertHeld("the push", DONE, claim("A", DONE), HeldLock.State.QUEUED, begun);
    }

    @Test
    @WireRule("W-774")
    void aJobThatLeavesTheDelayedJobsFreesItsLock() {
        long second = seconds() + 1000;
        DelayedMove away = new DelayedMove(second, item(claim("A", DONE)), null);
        pushAt(second, claim("A", DONE));
        items().move("", List.of(away), null);
        assertFree("a move to nowhere");
        pushAt(second, claim("A", DONE));
        items().change("", List.of(away), null);
        assertFree("a removal");
        pushAt(second, claim("A", DONE));
        Payload item = item(claim("A", DONE));
        DelayedMove later = new DelayedMove(second, item, new DelayedMove.ToSecond(second + 50, item, null));
        items().change("", List.of(later), null);
        assertHeld("a move to another second", DONE, claim("A", DONE), HeldLock.State.DELAYED, second + 50);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-774")
    void aDelayedJobThatIsTooLargeFreesItsLock() {
        Payload large = Payload.ofText(
                item(claim("A", DONE)).text().replace("\"n\":\"\"", "\"n\":\"" + "x".repeat(30_000) + "\""));
        pushAt(seconds() + 1000, claim("A", DONE));
        seed(PAST, large);
        DelayedPage page = items().due("", null, 10, MUCH, 20_000);
        assertThat(items().discard("", Map.of(page.strays().get(0), List.of()), null))
                .hasSize(1);
        assertFree("an item that is set aside");
    }

    @Test
    @WireRule("W-775")
    void aRunThatBeginsFreesTurnsAndTakesLocks() {
        LockClaim all = claim("A", QUEUED, RUNNING, DONE);
        push(all);
        WorkerSession session = register();
        ReservedJob job = take(session, "high");
        assertThat(begin(session, job, all)).as("its own locks").isEqualTo(Beginning.Answer.STARTED);
        assertThat(held()).as("the lock of a queued job must be freed").containsOnlyKeys(key(RUNNING), key(DONE));
        assertHeld("begin", RUNNING, all, HeldLock.State.RUNNING, begun);
        assertHeld("begin", DONE, all, HeldLock.State.RUNNING, begun);
        assertThat(held().get(key(DONE)).worker()).as("the worker").isEqualTo(ID);
        assertThat(begin(session, job, all)).as("a repeated call").isEqualTo(Beginning.Answer.STARTED);
        assertThatPayload(heldBy(session).payload())
                .as("the session must still hold the job")
                .isEqualTo(job(all));
    }

    @Test
    @WireRule("W-775")
    void aRunDoesNotBeginWhileAnotherHasItsLock() {
        for (Unique.Kind kind : List.of(RUNNING, DONE)) {
            WorkerSession session = running(claim("A", kind));
            WorkerSession other = register(backend, "kit-host:4712:high");
            for (LockClaim claim : List.of(claim("B", kind), claim("A", kind))) {
                push("high", job(claim));
                ReservedJob refused = take(other, "high");
                assertThat(begin(other, refused, claim))
                        .as("the lock %s is that of a running job", kind)
                        .isEqualTo(Beginning.Answer.REFUSED);
                assertHeld("a refused begin", kind, claim("A", kind), HeldLock.State.RUNNING, begun);
                assertThat(other.settle(ends(refused, claim("B", kind), null))).isTrue();
                assertHeld("the end of a refused job", kind, claim("A", kind), HeldLock.State.RUNNING, begun);
            }
            assertThat(session.settle(ends(heldBy(session), claim("A", kind), null)))
                    .isTrue();
            assertFree("the end of the running job");
            other.unregister();
            session.unregister();
        }
    }

    @Test
    @WireRule("W-775")
    void aJobThatWaitsKeepsNoAcceptedJobFromItsRun() {
        push(claim("A", DONE));
        locks().free(held().get(key(DONE))); // as if it had ended before a worker came to the job
        assertThat(push(claim("B", DONE))).as("the lock is free").containsExactly(true);
        WorkerSession session = register();
        ReservedJob job = take(session, "high");
        assertThat(begin(session, job, claim("A", DONE)))
                .as("the job of the lock only waits")
                .isEqualTo(Beginning.Answer.STARTED);
        assertHeld("a begin without its lock", DONE, claim("B", DONE), HeldLock.State.QUEUED, begun);
        assertThat(session.settle(ends(job, claim("A", DONE), null))).isTrue();
        assertHeld("the end of that run", DONE, claim("B", DONE), HeldLock.State.QUEUED, begun);
    }

    @Test
    @WireRule("W-775")
    void theLockOfAnotherQueuedJobStays() {
        push(claim("B", QUEUED));
        backend.queues().range("high", 0, 1);
        WorkerSession session = register();
        push("other", job(claim("A", QUEUED)));
        assertThat(begin(session, take(session, "other"), claim("A", QUEUED))).isEqualTo(Beginning.Answer.STARTED);
        assertHeld("the begin of another job", QUEUED, claim("B", QUEUED), HeldLock.State.QUEUED, begun);
    }

    @Test
    @WireRule("W-775")
    void aLostSessionBeginsNothing() {
        WorkerSession session = register();
        push("high", job(claim("A", DONE)), JOB);
        ReservedJob job = take(session, "high");
        session.settle(done(job));
        take(session, "high");
        assertThat(begin(session, job, claim("A", DONE)))
                .as("it holds another job")
                .isEqualTo(Beginning.Answer.LOST);
        judge.removeWorker(ID);
        assertThat(begin(session, job, claim("A", DONE))).as("it is lost").isEqualTo(Beginning.Answer.LOST);
        assertFree("a begin that is lost");
    }

    @Test
    @WireRule("W-776")
    void aHeartbeatRenewsTheLocksOfARun() {
        for (Unique.Kind kind : List.of(RUNNING, DONE)) {
            WorkerSession session = running(claim("A", kind));
            Instant before = held().get(key(kind)).expiry();
            nextSecond();
            assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
            assertThat(held().get(key(kind)).expiry())
                    .as("a heartbeat must renew %s", kind)
                    .isAfter(before);
            assertHeld("a heartbeat", kind, claim("A", kind), HeldLock.State.RUNNING, seconds() - 1);
            assertThat(held().get(key(kind)).worker()).isEqualTo(ID);
            locks().free(held().get(key(kind)));
            push(claim("B", DONE));
            assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
            assertHeld("a heartbeat", DONE, claim("B", DONE), HeldLock.State.QUEUED, seconds() - 2);
            backend.queues().remove("high");
            assertThat(session.settle(ends(heldBy(session), claim("A", kind), null)))
                    .isTrue();
            assertFree("the end of the job");
            push(claim("B", DONE));
            assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
            assertHeld("a heartbeat after the end", DONE, claim("B", DONE), HeldLock.State.QUEUED, seconds() - 2);
            backend.queues().remove("high");
            session.unregister();
        }
    }

    @Test
    @WireRule("W-776")
    void aHeartbeatShortensNoLock() {
        LockClaim hours = new LockClaim("ownerA0000", List.of(new LockClaim.Lock(RUNNING, key(RUNNING), 9_000, 0)));
        WorkerSession session = running(hours);
        Instant before = held().get(key(RUNNING)).expiry();
        assertThat(before).as("the claim says more than the beginning").isAfter(now().plusSeconds(8_900));
        assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        assertThat(held().get(key(RUNNING)).expiry()).isEqualTo(before);
    }

    @Test
    @WireRule("W-777")
    void theEndOfAJobFreesItsLocks() {
        LockClaim all = claim("A", QUEUED, RUNNING, DONE);
        JobEnds.of(this).forEach((name, end) -> {
            push(all);
            WorkerSession session = register();
            ReservedJob job = take(session, "high");
            end.of(session, job, List.of(new Effect.ReleaseLocks(all, null)));
            assertFree(name + " of a job that has not begun");
            session.unregister();
            backend.queues().remove("high");
            session = running(all);
            end.of(session, heldBy(session), List.of(new Effect.ReleaseLocks(all, null)));
            assertFree(name + " of a job that ran");
            session.unregister();
            backend.queues().remove("high");
            push(claim("B", DONE));
            session = register();
            push("other", JOB);
            end.of(session, take(session, "other"), List.of(new Effect.ReleaseLocks(all, null)));
            assertHeld(name + " of another job", DONE, claim("B", DONE), HeldLock.State.QUEUED, begun);
            session.unregister();
            List.of("high", "other").forEach(backend.queues()::remove);
        });
    }

    @Test
    @WireRule("W-777")
    void aJobThatRunsAgainTurnsItsLocks() {
        List<LockClaim> claims = new ArrayList<>(); // a payload that dies often is not put back
        JobEnds.of(this).forEach((name, end) -> {
            for (long second : new long[] {0, seconds() + 1000}) {
                HeldLock.State state = second == 0 ? HeldLock.State.QUEUED : HeldLock.State.DELAYED;
                LockClaim all = claim("A" + claims.size(), QUEUED, RUNNING, DONE);
                claims.add(all);
                WorkerSession session = running(all);
                end.of(session, heldBy(session), List.of(new Effect.ReleaseLocks(all, second)));
                long from = Math.max(second, begun);
                assertThat(held())
                        .as("%s must free the lock of the run", name)
                        .containsOnlyKeys(key(QUEUED), key(DONE));
                assertHeld(name, QUEUED, all, state, from - (second == 0 ? 1 : 0));
                assertHeld(name, DONE, all, state, from - (second == 0 ? 1 : 0));
                session.unregister();
                backend.queues().remove("high");
                held().values().forEach(locks()::free);
                session = running(all);
                push(claim("B", QUEUED));
                end.of(session, heldBy(session), List.of(new Effect.ReleaseLocks(all, second)));
                assertHeld(name + " beside another job", QUEUED, claim("B", QUEUED), HeldLock.State.QUEUED, begun);
                session.unregister();
                backend.queues().remove("high");
                held().values().forEach(locks()::free);
            }
        });
    }

    @Test
    @WireRule("W-777")
    void aJobThatIsDelayedBeforeItsRunKeepsItsLocks() {
        JobEnds.of(this).forEach((name, end) -> {
            LockClaim claim = claim("A" + name.replaceAll("\\W", ""), QUEUED, DONE);
            long second = seconds() + 1000;
            push(claim);
            WorkerSession session = register();
            end.of(session, take(session, "high"), List.of(new Effect.ReleaseLocks(claim, second)));
            assertHeld(name, QUEUED, claim, HeldLock.State.DELAYED, second);
            assertHeld(name, DONE, claim, HeldLock.State.DELAYED, second);
            session.unregister();
            backend.queues().remove("high");
            held().values().forEach(locks()::free);
        });
    }

    @Test
    @WireRule("W-777")
    void theEndOfARefusedEqualPayloadLeavesTheLockOfTheRun() {
        for (Unique.Kind kind : List.of(RUNNING, DONE)) {
            LockClaim claim = claim("A", kind);
            WorkerSession session = running(claim);
            WorkerSession other = register(backend, "kit-host:4712:high");
            for (Long second : new Long[] {null, 0L, seconds() + 1000}) {
                push("high", job(claim));
                ReservedJob refused = take(other, "high");
                assertThat(begin(other, refused, claim)).isEqualTo(Beginning.Answer.REFUSED);
                assertThat(other.settle(ends(refused, claim, second))).isTrue();
                assertHeld("the end of an equal payload", kind, claim, HeldLock.State.RUNNING, begun);
                assertThat(held().get(key(kind)).worker()).isEqualTo(ID);
            }
            assertThat(session.settle(ends(heldBy(session), claim, null))).isTrue();
            assertFree("the end of the running job");
            other.unregister();
            session.unregister();
        }
    }

    /** A job with this claim, which waits for a slot that another job has. */
    private void waitsForALimit(LockClaim claim) {
        push("other", JOB);
        WorkerSession first = register();
        assertThat(first.takeSlots(take(first, "other"), List.of(ONE), KEEP).state())
                .isEqualTo(Limits.State.TAKEN);
        push(claim);
        WorkerSession second = register(backend, "kit-host:4712:high");
        assertThat(second.takeSlots(take(second, "high"), List.of(ONE), KEEP).state())
                .isEqualTo(Limits.State.WAITS);
    }

    @Test
    @NeedsFeature(Feature.LIMITS)
    @WireRule("W-777")
    void aJobThatWaitsForALimitKeepsItsLocks() {
        LockClaim claim = claim("A", QUEUED, DONE);
        waitsForALimit(claim);
        assertHeld("a limit", QUEUED, claim, HeldLock.State.DELAYED, begun);
        assertHeld("a limit", DONE, claim, HeldLock.State.QUEUED, begun);
        assertThat(push(claim("B", QUEUED)))
                .as("the job is not on the queue, but waits all the same")
                .containsExactly(false);
    }

    @Test
    @NeedsFeature(Feature.LIMITS)
    @WireRule("W-778")
    void aJobThatIsRemovedFromALimitFreesItsLocks() {
        LockClaim claim = claim("A", QUEUED, DONE);
        waitsForALimit(claim);
        List<Limits.WaitingJob> waiting = List.of(new Limits.WaitingJob("high", job(claim)));
        assertThat(backend.limits().orElseThrow().removeAll(ONE.limit(), waiting))
                .containsExactly(1L);
        assertFree("the removal from the list of a limit");
    }

    @Test
    @WireRule("W-778")
    void anEqualPayloadThatIsTakenAwayLeavesTheLockOfTheRun() {
        LockClaim claim = claim("A", RUNNING, DONE);
        running(claim);
        push("high", job(claim));
        assertThat(backend.queues().remove("high")).isEqualTo(1);
        push("high", job(claim));
        assertThat(backend.queues().removeAll("high", List.of(job(claim)))).containsExactly(1L);
        assertHeld("a removal", RUNNING, claim, HeldLock.State.RUNNING, begun);
        assertHeld("a removal", DONE, claim, HeldLock.State.RUNNING, begun);
    }

    @Test
    @WireRule("W-778")
    void aPayloadThatIsTakenAwayFreesItsLocks() {
        LockClaim claim = claim("A", QUEUED, DONE);
        push(claim);
        assertThat(backend.queues().removeAll("high", List.of(job(claim)))).containsExactly(1L);
        assertFree("removeAll");
        push(claim);
        List<Payload> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(payload(i));
        }
        push("high", many.toArray(Payload[]::new));
        many.add(job(claim));
        assertThat(backend.queues().removeAll("high", many)).containsOnly(1L);
        assertFree("removeAll of many");
        push(claim);
        push("high", job(claim)); // as another program can copy it
        assertThat(backend.queues().removeOne("high", job(claim))).isEqualTo(2);
        assertHeld("the removal of one of two", DONE, claim, HeldLock.State.QUEUED, begun);
        assertThat(backend.queues().removeOne("high", job(claim))).isOne();
        assertFree("removeOne");
        push(claim);
        push("high", JOB);
        assertThatPayloads(backend.queues().take("high", 1)).containsExactly(job(claim));
        assertFree("take");
        push(claim);
        backend.queues().take("high", 2, 1 << 20);
        assertFree("take within bytes");
        push(claim);
        push("high", JOB);
        assertThat(backend.queues().remove("high")).isEqualTo(2);
        assertFree("remove");
        push(claim);
        assertThat(backend.queues().removeAll("other", List.of(job(claim)))).containsExactly(0L);
        assertHeld("the removal of a job that is not there", DONE, claim, HeldLock.State.QUEUED, begun);
        push("other", job(claim("B", QUEUED, DONE)));
        backend.queues().removeAll("other", List.of(job(claim("B", QUEUED, DONE))));
        assertHeld("the removal of another job", DONE, claim, HeldLock.State.QUEUED, begun);
    }

    @Test
    @WireRule("W-778")
    void theStandInOfALargePayloadNamesItsLocks() {
        LockClaim claim = claim("A", DONE);
        Payload whole = Payload.ofText(job(claim)
                .text()
                .replace("\"n\":\"\"", "\"n\":\"" + "x".repeat(3 * Subscription.LEAST_MAX_PAYLOAD) + "\""));
        push("high", whole);
        WorkerSession session = register();
        ReservedJob job = job(session.reserve(small("high")));
        assertThat(LockClaim.of(job.payload())).as("the claim in the stand-in").contains(claim);
    }

    @Test
    @WireRule("W-779")
    void aRecoveryFreesWhatTheRunHad() {
        LockClaim all = claim("A", RUNNING, DONE);
        running(all);
        assertThat(backend.workers().recover(new Recovery(inspect(ID), List.of(fails(FAILURE)), null)))
                .isEqualTo(Recovery.Outcome.FAILED);
        assertFree("a recovery whose effects name no locks");
        running(all);
        Recovery.Requeue requeue = new Recovery.Requeue(
                "high", job(all), List.of(new Effect.ReleaseLocks(claim("A", DONE), 0L)), 3, Duration.ofHours(1));
        assertThat(backend.workers().recover(new Recovery(inspect(ID), List.of(), requeue)))
                .isEqualTo(Recovery.Outcome.REQUEUED);
        assertThat(held()).as("what its effects have turned must stay").containsOnlyKeys(key(DONE));
        assertHeld("a requeue", DONE, all, HeldLock.State.QUEUED, begun);
    }

    @Test
    @WireRule("W-779")
    void aPutBackFreesWhatTheRunHad() {
        LockClaim all = claim("A", RUNNING, DONE);
        WorkerSession session = running(all);
        assertThat(session.putBack(heldBy(session), List.of())).isTrue();
        assertFree("a put back whose effects name no locks");
        ReservedJob again = take(session, "high");
        assertThat(begin(session, again, all)).isEqualTo(Beginning.Answer.STARTED);
        assertThat(session.putBack(again, List.of(new Effect.ReleaseLocks(claim("A", DONE), 0L))))
                .isTrue();
        assertThat(held()).as("what its effects have turned must stay").containsOnlyKeys(key(DONE));
        assertHeld("a put back", DONE, all, HeldLock.State.QUEUED, begun);
    }

    @Test
    @NeedsFeature(Feature.LIMITS)
    @WireRule({"W-779", "W-791"})
    void aPutBackFreesTheLocksOfAJobWithATurn() {
        LockClaim all = claim("A", RUNNING, DONE);
        Limits.Slot rate = new Limits.Slot("rate", 1, Duration.ofMinutes(10));
        push("high", job(all));
        WorkerSession session = register();
        ReservedJob job = take(session, "high");
        rule("W-791");
        assertThat(session.takeSlots(job, List.of(rate), KEEP).state()).isEqualTo(Limits.State.TAKEN);
        begin(session, job, all);
        assertThat(session.takeSlots(job, List.of(rate), KEEP).state())
                .as("its turn has come, also after its run has begun")
                .isEqualTo(Limits.State.TAKEN);
        rule("W-779");
        assertThat(session.putBack(job, List.of())).isTrue();
        assertFree("a put back of a job with a turn");
    }

    @Test
    @WireRule("W-780")
    void aLockIsFreedAsItWasRead() {
        LockClaim claim = new LockClaim("owner000A", List.of(new LockClaim.Lock(DONE, ODD, SECONDS, 7)));
        assertThat(LockClaim.parse(claim.text())).contains(claim);
        push(claim);
        HeldLock lock = held().get(ODD);
        assertThat(lock).as("a key of any characters").isNotNull();
        WorkerSession session = register();
        ReservedJob job = take(session, "high");
        begin(session, job, claim);
        assertThat(locks().free(lock)).as("it runs by now").isFalse();
        assertThat(held()).containsOnlyKeys(ODD);
        session.settle(ends(job, claim, null));
        assertFree("the end of the job");
        LockClaim other = new LockClaim("owner000B", claim.locks());
        push(other);
        assertThat(locks().free(lock)).as("another owner has it").isFalse();
        assertThat(locks().free(held().get(ODD))).isTrue();
        assertFree("free");
        assertThatPayloads(queue("high")).as("the job stays where it is").hasSize(1);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-781")
    void aLockIsATextThatExpires() {
        push(claim("A", DONE));
        String name = key(key(DONE));
        assertThat(redis.text("GET", name)).matches("\\d+ java:dq \\d+ ownerA0000");
        assertThat(redis.number("TTL", name)).isBetween(SECONDS - 5, SECONDS);
        WorkerSession session = register();
        ReservedJob job = take(session, "high");
        begin(session, job, claim("A", DONE));
        assertThat(redis.text("GET", name)).matches("\\d+ java:dr \\d+ ownerA0000 " + ID);
        assertThat(redis.number("TTL", name)).isBetween(KEEP.toSeconds() - 5, KEEP.toSeconds());
    }

    private static LockClaim ofPlugin(String owner, Unique.Kind kind, String key) {
        return new LockClaim("owner" + owner + "0000", List.of(new LockClaim.Lock(kind, key, SECONDS, 0)));
    }

    private void assertPlugin(String what, String key, LockClaim claim, HeldLock.State state) {
        HeldLock lock = held().get(key);
        assertThat(lock).as("%s must leave %s", what, key).isNotNull();
        assertThat(lock.owner()).as("%s: the owner of %s", what, key).isEqualTo(claim.owner());
        assertThat(lock.state()).as("%s: the state of %s", what, key).isEqualTo(state);
    }

    @Test
    @WireRule("W-784")
    void aDelayedJobHasNoLockOfAPlugin() {
        long second = seconds() + 1000;
        for (LockClaim a : List.of(ofPlugin("A", QUEUED, LONER), ofPlugin("A", DONE, RESQUE_LOCK))) {
            LockClaim.Lock lock = a.locks().get(0);
            LockClaim b = ofPlugin("B", lock.kind(), lock.key());
            assertThat(pushAt(second, a)).isTrue();
            assertFree("a delayed job");
            assertThat(pushAt(second, b)).as("an equal delayed job").isTrue();
            DelayedMove.ToQueue queue = new DelayedMove.ToQueue("high", job(a));
            items().move("", List.of(new DelayedMove(second, item(a), queue)), null);
            assertPlugin("the move onto the queue", lock.key(), a, HeldLock.State.QUEUED);
            DelayedMove.ToQueue other = new DelayedMove.ToQueue("high", job(b));
            items().move("", List.of(new DelayedMove(second, item(b), other)), null);
            assertThatPayloads(queue("high")).as("a move refuses nothing").containsExactly(job(a), job(b));
            assertPlugin("a move while another job has the lock", lock.key(), a, HeldLock.State.QUEUED);
            backend.queues().remove("high");
            assertFree("the removal of the queue");
            pushAt(second, a);
            items().change("", List.of(new DelayedMove(second, item(a), queue)), null);
            assertPlugin("a move before its second", lock.key(), a, HeldLock.State.QUEUED);
            assertThat(pushAt(second, b))
                    .as("a job that is delayed asks nobody")
                    .isTrue();
            items().change("", List.of(new DelayedMove(second, item(b), null)), null);
            assertPlugin("the removal of another job", lock.key(), a, HeldLock.State.QUEUED);
            backend.queues().remove("high");
        }
    }

    @Test
    @WireRule("W-784")
    void aRetryThatWaitsHasNoLockOfAPlugin() {
        LockClaim claim = ofPlugin("A", DONE, RESQUE_LOCK);
        WorkerSession session = running(claim);
        assertPlugin("begin", RESQUE_LOCK, claim, HeldLock.State.RUNNING);
        assertThat(session.settle(ends(heldBy(session), claim, seconds() + 1000)))
                .isTrue();
        assertFree("a retry that is delayed");
        push("high", job(claim));
        ReservedJob job = take(session, "high");
        begin(session, job, claim);
        assertThat(session.settle(ends(job, claim, 0L))).isTrue();
        assertPlugin("a retry at once", RESQUE_LOCK, claim, HeldLock.State.QUEUED);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-785")
    void theLockOfALonerHasItsOwnerBeside() {
        for (String name : List.of(LONER, "solo:queue:high:job:0123")) {
            LockClaim a = ofPlugin("A", QUEUED, name);
            LockClaim b = ofPlugin("B", QUEUED, name);
            String beside = key("java:lock:" + name);
            assertThat(push(a)).containsExactly(true);
            assertThat(redis.text("GET", key(name))).as("what Ruby accepts").isEqualTo("1");
            assertThat(redis.text("GET", beside)).matches("\\d+ java:qq \\d+ ownerA0000");
            assertThat(redis.number("TTL", key(name))).isBetween(SECONDS - 5, SECONDS);
            assertThat(redis.number("TTL", beside)).isBetween(SECONDS - 5, SECONDS);
            assertThat(push(b)).as("it is held").containsExactly(false);
            assertThat(held()).as("both keys are one lock").containsOnlyKeys(name);
            assertPlugin("the push", name, a, HeldLock.State.QUEUED);
            assertThat(locks().free(held().get(name))).isTrue();
            assertThat(redis.number("EXISTS", key(name), beside)).isZero();
            backend.queues().remove("high");
            WorkerSession session = running(a);
            assertThat(redis.number("EXISTS", key(name), beside)).as("begin").isZero();
            session.settle(done(heldBy(session)));
            session.unregister();
            push(a);
            redis.call("DEL", key(name)); // Ruby has taken the job
            redis.call("SET", key(name), "1"); // and has enqueued another one
            assertThat(push(b)).as("the lock is Ruby's by now").containsExactly(false);
            assertThat(held().get(name).owner()).isNull();
            assertThat(held().get(name).expiry()).isNull();
            backend.queues().remove("high");
            assertThat(redis.text("GET", key(name))).as("Ruby's lock stays").isEqualTo("1");
            redis.call("SET", key(name), "2");
            assertThat(push(b)).as("Ruby takes no other text for a lock").containsExactly(true);
            assertThat(redis.text("GET", key(name))).isEqualTo("1");
            redis.call("LPOP", key("queue:high"));
            assertThat(push(a)).as("its job is gone").containsExactly(true);
            backend.queues().remove("high");
            assertThat(redis.number("EXISTS", key(name), beside)).as("removal").isZero();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-785")
    void theLocksOfOtherPluginsHaveTheValueOfOurs() {
        for (String name :
                List.of(RESQUE_LOCK, "loner:lock:A:1", "lonely_job:high", "workerslock:A:high:[]", "lock:A:high:[]")) {
            LockClaim a = ofPlugin("A", DONE, name);
            assertThat(push(a)).containsExactly(true);
            assertThat(redis.text("GET", key(name))).matches("\\d+ java:dq \\d+ ownerA0000");
            assertThat(redis.number("TTL", key(name))).isBetween(SECONDS - 5, SECONDS);
            assertThat(held()).as("the list").containsOnlyKeys(name);
            backend.queues().remove("high");
            assertFree("the removal of the queue");
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-786")
    void theLockOfAJobOfAnotherLibraryIsItsOwn() {
        for (LockClaim claim : List.of(
                ofPlugin("A", QUEUED, LONER),
                ofPlugin("A", QUEUED, "lock:A:high:[]"),
                ofPlugin("A", DONE, RESQUE_LOCK),
                ofPlugin("A", DONE, key(DONE)))) {
            LockClaim.Lock lock = claim.locks().get(0);
            boolean isLoner = lock.key().equals(LONER);
            String foreign = isLoner ? "1" : String.valueOf(seconds() + 3000);
            redis.call("SET", key(lock.key()), foreign);
            WorkerSession session = register();
            push("high", job(ofPlugin("B", RUNNING, "lock:other")), JOB);
            assertThat(begin(session, take(session, "high"), claim))
                    .as("a payload that names its locks, beside %s", lock.key())
                    .isEqualTo(lock.isOfPlugin() ? Beginning.Answer.STARTED : Beginning.Answer.REFUSED);
            assertThat(redis.text("GET", key(lock.key())))
                    .as("the lock is that of another job")
                    .isEqualTo(foreign);
            session.settle(ends(heldBy(session), claim, null));
            assertThat(redis.text("GET", key(lock.key()))).as("its end").isEqualTo(foreign);
            ReservedJob job = take(session, "high");
            Beginning adopts = new Beginning(job, claim, KEEP, true);
            assertThat(session.begin(adopts))
                    .isEqualTo(lock.isOfPlugin() ? Beginning.Answer.STARTED : Beginning.Answer.REFUSED);
            if (lock.kind() == DONE && lock.isOfPlugin()) {
                assertPlugin("the beginning", lock.key(), claim, HeldLock.State.RUNNING);
            } else if (lock.isOfPlugin()) {
                assertFree("the beginning");
            } else {
                assertThat(redis.text("GET", key(lock.key())))
                        .as("no plugin has this key")
                        .isEqualTo(foreign);
                redis.call("DEL", key(lock.key()));
            }
            session.settle(ends(job, claim, null));
            assertFree("the end");
            redis.call("SADD", key(lock.key()), "x");
            push("high", JOB);
            ReservedJob other = take(session, "high");
            assertThat(session.begin(new Beginning(other, claim, KEEP, true)))
                    .as("a set in the place of %s", lock.key())
                    .isEqualTo(lock.kind() == QUEUED ? Beginning.Answer.STARTED : Beginning.Answer.REFUSED);
            assertThat(redis.call("TYPE", key(lock.key()))).isNotNull();
            assertThat(redis.number("SCARD", key(lock.key()))).isEqualTo(1);
            redis.call("DEL", key(lock.key()));
            session.settle(done(other));
            session.unregister();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-786")
    void aRunOfAnotherLibraryKeepsTheRunAway() {
        for (String value : List.of("true", String.valueOf(seconds() + 3000))) {
            LockClaim claim = ofPlugin("A", RUNNING, "lock:A:1");
            redis.call("SET", key("lock:A:1"), value);
            WorkerSession session = register();
            push("high", JOB);
            ReservedJob job = take(session, "high");
            assertThat(session.begin(new Beginning(job, claim, KEEP, true))).isEqualTo(Beginning.Answer.REFUSED);
            redis.call("SET", key("lock:A:1"), String.valueOf(seconds() - 5));
            assertThat(session.begin(new Beginning(job, claim, KEEP, true)))
                    .as("a time that is past")
                    .isEqualTo(Beginning.Answer.STARTED);
            session.settle(ends(job, claim, null));
            assertFree("the end");
            session.unregister();
        }
        redis.call("SET", key("workerslock:A:high:[1]"), "1");
        WorkerSession session = register();
        push("high", JOB);
        LockClaim claim = ofPlugin("A", RUNNING, "workerslock:A:high:[1]");
        assertThat(session.begin(new Beginning(take(session, "high"), claim, KEEP, true)))
                .as("node-resque looks whether this key exists")
                .isEqualTo(Beginning.Answer.REFUSED);
    }

    @Test
    @WireRule("W-783")
    void aTickIsSkippedWhileAnEqualJobIsThere() {
        LockClaim first = claim("A", DONE);
        RecurringEntries entries = backend.recurring().orElseThrow();
        Payload entry = Payload.ofText("{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\"}");
        entries.put("high", "tick", null, entry, false);
        DelayedMove.ToQueue target = new DelayedMove.ToQueue("high", job(first));
        RecurringTick tick = new RecurringTick("tick", entry, null, RecurringBench.FIRST, target, List.of());
        assertThat(RecurringBench.states(entries.tick("", List.of(tick), null)))
                .as("the lock is free")
                .containsExactly(RecurringTick.State.MADE);
        assertHeld("a tick", DONE, first, HeldLock.State.QUEUED, begun);
        DelayedMove.ToQueue second = new DelayedMove.ToQueue("high", job(claim("B", DONE)));
        RecurringTick next =
                new RecurringTick("tick", entry, RecurringBench.FIRST, RecurringBench.SECOND, second, List.of());
        assertThat(RecurringBench.states(entries.tick("", List.of(next), null)))
                .as("the job of the first tick waits")
                .containsExactly(RecurringTick.State.SKIPPED);
        assertThatPayloads(queue("high")).containsExactly(job(first));
        assertThat(RecurringBench.find(entries, "tick").orElseThrow().lastRun())
                .as("the tick is settled all the same")
                .isEqualTo(RecurringBench.SECOND);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-782")
    void whereTheRightToLocksIsMissing() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            if (client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 0) {
                return; // before Redis 7 no script can ask
            }
            for (String right : List.of("llen", "lrange")) {
                push(claim("C", QUEUED));
                client.call("DEL", key("queue:high"));
                push("high", JOB);
                client.call("ACL", "SETUSER", "app", "-" + right);
                assertThat(push(claim("D", QUEUED)))
                        .as("without %s nobody can see that the job of the lock is gone", right)
                        .containsExactly(false);
                client.call("ACL", "SETUSER", "app", "+" + right);
                client.call("DEL", key(key(QUEUED)), key("queue:high"));
            }
            WorkerSession session = register();
            push("other", job(claim("B", DONE)));
            ReservedJob job = take(session, "other");
            List<String> rights = new ArrayList<>(List.of("ACL", "SETUSER", "app", "resetkeys"));
            for (String some : List.of(
                    "queue*",
                    "java:sessions",
                    "java:no_key",
                    "stat:*",
                    "worker*",
                    "delayed_queue_schedule",
                    "failed_queues",
                    "java:oversize",
                    "pause-all-workers",
                    "java:paused-queues")) {
                rights.add("~" + key(some));
            }
            client.call(rights.toArray());
            assertThat(catchThrowable(() -> push(claim("A", DONE))))
                    .as("without a right to locks, a push must throw")
                    .isInstanceOf(BackendException.class);
            assertThat(client.number("EXISTS", key("queue:high")))
                    .as("nothing must be pushed")
                    .isZero();
            assertThat(catchThrowable(() -> begin(session, job, claim("B", DONE))))
                    .as("without a right to locks, begin must throw")
                    .isInstanceOf(BackendException.class);
            assertThat(session.settle(ends(job, claim("B", DONE), null)))
                    .as("a lock must not keep a job from its end")
                    .isTrue();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-781")
    void noOtherKeyIsTouched() {
        String claim = "ownerA0000;d300:java:lock_it;d300:queues;d300:java:lock:";
        redis.call("SET", key("java:lock_it"), "4000000000 java:dq 1 ownerA0000");
        Payload forged = Payload.ofText("{\"class\":\"A\",\"args\":[],\"java_lock\":\"" + claim + "\"}");
        push("high", forged);
        backend.queues().remove("high");
        assertThat(redis.text("GET", key("java:lock_it")))
                .as("no lock has such a key")
                .isNotNull();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-781")
    void aKeyOfAnotherTypeIsSomebodyElses() {
        redis.call("SADD", key(key(DONE)), "x");
        assertThat(push(claim("A", DONE))).as("a set in the place of a lock").containsExactly(false);
        redis.call("DEL", key(key(DONE)));
        redis.call("SET", key(key(DONE)), "true");
        assertThat(push(claim("A", DONE))).as("a text of another program").containsExactly(false);
        HeldLock foreign = held().get(key(DONE));
        assertThat(foreign).isNotNull();
        assertThat(foreign.owner()).isNull();
        assertThat(locks().free(foreign)).isTrue();
        redis.call("SET", key(key(DONE)), "1000000000");
        assertThat(push(claim("A", DONE))).as("a time that is past").containsExactly(true);
        redis.call("SET", key("queue:set"), "x");
        LockedPush push = new LockedPush("set", List.of(at(0, claim("B", QUEUED))), List.of(), false);
        assertThat(catchThrowable(() -> locks().push(push))).as("no queue").isInstanceOf(BackendException.class);
        assertThat(held()).doesNotContainKey(key(QUEUED));
    }
}
