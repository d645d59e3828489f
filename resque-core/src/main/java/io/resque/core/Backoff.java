package io.resque.core;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that grow from a tenth of a second to ten seconds, each drawn at random so that workers do not come in step. */
final class Backoff {
    private static final long FIRST = 100;
    private static final long LONGEST = 10_000;

    private long limit = FIRST;

    Duration next() {
        long pause = ThreadLocalRandom.current().nextLong(limit / 2, limit + 1);
        limit = Math.min(LONGEST, limit * 2);
        return Duration.ofMillis(pause);
    }

    void reset() {
        limit = FIRST;
    }
}
