package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.spi.BackendConfig;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Ruby worker runs a tracked job and leaves its status as it is. */
class WaitingStatusTest {
    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void cleanUp() {
        redis.clear();
    }

    private long seconds(String token) {
        return CoreRedis.CLIENT.number("TTL", redis.key("job:" + token + ":status"));
    }

    private void expiresUntilItIsBegun(ResqueBuilder builder) {
        try (Resque resque = builder.waitingStatusExpiry(Duration.ofHours(1)).build()) {
            String token = resque.enqueueTracked("q", "A").orElseThrow();
            assertThat(seconds(token)).as("while it waits").isBetween(3_590L, 3_600L);
            resque.workerBuilder("q")
                    .register("A", () -> context -> context.result(seconds(token)))
                    .drain();
            assertThat(resque.status(token).orElseThrow().result())
                    .as("while it runs")
                    .isEqualTo(-1L);
            assertThat(seconds(token)).as("after the end").isBetween(86_390L, 86_400L);
        }
    }

    @Test
    @WireRule("W-715")
    void itsStatusExpiresUnlessAWorkerBeginsIt() {
        expiresUntilItIsBegun(redis.builder());
    }

    @Test
    @WireRule("W-715")
    void alsoInAStoreApart() {
        expiresUntilItIsBegun(redis.builder()
                .statusStore(new JedisBackendProvider()
                        .openStatuses(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace))));
    }

    private void waitsUntilTheOtherTime(ResqueBuilder builder) {
        try (Resque resque = builder.waitingStatusExpiry(Duration.ofHours(1)).build()) {
            JobSpec job = JobSpec.of("A");
            String token =
                    resque.in(Duration.ofHours(1)).enqueueTracked("q", job).orElseThrow();
            String untracked =
                    resque.in(Duration.ofHours(1)).enqueueTracked("q", job).orElseThrow();
            resque.stopTracking(untracked);
            assertThat(seconds(token)).isBetween(7_190L, 7_201L);
            Instant later = Instant.now().plus(Duration.ofHours(10));
            assertThat(resque.delayed().reschedule(later, JobMatch.of("A"))).isEqualTo(2);
            assertThat(seconds(token)).isBetween(39_590L, 39_601L);
            assertThat(resque.status(untracked)).isEmpty();
            assertThat(resque.delayed().reschedule(Instant.EPOCH, JobMatch.of("A")))
                    .isEqualTo(2);
            assertThat(seconds(token)).as("at once onto its queue").isBetween(39_590L, 39_601L);
        }
    }

    @Test
    void aJobThatIsRescheduledKeepsItsStatusUntilItIsDueAndLonger() {
        waitsUntilTheOtherTime(redis.builder());
    }

    @Test
    void alsoIfItsStatusIsInAStoreApart() {
        waitsUntilTheOtherTime(redis.builder()
                .statusStore(new JedisBackendProvider()
                        .openStatuses(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace))));
    }

    @Test
    @WireRule("W-701")
    void byDefaultItStays() {
        try (Resque resque = redis.builder().build()) {
            assertThat(seconds(resque.enqueueTracked("q", "A").orElseThrow())).isEqualTo(-1);
        }
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Resque.builder().waitingStatusExpiry(Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waitingStatusExpiry must be at least a second, was PT0.999S");
    }
}
