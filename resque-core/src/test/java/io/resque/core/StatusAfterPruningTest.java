package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.internal.subscription.Subscribed;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ruby prunes a worker of ours: it files the job, removes what it knows of the worker, and leaves the status. */
class StatusAfterPruningTest {
    private static final String PAYLOAD =
            "{\"class\":\"A\",\"args\":[{\"n\":1}],\"id\":\"t\",\"prefix\":\"\",\"queue_time\":1.5}";
    private static final String DEAD = "elsewhere:77:high";
    private static final Map<String, String> ELSEWHERE =
            Map.of("host", "elsewhere", "boot", "b", "pidns", "pid:[1]", "pid", "1");

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(SERVER.url(), redis.namespace));

    @AfterEach
    void clear() {
        backend.close();
        redis.clear();
    }

    private void reserve() {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        WorkerSession session = backend.workers()
                .register(new WorkerRegistration(
                        backend.workers().inspect(List.of(DEAD)).get(0), "long ago", ELSEWHERE))
                .orElseThrow();
        assertThat(session.reserve(Subscribed.to("high")).state()).isEqualTo(Reservation.State.JOB);
    }

    private void state(JobState state) {
        backend.statuses().write(new StatusChange("t", JobState.WAITING, null, null));
        backend.statuses().write(new StatusChange("t", state, null, null));
    }

    /** In the order of Ruby's pruning. */
    private void pruneAsRuby(String id, String list) {
        String job = CLIENT.text("GET", redis.key("worker:" + id));
        String payload = job.replaceFirst(".*\"payload\":(.*)\\}$", "$1");
        CLIENT.call(
                "RPUSH",
                redis.key(list),
                "{\"failed_at\":\"2026/11/29 08:37:27 UTC\",\"payload\":" + payload
                        + ",\"exception\":\"Resque::PruneDeadWorkerDirtyExit\",\"error\":\"Worker " + id
                        + " did not gracefully exit while processing A\",\"backtrace\":[],\"worker\":\"" + id
                        + "\",\"queue\":\"high\"}");
        CLIENT.call("SREM", redis.key("workers"), id);
        CLIENT.call("DEL", redis.key("worker:" + id));
        CLIENT.call("DEL", redis.key("worker:" + id + ":started"));
        CLIENT.call("HDEL", redis.key("workers:heartbeat"), id);
        CLIENT.call("DEL", redis.key("stat:processed:" + id));
        CLIENT.call("DEL", redis.key("stat:failed:" + id));
    }

    private void recover(ResqueBuilder builder) {
        try (Resque resque = builder.build()) {
            resque.recoverDeadWorkers(); // which looks when it was last heard of
            long now = CLIENT.number("EVAL", "return redis.call('TIME')[1]", 0);
            CLIENT.call(
                    "HSET",
                    redis.key("workers:heartbeat"),
                    DEAD,
                    DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                            Instant.ofEpochSecond(now - 302).atOffset(ZoneOffset.UTC)));
            assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        }
    }

    private void assertFailed() {
        assertThat(CLIENT.text("GET", redis.key("job:t:status"))).startsWith("{\"status\":3,");
        assertThat(CLIENT.number("TTL", redis.key("job:t:status"))).isBetween(86_300L, 86_400L);
    }

    @Test
    @WireRule("W-716")
    void theStatusOfAJobThatRubyHasFiledIsFailed() {
        reserve();
        state(JobState.RUNNING);
        pruneAsRuby(DEAD, "failed");
        CLIENT.call(
                "RPUSH",
                redis.key("failed"),
                "{\"exception\":\"X\",\"worker\":\"" + DEAD + "\",\"payload\":{\"class\":\"A\",\"id\":\"other\"}}");
        recover(redis.builder());
        assertFailed();
        assertThat(CLIENT.number("LLEN", redis.key("failed")))
                .as("Ruby's own record, and one of before")
                .isEqualTo(2);
        assertThat(redis.dump().keySet()).noneMatch(key -> key.contains(DEAD));
        assertThat(CLIENT.number("HEXISTS", redis.key("java:sessions"), DEAD)).isZero();
    }

    /** It slept, Ruby filed its job, it woke, and its heartbeat put its id back. */
    @Test
    @WireRule("W-716")
    void alsoOfAWorkerThatWasBackForAMoment() {
        reserve();
        state(JobState.RUNNING);
        pruneAsRuby(DEAD, "failed");
        CLIENT.call("SADD", redis.key("workers"), DEAD);
        recover(redis.builder());
        assertFailed();
    }

    @Test
    void aJobWhoseRecordAnotherProgramDeletedWithoutAFailureIsSaidToBeLost() {
        reserve();
        CLIENT.call("DEL", redis.key("worker:" + DEAD));
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            recover(redis.builder());
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN Pruning dead worker: " + DEAD + " (its job is lost: "));
        }
    }

    @Test
    @WireRule("W-716")
    void alsoWhereRubyFilesByQueueAndTheStatusIsElsewhere() {
        reserve();
        state(JobState.RUNNING);
        pruneAsRuby(DEAD, "high_failed");
        CLIENT.call("SADD", redis.key("failed_queues"), "high_failed");
        StatusStore apart = new JedisBackendProvider().openStatuses(new BackendConfig(SERVER.url(), redis.namespace));
        recover(redis.builder().statusStore(apart));
        assertFailed();
    }

    @Test
    @WireRule("W-716")
    void oneThatHasEndedStays() {
        reserve();
        state(JobState.COMPLETE);
        String ended = CLIENT.text("GET", redis.key("job:t:status"));
        pruneAsRuby(DEAD, "failed");
        recover(redis.builder());
        assertThat(CLIENT.text("GET", redis.key("job:t:status"))).isEqualTo(ended);
    }

    private void liveWorkerIsPruned(JobState end) {
        state(JobState.WAITING);
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        try (Resque resque = redis.builder().build()) {
            resque.workerBuilder("high")
                    .register("A", () -> context -> {
                        pruneAsRuby(
                                CLIENT.texts("SMEMBERS", redis.key("workers")).get(0), "failed");
                        if (end == JobState.FAILED) {
                            throw new IllegalStateException("boom");
                        }
                    })
                    .drain();
        }
        assertThat(CLIENT.text("GET", redis.key("job:t:status"))).startsWith("{\"status\":" + end.code() + ",");
    }

    @Test
    @WireRule("W-716")
    void aWorkerThatLivesEndsTheStatusItself() {
        liveWorkerIsPruned(JobState.COMPLETE);
        liveWorkerIsPruned(JobState.FAILED);
    }

    @Test
    @WireRule({"W-433", "W-715"})
    void theStatusOfAJobThatIsPutBackExpiresAsThatOfAnyThatWaits() {
        reserve();
        state(JobState.RUNNING);
        recover(redis.builder().requeueAfterWorkerDeath(2).waitingStatusExpiry(Duration.ofHours(1)));
        assertThat(CLIENT.text("GET", redis.key("job:t:status"))).startsWith("{\"status\":1,");
        assertThat(CLIENT.number("TTL", redis.key("job:t:status"))).isBetween(3_500L, 3_600L);
        assertThat(redis.queue("high")).containsExactly(PAYLOAD);
    }
}
