package io.resque.core.internal.support;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that grow from a tenth of a second to ten seconds, each drawn at random so that workers do not retry in step. */
public final class Backoff {
    private static final long FIRST = 100;
    private static final long LONGEST = 10_000;

    private long limit = FIRST;

    public Duration next() {
        long pause = ThreadLocalRandom.current().nextLong(limit / 2, limit + 1);
        limit = Math.min(LONGEST, limit * 2);
        return Duration.ofMillis(pause);
    }

    public void reset() {
        limit = FIRST;
    }
}
