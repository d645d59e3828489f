package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.CoreRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** When a scheduler looks at recurring jobs again, on a real Redis. */
class RecurringWakeTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RecurringFixture fixture = new RecurringFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private RecurringTurns turns() {
        TickJobs noTicks = Mockito.mock();
        return new RecurringTurns(
                fixture.entries, CoreRedis.GSON, noTicks, () -> FiredEntries.ONLY_OURS, ZoneOffset.UTC);
    }

    @Test
    void whoeverGetsTheLeaseLooksMoreOftenAtOnce() {
        RecurringTurns turns = turns();
        assertThat(turns.turn(MINUTE, () -> true)).isEqualTo(MINUTE);
        assertThat(turns.turn(MINUTE, () -> true)).as("it waits").isBetween(SECOND, MINUTE);
        assertThat(turns.turn(SECOND, () -> true)).isLessThanOrEqualTo(SECOND);
    }

    @Test
    void withoutTheLeaseATickIsLeftToAnotherSchedulerForAMoment() {
        assertThat(untilALookAtATickThatCanHaveBegun(true)).isLessThanOrEqualTo(Duration.ofMillis(30));
        assertThat(untilALookAtATickThatCanHaveBegun(false)).isGreaterThan(Duration.ofMillis(150));
    }

    /** After its first look, a scheduler knows the second of Redis only, and so not when the next one begins. */
    private Duration untilALookAtATickThatCanHaveBegun(boolean leads) {
        while (true) {
            Instant begun = RecurringFixture.now();
            String settled = LastRun.text(begun.plusSeconds(1).minus(Duration.ofHours(1)));
            fixture.seed("job", RecurringFixture.entry("\"every\":\"1h\"", ""), settled);
            RecurringTurns turns = turns();
            turns.lead(leads);
            long wait = turns.turn(MINUTE, () -> true);
            if (RecurringFixture.now().equals(begun)) {
                return Duration.ofNanos(wait);
            }
        }
    }
}
