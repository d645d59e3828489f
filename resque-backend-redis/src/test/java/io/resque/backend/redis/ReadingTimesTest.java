package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadingTimesTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long MINUTE = 60 * SECOND;

    /** The clock of a JVM may overflow while it runs. */
    private static final long NOW = Long.MAX_VALUE - 5 * MINUTE;

    private final ReadingTimes times = new ReadingTimes(NOW);

    @Test
    void allIsReadAtTheBeginningAndEveryHalfMinute() {
        assertThat(times.mustReadAll(NOW, false)).isTrue();
        assertThat(times.mustReadAll(NOW + 30 * SECOND - 1, false)).isFalse();
        assertThat(times.mustReadAll(NOW + 30 * SECOND, false)).isTrue();
    }

    @Test
    void allIsReadEverySecondIfTheServerTellsNothing() {
        assertThat(times.mustReadAll(NOW, true)).isTrue();
        assertThat(times.mustReadAll(NOW + SECOND - 1, true)).isFalse();
        assertThat(times.mustReadAll(NOW + SECOND, true)).isTrue();
    }

    @Test
    void allIsReadAfterTheServerRefused() {
        times.mustReadAll(NOW, false);
        times.refused(NOW + SECOND);
        assertThat(times.mustReadAll(NOW + SECOND - 1, false)).isFalse();
        assertThat(times.mustReadAll(NOW + SECOND, false)).isTrue();
    }

    /** How long the tracker waits after a reading until it reads again, in milliseconds. */
    private long pause() {
        long next = times.next(true);
        assertThat(times.isDue(next - 1, true)).isFalse();
        assertThat(times.isDue(next, true)).isTrue();
        return Duration.ofNanos(next - NOW).toMillis();
    }

    @Test
    void thePauseGrowsWhileNothingIsFound() {
        assertThat(pause()).isZero();
        for (long pause : new long[] {1, 2, 4, 8, 16, 32, 50, 50}) {
            times.foundNothing(NOW, 500);
            assertThat(pause()).isEqualTo(pause);
        }
        times.tookJob();
        times.tookNothing(NOW);
        assertThat(pause()).as("after a job was taken").isEqualTo(1);
        times.tookNothing(NOW);
        assertThat(pause()).isEqualTo(2);
        times.mustReadAll(NOW, false);
        times.foundNothing(NOW, 1);
        assertThat(pause()).as("after all was read").isEqualTo(1);
    }

    @Test
    void thePauseGrowsToASecondIfThereAreManyQueues() {
        for (int i = 0; i < 20; i++) {
            times.foundNothing(NOW, 501);
        }
        assertThat(pause()).isEqualTo(1_000);
        times.tookNothing(NOW);
        assertThat(pause()).isEqualTo(50);
    }

    @Test
    void aSignOfLifeIsAskedForEveryFiveSeconds() {
        times.mustReadAll(NOW, false);
        times.answered(NOW);
        assertThat(times.next(false)).isEqualTo(NOW + 5 * SECOND);
        assertThat(times.isDue(NOW + 5 * SECOND - 1, false)).isFalse();
        assertThat(times.isDue(NOW + 5 * SECOND, false)).isTrue();
        times.answered(NOW + 28 * SECOND);
        assertThat(times.next(false)).as("all is due sooner").isEqualTo(NOW + 30 * SECOND);
    }

    /** When the sign of life is due after an answer. */
    private long signOfLifeAfter(long now) {
        times.answered(now);
        return Duration.ofNanos(times.next(false) - now).toSeconds();
    }

    @Test
    void aSignOfLifeIsAskedForEverySecondOnceConnectionsBreakSoon() {
        times.mustReadAll(NOW + 20 * MINUTE, false);
        times.connectionBroke(NOW);
        assertThat(signOfLifeAfter(NOW)).as("it broke once").isEqualTo(5);
        times.connectionBroke(NOW + MINUTE);
        assertThat(signOfLifeAfter(NOW + MINUTE))
                .as("it broke again after a minute")
                .isEqualTo(5);
        long again = NOW + 2 * MINUTE - 1;
        times.connectionBroke(again);
        assertThat(signOfLifeAfter(again)).isEqualTo(1);
        assertThat(signOfLifeAfter(again + 10 * MINUTE - 1)).isEqualTo(1);
        assertThat(signOfLifeAfter(again + 10 * MINUTE)).as("ten minutes later").isEqualTo(5);
    }

    @Test
    void aFailureIsABrokenConnectionAndASecondsPause() {
        times.readingFailed(NOW);
        assertThat(pause()).isEqualTo(1_000);
        times.mustReadAll(NOW, false);
        times.readingFailed(NOW + 1);
        assertThat(signOfLifeAfter(NOW + 1)).isEqualTo(1);
    }

    @Test
    void theEndIsTenMinutesAfterTheLastWorker() {
        assertThat(times.endIfIdle(NOW)).isEqualTo(NOW + 10 * MINUTE);
        assertThat(times.endIfIdle(NOW + SECOND)).isEqualTo(NOW + 10 * MINUTE);
        times.needed();
        assertThat(times.endIfIdle(NOW + SECOND)).isEqualTo(NOW + SECOND + 10 * MINUTE);
        times.mustReadAll(NOW + SECOND, false);
        assertThat(times.endIfIdle(NOW + MINUTE)).isEqualTo(NOW + MINUTE + 10 * MINUTE);
    }
}
