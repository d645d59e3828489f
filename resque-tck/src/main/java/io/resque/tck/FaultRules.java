package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests with broken connections and with servers in trouble. */
@NeedsFeature(Feature.REDIS_KEYS)
abstract class FaultRules extends BackendRules {
    private static final Payload FAILURE = Payload.ofText("{\"error\":\"e\"}");
    private static final String RECORD = "worker:" + ID;

    private FaultProxy proxy;
    private QueueBackend remote;

    FaultRules(QueueBackendTck kit) {
        super(kit);
    }

    @BeforeEach
    void openProxy() {
        proxy = FaultProxy.to(url());
        remote = open(proxy.url());
    }

    /** JUnit calls it before the clean-up of the base class, and that one also if this one fails. */
    @AfterEach
    void closeProxy() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private Predicate<List<byte[]>> naming(String name) {
        byte[] key = key(name).getBytes(StandardCharsets.UTF_8);
        return args -> args.stream().anyMatch(arg -> Arrays.equals(arg, key));
    }

    private Predicate<List<byte[]>> step() {
        return naming(RECORD);
    }

    /**
     * A session through the proxy. Its scripts are loaded first: if the server does not know a script, a client sends
     * the request twice.
     */
    private WorkerSession session() {
        WorkerSession session = warmUp(register(remote, ID), remote);
        backend.queues().remove("warm");
        return session;
    }

    private static WorkerSession warmUp(WorkerSession session, QueueBackend through) {
        push(through, "warm", JOB);
        session.putBack(take(session, "warm"), List.of());
        session.settle(new Settlement(take(session, "warm"), List.of()));
        return session;
    }

    private static Settlement failed(ReservedJob job) {
        return new Settlement(job, failure(FAILURE));
    }

    private static void breaks(ThrowingCallable call, Fault fault) {
        BackendUnavailableException e = catchThrowableOfType(BackendUnavailableException.class, call);
        assertThat(e)
                .as("no answer came, so the call must throw BackendUnavailableException, and must not be repeated")
                .isNotNull();
        assertThat(e.maybeApplied())
                .as("the request was sent and may have been carried out: maybeApplied must be true")
                .isTrue();
        fault.awaitCaught(LIMIT);
    }

    /**
     * Holds back the request of a step; the client gives up when its connection breaks, and the server gets the request
     * later.
     */
    private Fault.Held late(ThrowingCallable call) {
        Fault.Held late = proxy.holdAndCut(step());
        breaks(call, late);
        return late;
    }

    private void assertCounted(int processed, int failures) {
        assertThat(judge.counter("processed"))
                .as("each job must be counted once")
                .isEqualTo(processed);
        assertThatPayloads(failed()).as("each failure must be recorded once").hasSize(failures);
    }

    private Map<String, Object> everythingOfOthers() {
        Map<String, Object> all = everythingButSteps();
        all.remove(key("workers:heartbeat"));
        return all;
    }

    @Test
    @WireRule("W-901")
    void aReserveWhoseAnswerWasLostGivesTheSameJobAgain() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        breaks(() -> session.reserve(of("high")), proxy.cutAfter(step()));
        assertThat(text(RECORD))
                .as("the server has carried out the reserve, so the record must hold the job")
                .contains(JOB.text());
        ReservedJob job = take(session, "high");
        assertThatPayload(job.payload())
                .as("the next reserve must return the job whose answer was lost")
                .isEqualTo(JOB);
        assertThatPayloads(queue("high")).containsExactly(OTHER);
        assertThat(session.settle(done(job))).isTrue();
        assertThatPayload(take(session, "high").payload()).isEqualTo(OTHER);
        assertCounted(1, 0);
    }

    @Test
    @WireRule({"W-901", "W-402"})
    void aReserveThatNeverArrivedTakesNothing() {
        WorkerSession session = session();
        push("high", JOB);
        breaks(() -> session.reserve(of("high")), proxy.cutBefore(step()));
        rule("W-402");
        assertThatPayloads(queue("high"))
                .as("taking a job and recording it must be one request: until it arrives, the job must be in its queue")
                .containsExactly(JOB);
        assertThatPayload(take(session, "high").payload()).isEqualTo(JOB);
    }

    @Test
    @WireRule("W-902")
    void aSettleWhoseAnswerWasLostCountsOnce() {
        WorkerSession session = session();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        breaks(() -> session.settle(failed(job)), proxy.cutAfter(step()));
        assertCounted(1, 1);
        assertThat(session.settle(failed(job))).as("settle must return true").isTrue();
        assertCounted(1, 1);
        assertThat(text(RECORD)).isNull();
    }

    @Test
    @WireRule("W-902")
    void aSettleThatNeverArrivedIsMadeAgain() {
        WorkerSession session = session();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        breaks(() -> session.settle(failed(job)), proxy.cutBefore(step()));
        assertCounted(0, 0);
        assertThat(session.settle(failed(job))).isTrue();
        assertCounted(1, 1);
    }

    @Test
    @WireRule({"W-901", "W-902"})
    void aSettleAndReserveWhoseAnswerWasLostDoesBothOnce() {
        WorkerSession session = session();
        push("high", JOB, OTHER, JOB);
        ReservedJob job = take(session, "high");
        breaks(() -> session.settleAndReserve(failed(job), of("high")), proxy.cutAfter(step()));
        assertThatPayload(job(session.settleAndReserve(failed(job), of("high"))).payload())
                .as("a second settleAndReserve must return the job that the first one took")
                .isEqualTo(OTHER);
        rule("W-902");
        assertCounted(1, 1);
        assertThatPayloads(queue("high")).containsExactly(JOB);
    }

    @Test
    @WireRule({"W-901", "W-902"})
    void aSettleAndReserveAsyncWhoseAnswerWasLostSaysSoAndDoesBothOnce() {
        WorkerSession session = session();
        push("high", JOB, OTHER, JOB);
        ReservedJob job = take(session, "high");
        breaks(() -> answer(session.settleAndReserveAsync(failed(job), of("high"))), proxy.cutAfter(step()));
        assertThatPayload(job(answer(session.settleAndReserveAsync(failed(job), of("high"))))
                        .payload())
                .as("a second settleAndReserveAsync must return the job that the first one took")
                .isEqualTo(OTHER);
        rule("W-902");
        assertCounted(1, 1);
        assertThatPayloads(queue("high")).containsExactly(JOB);
    }

    @Test
    @WireRule("W-902")
    void aPutBackWhoseAnswerWasLostIsDoneOnce() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        breaks(() -> session.putBack(job, List.of()), proxy.cutAfter(step()));
        assertThat(session.putBack(job, List.of())).isTrue();
        assertThatPayloads(queue("high")).containsExactly(JOB, OTHER);
    }

    @Test
    @WireRule("W-903")
    void bytesThatArriveTwiceHaveNoEffectTheSecondTime() {
        WorkerSession session = session();
        push("high", JOB, OTHER, JOB);
        ReservedJob first = twice(() -> take(session, "high"));
        assertThatPayloads(queue("high"))
                .as("a reserve that arrives twice must take only one job")
                .containsExactly(OTHER, JOB);
        assertThat(twice(() -> session.settle(failed(first)))).isTrue();
        assertCounted(1, 1);
        ReservedJob second = take(session, "high");
        ReservedJob third = twice(() -> job(session.settleAndReserve(failed(second), of("high"))));
        assertCounted(2, 2);
        assertThatPayload(third.payload()).isEqualTo(JOB);
        assertThat(twice(() -> session.putBack(third, List.of()))).isTrue();
        assertThatPayloads(queue("high")).containsExactly(JOB);
        assertThat(text(RECORD)).isNull();
    }

    private <T> T twice(Supplier<T> call) {
        Fault.Duplicated twice = proxy.duplicate(step());
        T answer = call.get();
        twice.awaitDuplicated(LIMIT);
        return answer;
    }

    @Test
    @WireRule("W-904")
    void aReserveThatArrivesLateTakesNothing() {
        WorkerSession session = session();
        push("high", JOB);
        Fault.Held late = late(() -> session.reserve(of("high")));
        ReservedJob job = take(session, "high");
        push("high", OTHER);
        assertThat(session.settle(done(job))).isTrue();
        hasNoEffect(late);
        assertThatPayloads(queue("high"))
                .as("the worker has left, so a late reserve must not take a job")
                .containsExactly(OTHER);
    }

    @Test
    @WireRule("W-904")
    void aReserveThatArrivesLateDoesNotReplaceTheHeldJob() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        Fault.Held late = late(() -> session.reserve(of("high")));
        ReservedJob job = take(session, "high");
        hasNoEffect(late);
        assertThat(take(session, "high")).isEqualTo(job);
    }

    @Test
    @WireRule("W-904")
    void aReserveThatWasGivenUpSilentlyTakesNothing() {
        WorkerSession session = session();
        push("high", JOB);
        Fault.Held late = proxy.holdSilently(step());
        breaks(() -> session.reserve(of("high")), late);
        ReservedJob job = take(session, "high");
        push("high", OTHER);
        session.settle(done(job));
        hasNoEffect(late);
    }

    @Test
    @WireRule("W-904")
    void aSettleThatArrivesLateHasNoEffect() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        ReservedJob job = take(session, "high");
        Fault.Held late = late(() -> session.settleAndReserve(failed(job), of("high")));
        assertThat(session.settle(failed(job))).isTrue();
        assertCounted(1, 1);
        ReservedJob next = take(session, "high");
        hasNoEffect(late);
        assertThat(take(session, "high")).isEqualTo(next);
        assertThatPayload(next.payload()).isEqualTo(OTHER);
    }

    @Test
    @WireRule("W-904")
    void aPutBackThatArrivesLateHasNoEffect() {
        WorkerSession session = session();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Fault.Held late = late(() -> session.putBack(job, List.of()));
        assertThat(session.putBack(job, List.of())).isTrue();
        assertThat(session.settle(done(take(session, "high")))).isTrue();
        hasNoEffect(late);
    }

    @Test
    @WireRule("W-904")
    void aRewriteThatArrivesLateHasNoEffect() {
        WorkerSession session = session();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        Fault.Held late = late(() -> session.rewrite(job, OTHER));
        assertThat(session.rewrite(job, Payload.ofText("{\"class\":\"C\"}"))).isTrue();
        hasNoEffect(late);
    }

    @Test
    @WireRule("W-905")
    void stepsThatArriveAfterUnregisterHaveNoEffect() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        Fault.Held lateReserve = late(() -> session.reserve(of("high")));
        ReservedJob job = take(session, "high");
        Fault.Held lateSettle = late(() -> session.settle(failed(job)));
        assertThat(session.settle(failed(job))).isTrue();
        Fault.Held lateEnd = late(session::unregister);
        assertThat(session.unregister()).isEmpty();
        hasNoEffect(lateReserve);
        hasNoEffect(lateSettle);
        hasNoEffect(lateEnd);
        assertThat(everything().keySet()).noneMatch(key -> key.contains(ID));
        assertThatPayloads(queue("high")).containsExactly(OTHER);
    }

    @Test
    @WireRule("W-905")
    void stepsThatArriveAfterALaterRegistrationOfTheSameIdHaveNoEffect() {
        WorkerSession session = session();
        push("high", JOB, OTHER);
        Fault.Held lateReserve = late(() -> session.reserve(of("high")));
        ReservedJob job = take(session, "high");
        Fault.Held lateSettle = late(() -> session.settle(failed(job)));
        assertThat(session.settle(failed(job))).isTrue();
        Fault.Held lateEnd = late(session::unregister);
        assertThat(session.unregister()).isEmpty();
        WorkerSession successor = register(remote, ID);
        hasNoEffect(lateReserve);
        assertThatPayloads(queue("high")).containsExactly(OTHER);
        ReservedJob held = take(successor, "high");
        hasNoEffect(lateSettle);
        hasNoEffect(late(() -> session.settleAndReserve(done(held), of("high"))));
        assertThat(successor.settle(done(held))).isTrue();
        hasNoEffect(lateEnd);
        assertThat(successor.reserve(of("high")))
                .as("a late request of the old session must not touch the new session, which holds no job")
                .isEqualTo(Reservation.EMPTY);
    }

    @Test
    @WireRule("W-905")
    void aRegistrationThatArrivesLateHasNoEffect() {
        session().unregister();
        Fault.Held late = proxy.holdAndCut(naming("workers"));
        String record = RECORD + ":started";
        BackendUnavailableException e = catchThrowableOfType(
                BackendUnavailableException.class,
                () -> remote.workers().register(new WorkerRegistration(inspect(ID), STARTED, Map.of())));
        assertThat(e).as("registering broke").isNotNull();
        late.awaitCaught(LIMIT);
        assertThat(text(record)).isNull();
        WorkerSession session = register(remote, ID);
        push("high", JOB);
        hasNoEffect(late);
        assertThatPayload(take(session, "high").payload()).isEqualTo(JOB);
    }

    private void hasNoEffect(Fault.Held late) {
        Map<String, Object> before = everythingOfOthers();
        late.release();
        assertThat(everythingOfOthers())
                .as("the client has gone on since it sent this request; the server must not act on it")
                .isEqualTo(before);
    }

    @Test
    @WireRule("W-906")
    void aPushIsNeverSentTwice() {
        push(remote, "warm", JOB);
        breaks(() -> push(remote, "high", JOB), proxy.cutAfter(naming("queue:high")));
        assertThatPayloads(queue("high"))
                .as("the request must be carried out once")
                .containsExactly(JOB);
        breaks(() -> push(remote, "high", OTHER), proxy.cutBefore(naming("queue:high")));
        assertThatPayloads(queue("high"))
                .as("the request must not be carried out")
                .containsExactly(JOB);
        push(remote, "high", OTHER);
        assertThatPayloads(queue("high")).containsExactly(JOB, OTHER);
    }

    @Test
    @WireRule("W-907")
    void aWaiterOutlivesABrokenLine() throws Exception {
        WorkerSession session = session();
        AtomicReference<Reservation> got = new AtomicReference<>(Reservation.EMPTY);
        Thread waiter = new Thread(() -> got.set(awaitThroughFaults(session)), "kit-waiter");
        waiter.start();
        Eventually.until("await waits", LIMIT, () -> waits(waiter));
        proxy.cutAll();
        push("high", JOB);
        waiter.join(LIMIT.toMillis());
        assertThatPayload(job(got.get()).payload()).isEqualTo(JOB);
    }

    private static Reservation awaitThroughFaults(WorkerSession session) {
        Reservation answer = Reservation.EMPTY;
        while (answer.state() == Reservation.State.EMPTY) {
            try {
                answer = session.await(of("high"), LIMIT);
            } catch (BackendUnavailableException e) {
                // allowed once, since the connection is cut; the next await must open a new one
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return answer;
    }

    @Test
    @WireRule("W-908")
    void aServerThatForgotTheScriptsIsTaughtAgain() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            WorkerSession session = warmUp(register(other, ID), other);
            push(other, "high", JOB, OTHER);
            client.call("SCRIPT", "FLUSH");
            ReservedJob job = take(session, "high");
            client.call("SCRIPT", "FLUSH");
            assertThat(session.settle(done(job))).isTrue();
            client.call("SCRIPT", "FLUSH");
            assertThat(other.workers().heartbeat(List.of(session))).isEmpty();
            client.call("SCRIPT", "FLUSH");
            assertThat(session.unregister()).isEmpty();
            assertThat(client.text("GET", key("stat:processed"))).isEqualTo("1");
        }
    }

    @Test
    @WireRule("W-909")
    void aSessionOutlivesARestartOfTheServer() {
        try (RedisServer own = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                QueueBackend other = open(own.url())) {
            WorkerSession session = register(other, ID);
            push(other, "high", JOB, OTHER);
            ReservedJob job = take(session, "high");
            own.kill();
            // A connection that is tested before each use would hide from the backend that the server was away.
            try {
                session.reserve(of("high"));
            } catch (BackendUnavailableException e) {
                // as it must be; W-910 judges it
            }
            own.restart();
            AtomicReference<Reservation> answer = new AtomicReference<>(Reservation.EMPTY);
            Eventually.until("the backend must connect again after the restart", LIMIT, () -> {
                try {
                    answer.set(session.reserve(of("high")));
                    return true;
                } catch (BackendUnavailableException e) {
                    return false;
                }
            });
            assertThat(job(answer.get()))
                    .as("await must return the job that the session held before")
                    .isEqualTo(job);
            assertThatPayload(
                            job(session.settleAndReserve(done(job), of("high"))).payload())
                    .isEqualTo(OTHER);
            assertThat(other.workers().heartbeat(List.of(session))).isEmpty();
        }
    }

    @Test
    @WireRule("W-910")
    void whereNobodyListensNothingWasSent() {
        int port = Sockets.freePort();
        BackendUnavailableException e = catchThrowableOfType(
                BackendUnavailableException.class, () -> push(open("redis://127.0.0.1:" + port + "/0"), "high", JOB));
        assertThat(e).as("open or the first call must throw").isNotNull();
        assertThat(e.maybeApplied())
                .as("nothing was sent, so maybeApplied must be false")
                .isFalse();
        assertThat(e).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    @WireRule("W-911")
    void aFullServerTakesNoJobFromItsQueue() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            WorkerSession session = warmUp(register(other, ID), other);
            push(other, "high", JOB, OTHER);
            client.call("CONFIG", "SET", "maxmemory", 1);
            refusedWithoutATrace(client, () -> session.reserve(of("high")));
            refusedWithoutATrace(client, () -> push(other, "new", JOB));
            client.call("CONFIG", "SET", "maxmemory", 0);
            ReservedJob job = take(session, "high");
            assertThatPayload(job.payload()).isEqualTo(JOB);
            client.call("CONFIG", "SET", "maxmemory", 1);
            refusedWithoutATrace(client, () -> session.settle(failed(job)));
            refusedWithoutATrace(client, () -> session.putBack(job, List.of()));
            refusedWithoutATrace(client, () -> session.putBack(job, List.of(new Effect.Count(true, true))));
            WorkerSnapshot seen = other.workers().inspect(List.of(ID)).get(0);
            Recovery counted = new Recovery(seen, List.of(new Effect.Count(true, true)), null);
            refusedWithoutATrace(client, () -> other.workers().recover(counted));
            // The job has died as often as it can, so it is not requeued: it ends.
            Recovery.Requeue last = new Recovery.Requeue("high", JOB, List.of(), 1, Duration.ofHours(1));
            Recovery ends = new Recovery(seen, failure(FAILURE), last);
            refusedWithoutATrace(client, () -> other.workers().recover(ends));
            client.call("CONFIG", "SET", "maxmemory", 0);
            assertThat(session.settle(failed(job))).isTrue();
            assertThat(client.texts("LRANGE", key("failed"), 0, -1)).containsExactly(FAILURE.text());
        }
    }

    @Test
    @WireRule("W-912")
    void aReplicaTakesNothing() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            WorkerSession session = warmUp(register(other, ID), other);
            push(other, "high", JOB);
            client.call("REPLICAOF", "127.0.0.1", Sockets.freePort());
            refusedWithoutATrace(client, () -> push(other, "high", OTHER));
            refusedWithoutATrace(client, () -> session.reserve(of("high")));
            refusedWithoutATrace(client, () -> other.workers().heartbeat(List.of(session)));
            client.call("REPLICAOF", "NO", "ONE");
            assertThatPayload(take(session, "high").payload()).isEqualTo(JOB);
        }
    }

    private void refusedWithoutATrace(RespClient client, ThrowingCallable call) {
        Map<String, Object> before = client.dump(namespace + ":");
        assertThatThrownBy(call, "the server answered with an error, so the call must throw a BackendException")
                .isInstanceOf(BackendException.class)
                .as("the server answered, so the exception must not be a BackendUnavailableException")
                .isNotInstanceOf(BackendUnavailableException.class);
        assertThat(client.dump(namespace + ":"))
                .as("the server refuses writes: nothing must be half done")
                .isEqualTo(before);
    }

    @Test
    @WireRule("W-913")
    void messagesHoldNoSecret() {
        try (RedisServer own = RedisServer.start("--requirepass", "s3cret")) {
            AtomicReference<String> endpoint = new AtomicReference<>("");
            assertThatThrownBy(
                            () -> {
                                QueueBackend wrong = open("redis://:wr0ng@127.0.0.1:" + own.port() + "/0");
                                endpoint.set(wrong.endpoint());
                                push(wrong, "high", JOB);
                            },
                            "the server answered, so this must be a BackendException; no password must be in it")
                    .isInstanceOf(BackendException.class)
                    .isNotInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("wr0ng");
            assertThat(endpoint.get()).doesNotContain("wr0ng");
            QueueBackend right = open(own.url());
            push(right, "high", JOB);
            assertThat(right.endpoint()).contains("127.0.0.1:" + own.port()).doesNotContain("s3cret");
        }
    }
}
