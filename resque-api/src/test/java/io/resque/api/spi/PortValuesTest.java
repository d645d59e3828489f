package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The values that core and backends hand over: what each refuses, and what it says of itself. */
class PortValuesTest {
    private static final Payload PAYLOAD = Payload.ofText("é");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void payloadsAreEqualByTheirBytes() {
        assertThat(PAYLOAD)
                .isEqualTo(Payload.of(new byte[] {(byte) 0xC3, (byte) 0xA9}))
                .hasSameHashCodeAs(Payload.ofText("é"))
                .isNotEqualTo(Payload.ofText("e"))
                .isNotEqualTo("é")
                .hasToString("Payload[2 bytes]");
        assertThat(PAYLOAD.hashCode()).isNotEqualTo(Payload.ofText("e").hashCode());
        assertThat(PAYLOAD.size()).isEqualTo(2);
        assertThat(PAYLOAD.text()).isEqualTo("é");
    }

    @Test
    void aPayloadCannotBeChanged() {
        byte[] bytes = {'a'};
        Payload payload = Payload.of(bytes);
        bytes[0] = 'b';
        payload.toBytes()[0] = 'b';
        assertThat(payload.text()).isEqualTo("a");
    }

    @Test
    void aPushNeedsAPayload() {
        assertThatThrownBy(() -> new Push("mail", List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A push to \"mail\" has no payloads; give at least one");
        assertThat(new Push("mail", List.of(PAYLOAD), List.of()).onlyNew()).isFalse();
    }

    @Test
    void aSubscriptionTakesTheStandInAtLeast() {
        assertThatCode(() -> new Subscription(List.of(), "", "", 16_384)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Subscription(List.of(), "", "", 16_383))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPayload must be at least 16384 bytes, was 16383");
    }

    private static StatusChange change(String token, JobState state) {
        return new StatusChange(token, state, null, null);
    }

    @Test
    void aStatusExpiresAfterASecondAtTheSoonest() {
        assertThatCode(() -> new StatusChange("t", JobState.WAITING, null, Duration.ofSeconds(1)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new StatusChange("t", JobState.WAITING, null, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expiry must be at least a second, was PT0.999S");
    }

    @Test
    void aStatusExpiresAfterAHundredYearsAtTheLatest() {
        assertThatCode(() -> new StatusChange("t", JobState.WAITING, null, Duration.ofDays(36_500)))
                .doesNotThrowAnyException();
        Duration longer = Duration.ofDays(36_500).plusSeconds(1);
        assertThatThrownBy(() -> new StatusChange("t", JobState.WAITING, null, longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expiry must be at most 36500 days, was " + longer);
    }

    private static StatusRecord record(JobState state, Instant updated, @Nullable Instant started) {
        return new StatusRecord(state, updated, started, null);
    }

    @Test
    void anEndBelongsToARecordThatIsNotOlderThanTheJob() {
        assertThatThrownBy(() -> new StatusEnd(change("t", JobState.RUNNING), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("change must be FAILED or COMPLETE, was RUNNING");
        StatusEnd end = new StatusEnd(change("t", JobState.FAILED), NOON);
        Instant before = NOON.minusSeconds(1);
        assertThat(end.isOf(record(JobState.COMPLETE, NOON, null))).isTrue();
        assertThat(end.isOf(record(JobState.COMPLETE, before, null))).isFalse();
        assertThat(end.isOf(record(JobState.COMPLETE, before, NOON))).isTrue();
        assertThat(end.isOf(record(JobState.COMPLETE, NOON, before))).isFalse();
        assertThat(new StatusEnd(change("t", JobState.COMPLETE), null)
                        .isOf(record(JobState.COMPLETE, Instant.MIN, Instant.MIN)))
                .isTrue();
    }

    @Test
    void anEditPushesOrPutsBackWhatWasSetAside() {
        Push push = new Push("mail", List.of(PAYLOAD), List.of());
        FailureEdit.Aside aside = new FailureEdit.Aside("x", "mail");
        assertThatCode(() -> new FailureEdit(0, PAYLOAD, null, push)).doesNotThrowAnyException();
        assertThatCode(() -> new FailureEdit(0, PAYLOAD, null, null, aside)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new FailureEdit(0, PAYLOAD, null, push, aside))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A FailureEdit has either a push or a payload that was set aside, not both");
        Push tracked = new Push("mail", List.of(PAYLOAD), List.of(change("t", JobState.WAITING)));
        assertThatThrownBy(() -> new FailureEdit(0, PAYLOAD, null, tracked))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The push of a FailureEdit must have no statuses; write them by the StatusStore");
    }

    @Test
    void failureListsHaveNames() {
        assertThat(FailureList.COMMON.name()).isEqualTo("failed");
        assertThat(new FailureList("mail").name()).isEqualTo("mail_failed");
        assertThat(FailureList.named("failed")).contains(FailureList.COMMON);
        assertThat(FailureList.named("mail_failed")).contains(new FailureList("mail"));
        assertThat(FailureList.named("_failed")).contains(new FailureList(""));
        assertThat(FailureList.named("mail")).isEmpty();
    }

    @Test
    void aSettlementCanDoWithoutTheRecord() {
        ReservedJob job = new ReservedJob(1, "mail", PAYLOAD, NOON);
        Settlement only = new Settlement(job, List.of(new Effect.Count(true, false)), true);
        Settlement even = new Settlement(job, List.of(new Effect.Count(true, false)));
        assertThat(only.evenUnrecorded()).isEqualTo(even);
        assertThat(even.evenUnrecorded()).isSameAs(even);
    }

    private static WorkerSnapshot worker(
            @Nullable ReservedJob held, @Nullable String heartbeat, Map<String, String> attributes) {
        return new WorkerSnapshot("h:1:q", true, null, held, null, heartbeat, attributes, NOON);
    }

    @Test
    void aWorkerWithAttributesOrAHeldJobIsOneOfOurs() {
        WorkerSnapshot holding = worker(new ReservedJob(1, "mail", PAYLOAD, NOON), null, Map.of());
        assertThat(holding.ours()).isTrue();
        assertThat(holding.busy()).isTrue();
        WorkerSnapshot idle = worker(null, null, Map.of("boot", "7"));
        assertThat(idle.ours()).isTrue();
        assertThat(idle.busy()).isFalse();
        assertThat(worker(null, null, Map.of()).ours()).isFalse();
    }

    @Test
    void aHeartbeatIsRead() {
        assertThat(worker(null, "2026-11-22T12:00:00Z", Map.of()).heartbeatAt()).contains(NOON);
        assertThat(worker(null, "soon", Map.of()).heartbeatAt()).isEmpty();
        assertThat(worker(null, null, Map.of()).heartbeatAt()).isEmpty();
    }

    @Test
    void aConfigHidesItsUrl() {
        assertThatThrownBy(() -> new BackendConfig(" ", null)).isInstanceOf(ConfigurationException.class);
        assertThat(new BackendConfig("redis://:secret@h", "n")).hasToString("BackendConfig[namespace=n]");
    }

    @Test
    void anOutcomeAndARequestKeepTheirParts() {
        assertThat(JobOutcome.Failed.of(new IllegalStateException("x"), Object.class)
                        .exception())
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(Reservation.of(new ReservedJob(1, "mail", PAYLOAD, NOON)).state())
                .isEqualTo(Reservation.State.JOB);
    }
}
