package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SecondHandTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    /** Nanoseconds of a backend whose clock is so far ahead of this JVM's. */
    private static long second(long now, long ahead) {
        return Math.floorDiv(now + ahead, SECOND);
    }

    @Test
    void afterAFewLooksItKnowsWhereTheSecondsBeginAndIsNeverLateByThat() {
        Random random = new Random(1);
        for (int run = 0; run < 1_000; run++) {
            SecondHand hand = new SecondHand();
            long ahead = 1_700_000_000 * SECOND + random.nextInt(1_000) * MS;
            long now = random.nextLong() >> 8;
            int looks = 0;
            do {
                hand.saw(second(now + MS, ahead), now, now + 2 * MS);
                looks++;
                now += hand.nanosUntilBestLook(now) - MS;
            } while (hand.isVague() && looks < 20);
            assertThat(looks).isLessThan(12);
            long next = second(now, ahead) + 3;
            long at = now + hand.nanosUntil(next, now) + ahead;
            assertThat(at - next * SECOND).isBetween(-20 * MS, 0L);
        }
    }

    @Test
    void aClockThatWasMovedIsLearntAnew() {
        SecondHand hand = new SecondHand();
        hand.saw(100, 0, MS);
        hand.saw(5_000, 2 * MS, 3 * MS);
        assertThat(hand.nanosUntil(5_000, 3 * MS)).isZero();
        assertThat(hand.nanosUntil(5_002, 3 * MS)).isBetween(SECOND - 5 * MS, SECOND);
        assertThat(hand.nanosUntil(Long.MAX_VALUE >> 1, 3 * MS)).isPositive();
    }
}
