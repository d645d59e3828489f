package io.resque.core.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long[] LIMITS = {100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000};

    @Test
    void growsFromATenthOfASecondToTen() {
        Backoff backoff = new Backoff();
        for (int round = 0; round < 50; round++) {
            for (long limit : LIMITS) {
                assertThat(backoff.next()).isBetween(Duration.ofMillis(limit / 2), Duration.ofMillis(limit));
            }
            backoff.reset();
        }
    }

    @Test
    void eachPauseFromTheHalfToTheWholeCanCome() {
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 3_000; i++) { // one of the 51 is missing once in 10^24 runs
            pauses.add(new Backoff().next());
        }
        assertThat(pauses)
                .contains(Duration.ofMillis(50), Duration.ofMillis(100))
                .hasSize(51);
    }

    @Test
    void workersDoNotComeInStep() {
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            pauses.add(new Backoff().next());
        }
        assertThat(pauses).hasSizeGreaterThan(5);
    }
}
