package io.resque.core.internal.fleet;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.GSON;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailureListLayout;
import io.resque.api.JobState;
import io.resque.api.RetryKeys;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.ResqueBuilder;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.failure.FiledElsewhere;
import io.resque.core.internal.failure.Retries;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.status.LateStatuses;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.subscription.Subscribed;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.tck.WireRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;
import org.mockito.Mockito;

class WorkerRegistrarTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.9Z"), ZoneOffset.UTC);
    private static final QueueList QUEUES = QueueList.of("high", "low");
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String PAYLOAD =
            "{\"class\":\"My_Job\",\"args\":[1.0,\"é\"],\"id\":\"" + TOKEN + "\",\"queue_time\":1.5}";

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(SERVER.url(), redis.namespace));
    private final ProcessIdentity ids = new ProcessIdentity(
            "vm", ProcessHandle.current().pid(), LocalProcesses.ofThisMachine().attributes());
    private final String first = ids.id(QUEUES, 1);
    private final String second = ids.id(QUEUES, 2);

    @AfterEach
    void clear() {
        backend.close();
        redis.clear();
    }

    private Supplier<WorkerSession> registrar(StatusStore store) {
        RecoveryPolicy policy = new RecoveryPolicy(RecoveryPolicy.DEAD_AFTER, 1, false, true);
        FailureSettings settings = new FailureSettings(
                FailureListLayout.COMMON, null, null, ResqueBuilder.DEFAULT_BACKTRACE_LIMIT, List.of());
        WorkerRecovery recovery = new WorkerRecovery(
                backend.workers(),
                new FailureLog(backend.failures(), GSON, CLOCK, settings, Long.MAX_VALUE),
                new PayloadReader(GSON),
                new StatusUpdates(
                        store, store == backend.statuses(), Duration.ofHours(1), null, new LateStatuses(store), GSON),
                policy,
                new Retries(GSON, () -> 0.5, true, new RubyRetries(GSON, RetryKeys.NONE, (name, now) -> 0)),
                new PublishedPolicies(backend.workers(), GSON),
                payload -> Optional.empty(),
                () -> new FiledElsewhere(backend.failures(), GSON, Long.MAX_VALUE));
        WorkerRegistrar registrar =
                new WorkerRegistrar(backend.workers(), () -> Liveness.fromHere(policy, id -> false), recovery, CLOCK);
        Supplier<String> next = ids.ids(QUEUES);
        return () -> registrar.register(next, ids.attributes(), ListenerChain.ofResque());
    }

    @Test
    @WireRule("W-453")
    void idWhoseSessionStandsIsLeftAloneWhateverOthersHaveRemoved() {
        backend.queues().push(new Push("high", List.of(Payload.ofText(PAYLOAD)), List.of()));
        WorkerSession living = register(first);
        assertThat(living.reserve(Subscribed.to("high", "low")).state()).isEqualTo(Reservation.State.JOB);
        CLIENT.call("SREM", redis.key("workers"), first);
        CLIENT.call("HDEL", redis.key("workers:heartbeat"), first);
        assertThat(registrar().get().id()).isEqualTo(second);
        assertThat(CLIENT.texts("LRANGE", redis.key("failed"), 0, -1)).isEmpty();
        assertThat(backend.workers().heartbeat(List.of(living)))
                .as("it goes on")
                .isEmpty();
    }

    private WorkerSession register(String id) {
        return backend.workers()
                .register(new WorkerRegistration(
                        backend.workers().inspect(List.of(id)).get(0),
                        "long ago",
                        Map.of("host", "elsewhere", "boot", "b", "pidns", "pid:[1]", "pid", "1")))
                .orElseThrow();
    }

    private Supplier<WorkerSession> registrar() {
        return registrar(backend.statuses());
    }

    private void beat(String id, String heartbeat) {
        CLIENT.call("HSET", redis.key("workers:heartbeat"), id, heartbeat);
    }

    private void beatBefore(String id, long seconds) {
        long now = CLIENT.number("EVAL", "return redis.call('TIME')[1]", 0);
        beat(
                id,
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        Instant.ofEpochSecond(now - seconds).atOffset(ZoneOffset.UTC)));
    }

    private void announce(String id) {
        CLIENT.call("SADD", redis.key("workers"), id);
    }

    private List<String> failures() {
        return CLIENT.texts("LRANGE", redis.key("failed"), 0, -1);
    }

    @Test
    void registersAsRubyDoes() {
        WorkerSession session = registrar().get();
        assertThat(session.id()).isEqualTo(first);
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly(first);
        assertThat(CLIENT.text("GET", redis.key("worker:" + first + ":started")))
                .isEqualTo("2026-01-02 03:04:05 +0000");
        assertThat(CLIENT.text("HGET", redis.key("workers:heartbeat"), first))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
        assertThat(backend.workers().inspect(List.of(first)).get(0).attributes())
                .isEqualTo(ids.attributes());
    }

    @Test
    void eachThreadGetsTheNextMarker() {
        Supplier<WorkerSession> registrar = registrar();
        assertThat(registrar.get().id()).isEqualTo(first);
        assertThat(registrar.get().id()).isEqualTo(second);
        assertThat(registrar().get().id()).as("of another worker in this JVM").isEqualTo(ids.id(QUEUES, 3));
    }

    @Test
    @WireRule("W-453")
    void idWithAFreshHeartbeatIsLeftToItsWorker() {
        beatBefore(first, 0);
        announce(first);
        Map<String, Object> before = redis.dump();
        assertThat(registrar().get().id()).isEqualTo(second);
        assertThat(redis.dump()).containsEntry(redis.key("worker:" + second + ":started"), "2026-01-02 03:04:05 +0000");
        assertThat(CLIENT.hash(redis.key("workers:heartbeat"))).containsAllEntriesOf(heartbeats(before));
    }

    @SuppressWarnings("unchecked") // as the kit's client dumps a hash
    private Map<String, String> heartbeats(Map<String, Object> dump) {
        return (Map<String, String>) dump.get(redis.key("workers:heartbeat"));
    }

    @Test
    void freshHeartbeatCountsWithoutARegistration() {
        beatBefore(first, 295);
        assertThat(registrar().get().id()).isEqualTo(second);
    }

    @Test
    void heartbeatOfTheFutureIsFresh() {
        beatBefore(first, -3_600);
        assertThat(registrar().get().id()).isEqualTo(second);
    }

    @Test
    void idOfADeadWorkerWithoutAJobIsUsedAgain() {
        beatBefore(first, 302);
        announce(first);
        CLIENT.call("SET", redis.key("worker:" + first + ":started"), "long ago");
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(failures()).isEmpty();
        assertThat(CLIENT.text("GET", redis.key("worker:" + first + ":started")))
                .isEqualTo("2026-01-02 03:04:05 +0000");
    }

    @Test
    @WireRule("W-453")
    void registrationWithoutAHeartbeatIsAPhpWorkers() {
        announce(first);
        CLIENT.call("SET", redis.key("worker:" + first), "{\"queue\":\"high\",\"run_at\":\"x\",\"payload\":{}}");
        assertThat(registrar().get().id()).isEqualTo(second);
        assertThat(failures()).isEmpty();
        assertThat(CLIENT.number("EXISTS", redis.key("worker:" + first))).isEqualTo(1);
    }

    @Test
    void heartbeatThatNobodyCanReadKeepsNoIdFromBeingUsed() {
        beat(first, "yesterday");
        announce(first);
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(CLIENT.text("HGET", redis.key("workers:heartbeat"), first)).endsWith("+00:00");
    }

    @Test
    void heartbeatsOfOtherFormatsAreRead() {
        beat(first, "2999-01-01T00:00:00.123Z");
        beat(second, "2999-01-01T00:00:00-05:00");
        assertThat(registrar().get().id()).isEqualTo(ids.id(QUEUES, 3));
    }

    private void holdAndDie() {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        WorkerSession dead = registrar().get();
        Reservation reserved = dead.reserve(Subscribed.to("high", "low"));
        assertThat(reserved.state()).isEqualTo(Reservation.State.JOB);
        backend.statuses().write(new StatusChange(TOKEN, JobState.WAITING, null, null));
        beatBefore(first, 302);
    }

    private String expectedFailure(String queue) {
        return "{\"failed_at\":\"2026/01/02 03:04:05 UTC\",\"payload\":" + PAYLOAD
                + ",\"exception\":\"Resque::PruneDeadWorkerDirtyExit\",\"error\":\"Worker " + first
                + " did not gracefully exit while processing My_Job\",\"backtrace\":[],\"worker\":\"" + first
                + "\",\"queue\":\"" + queue + "\"}";
    }

    @Test
    @WireRule("W-453")
    void jobOfADeadOneIsFailedBeforeItsIdIsUsedAgain() {
        holdAndDie();
        WorkerSession session = registrar().get();
        assertThat(session.id()).isEqualTo(first);
        assertThat(failures()).containsExactly(expectedFailure("high"));
        assertThat(CLIENT.text("GET", redis.key("job:" + TOKEN + ":status"))).startsWith("{\"status\":3,");
        assertThat(CLIENT.number("TTL", redis.key("job:" + TOKEN + ":status"))).isBetween(3_590L, 3_600L);
        assertThat(CLIENT.number("EXISTS", redis.key("worker:" + first))).isZero();
        assertThat(redis.queue("high")).isEmpty();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly(first);
        assertThat(session.reserve(Subscribed.to("high", "low")).state()).isEqualTo(Reservation.State.EMPTY);
    }

    /** A container that is started again in place has the same host name, PID namespace and pids. */
    @Test
    @WireRule("W-457")
    void afterARestartInPlaceTheIdIsUsedAgain() {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        Reservation reserved = registrar().get().reserve(Subscribed.to("high", "low"));
        assertThat(reserved.state()).isEqualTo(Reservation.State.JOB);
        boolean linux = ids.attributes().containsKey("start");
        if (!linux) {
            System.out.println("SKIPPED afterARestartInPlaceTheIdIsUsedAgain: no start of processes here");
        }
        Assumptions.assumeTrue(linux);
        CLIENT.call("HSET", redis.key("worker:" + first + ":java"), "start", "1");
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(failures()).containsExactly(expectedFailure("high"));
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly(first);
    }

    @Test
    @WireRule({"W-453", "W-716"})
    void afterARestartInPlaceTheStatusOfAJobThatRubyHasFiledIsFailed() {
        Assumptions.assumeTrue(ids.attributes().containsKey("start"));
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        Reservation reserved = registrar().get().reserve(Subscribed.to("high", "low"));
        assertThat(reserved.state()).isEqualTo(Reservation.State.JOB);
        backend.statuses().write(new StatusChange(TOKEN, JobState.WAITING, null, null));
        backend.statuses().write(new StatusChange(TOKEN, JobState.RUNNING, null, null));
        CLIENT.call("HSET", redis.key("worker:" + first + ":java"), "start", "1");
        CLIENT.call(
                "RPUSH",
                redis.key("failed"),
                expectedFailure("high").replace("2026/01/02 03:04:05", "2999/01/01 00:00:00"));
        CLIENT.call("SREM", redis.key("workers"), first);
        CLIENT.call("HDEL", redis.key("workers:heartbeat"), first);
        CLIENT.call("DEL", redis.key("worker:" + first), redis.key("worker:" + first + ":started"));
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(CLIENT.text("GET", redis.key("job:" + TOKEN + ":status"))).startsWith("{\"status\":3,");
        assertThat(failures()).as("Ruby's").hasSize(1);
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly(first);
    }

    @Test
    void deadSessionCannotSettleAnyMore() {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        WorkerSession dead = registrar().get();
        Reservation held = dead.reserve(Subscribed.to("high", "low"));
        beatBefore(first, 302);
        registrar().get();
        assertThat(dead.settle(new Settlement(held.job(), List.of(new Effect.Count(true, false)))))
                .isFalse();
        assertThat(failures()).hasSize(1);
        assertThat(CLIENT.text("GET", redis.key("stat:processed"))).isEqualTo("0");
    }

    @Test
    void jobOfADeadRubyWorkerIsFailedFromItsRecord() {
        beatBefore(first, 302);
        announce(first);
        CLIENT.call(
                "SET",
                redis.key("worker:" + first),
                "{\"queue\":\"low\",\"run_at\":\"2026-01-02T03:04:05Z\",\"payload\":" + PAYLOAD + "}");
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(failures()).containsExactly(expectedFailure("low"));
    }

    @Test
    void recordThatNobodyCanReadIsNotLostEither() {
        beatBefore(first, 302);
        CLIENT.call("SET", redis.key("worker:" + first), "{not json");
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(failures())
                .singleElement()
                .asString()
                .contains("\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw\":\"{not json\"}")
                .contains("did not gracefully exit while processing UnreadablePayload\"")
                .endsWith("\"queue\":\"unknown\"}");
    }

    @Test
    @Timeout(30)
    void idWhoseRecordIsNoTextIsLeftAlone() {
        CLIENT.call("RPUSH", redis.key("worker:" + first), "a list");
        assertThat(registrar().get().id()).isEqualTo(second);
        assertThat(CLIENT.texts("LRANGE", redis.key("worker:" + first), 0, -1)).containsExactly("a list");
    }

    @Test
    void recordLeftWithoutARegistrationIsFailedToo() {
        CLIENT.call("SET", redis.key("worker:" + first), "{\"queue\":\"low\",\"payload\":" + PAYLOAD + "}");
        assertThat(registrar().get().id()).isEqualTo(first);
        assertThat(failures()).containsExactly(expectedFailure("low"));
    }

    @Test
    void storeApartLearnsOfTheFailureAfterwards() {
        holdAndDie();
        StatusStore apart = Mockito.mock(StatusStore.class);
        registrar(apart).get();
        ArgumentCaptor<StatusChange> change = ArgumentCaptor.forClass(StatusChange.class);
        Mockito.verify(apart).write(change.capture());
        assertThat(change.getValue()).isEqualTo(new StatusChange(TOKEN, JobState.FAILED, null, Duration.ofHours(1)));
        assertThat(CLIENT.text("GET", redis.key("job:" + TOKEN + ":status")))
                .as("the backend's own store")
                .startsWith("{\"status\":1,");
    }
}
