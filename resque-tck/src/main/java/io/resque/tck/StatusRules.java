package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Statuses as php-resque keeps them. */
abstract class StatusRules extends BackendRules {
    private static final String KEY = "job:t-1:status";
    private static final Instant THEN = Instant.ofEpochSecond(1_795_361_599L);

    StatusRules(QueueBackendTck kit) {
        super(kit);
    }

    private boolean write(JobState state, @Nullable String result, @Nullable Duration expiry) {
        Payload json = result == null ? null : Payload.ofText(result);
        return backend.statuses().write(new StatusChange("t-1", state, json, expiry));
    }

    private void stands(String record) {
        redis.call("SET", key(KEY), record);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-701")
    void waitingCreatesTheRecord() {
        long before = now().getEpochSecond();
        assertThat(write(JobState.WAITING, null, null)).isTrue();
        String record = String.valueOf(text(KEY));
        assertThat(record).matches("\\{\"status\":1,\"updated\":(\\d+),\"started\":\\1,\"result\":null\\}");
        assertThat(Long.parseLong(record.replaceAll(".*\"updated\":(\\d+).*", "$1")))
                .as("the time is the server's")
                .isBetween(before, now().getEpochSecond());
        assertThat(redis.number("TTL", key(KEY)))
                .as("a waiting job's status does not expire")
                .isEqualTo(-1);
        assertThat(backend.statuses().find("t-1"))
                .get()
                .extracting(StatusRecord::state)
                .isEqualTo(JobState.WAITING);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-702")
    void laterStatesKeepTheStart() {
        stands("{\"status\":1,\"updated\":1795361599,\"started\":1795361599,\"result\":null}");
        assertThat(write(JobState.RUNNING, null, null)).isTrue();
        assertThat(text(KEY)).matches("\\{\"status\":2,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
        assertThat(redis.number("TTL", key(KEY))).isEqualTo(-1);
        assertThat(write(JobState.COMPLETE, "{\"a\":[1,\"é\"]}", Duration.ofDays(1)))
                .isTrue();
        assertThat(text(KEY))
                .matches(
                        "\\{\"status\":4,\"updated\":\\d+,\"started\":1795361599,\"result\":\\{\"a\":\\[1,\"é\"\\]\\}\\}");
        assertThat(redis.number("TTL", key(KEY))).isBetween(86_390L, 86_400L);
        StatusRecord found = backend.statuses().find("t-1").orElseThrow();
        assertThat(found.state()).isEqualTo(JobState.COMPLETE);
        assertThat(found.started()).isEqualTo(THEN);
        assertThat(found.result()).isEqualTo(Payload.ofText("{\"a\":[1,\"é\"]}"));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-702")
    void theOlderRecordGivesItsOnlyTimeAsTheStart() {
        stands("{\"status\":1,\"updated\":1795361599}");
        assertThat(write(JobState.FAILED, null, Duration.ofDays(1))).isTrue();
        assertThat(text(KEY)).matches("\\{\"status\":3,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-703")
    void bothShapesOfPhpAreRead() {
        stands("{\"status\":2,\"updated\":1795361599}");
        assertThat(backend.statuses().find("t-1"))
                .as("the older shape, after its first update")
                .contains(new StatusRecord(JobState.RUNNING, THEN, null, null));
        stands("{\"status\":1,\"updated\":1795361600,\"started\":1795361599}");
        assertThat(backend.statuses().find("t-1"))
                .as("the older shape, waiting")
                .contains(new StatusRecord(JobState.WAITING, THEN.plusSeconds(1), THEN, null));
        stands("{\"status\":4,\"updated\":1795361600,\"started\":1795361599,\"result\":\"done\"}");
        assertThat(backend.statuses().find("t-1"))
                .as("the newer shape")
                .contains(new StatusRecord(JobState.COMPLETE, THEN.plusSeconds(1), THEN, Payload.ofText("\"done\"")));
        stands("{\"status\":\"3\",\"updated\":1795361599}");
        assertThat(backend.statuses().find("t-1"))
                .as("a state that PHP was given as a string")
                .contains(new StatusRecord(JobState.FAILED, THEN, null, null));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-704")
    void whatCannotBeReadIsNoStatus() {
        for (String record : List.of(
                "junk", "", "{}", "null", "{\"status\":99,\"updated\":1795361599}", "{\"status\":0,\"updated\":1}")) {
            stands(record);
            assertThat(backend.statuses().find("t-1"))
                    .as("status record <%s>", record)
                    .isEmpty();
        }
        assertThat(backend.statuses().find("unknown")).isEmpty();
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-705")
    void aJobThatHasEndedIsNotRunningAgain() {
        for (String record : List.of(
                "{\"status\":4,\"updated\":1795361599,\"started\":1795361599,\"result\":1}",
                "{\"status\":3,\"updated\":1795361599}",
                "{\"status\":\"4\",\"updated\":1795361599}")) {
            stands(record);
            assertThat(write(JobState.RUNNING, null, null))
                    .as("RUNNING after %s comes late and must not be written", record)
                    .isFalse();
            assertThat(text(KEY)).isEqualTo(record);
        }
    }

    @Test
    @WireRule("W-706")
    void anUnknownTokenIsNotUpdated() {
        for (JobState state : List.of(JobState.RUNNING, JobState.FAILED, JobState.COMPLETE)) {
            assertThat(write(state, null, null)).isFalse();
        }
        assertThat(everything()).as("only WAITING creates a record").isEmpty();
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-707")
    void waitingStartsARecordAnew() {
        redis.call("SET", key(KEY), "{\"status\":4,\"updated\":1,\"started\":1,\"result\":7}", "EX", 100);
        assertThat(write(JobState.WAITING, null, null)).isTrue();
        assertThat(text(KEY)).matches("\\{\"status\":1,\"updated\":(\\d{10}),\"started\":\\1,\"result\":null\\}");
        assertThat(redis.number("TTL", key(KEY)))
                .as("the old expiry must not stay")
                .isEqualTo(-1);
    }

    @Test
    @WireRule({"W-706", "W-708"})
    void removeStopsTracking() {
        write(JobState.WAITING, null, null);
        assertThat(backend.statuses().remove("t-1")).isTrue();
        assertThat(backend.statuses().remove("t-1")).isFalse();
        assertThat(write(JobState.COMPLETE, "1", null)).isFalse();
        assertThat(everything()).isEmpty();
    }

    @Test
    @WireRule("W-705")
    void runningIsNotWrittenOverAnEnd() {
        for (JobState end : List.of(JobState.FAILED, JobState.COMPLETE)) {
            write(JobState.WAITING, null, null);
            assertThat(write(end, null, null)).isTrue();
            assertThat(write(JobState.RUNNING, null, null))
                    .as("RUNNING after %s comes late and must not be written", end)
                    .isFalse();
            assertThat(judge.status("t-1")).isEqualTo(end.code());
        }
    }

    @Test
    @WireRule("W-707")
    void waitingForgetsTheResult() {
        write(JobState.WAITING, null, null);
        write(JobState.COMPLETE, "7", Duration.ofDays(1));
        assertThat(backend.statuses().find("t-1").orElseThrow().result()).isEqualTo(Payload.ofText("7"));
        assertThat(write(JobState.WAITING, null, null)).isTrue();
        StatusRecord anew = backend.statuses().find("t-1").orElseThrow();
        assertThat(anew.state()).isEqualTo(JobState.WAITING);
        assertThat(anew.result())
                .as("WAITING starts the record anew, so nothing of the old one must stay")
                .isNull();
    }
}
