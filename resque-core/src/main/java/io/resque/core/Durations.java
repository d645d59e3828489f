package io.resque.core;

import java.time.Duration;

/** Times that a caller chose, however long. */
final class Durations {
    private Durations() {}

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE; // nearly 300 years
        }
    }
}
