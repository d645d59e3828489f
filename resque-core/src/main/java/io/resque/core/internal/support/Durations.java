package io.resque.core.internal.support;

import java.time.Duration;
import java.util.Objects;

/** Checks and converts durations that a user chose, however long. */
public final class Durations {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    public static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE; // nearly 300 years
        }
    }

    public static Duration atLeastASecond(String what, Duration value) {
        if (Objects.requireNonNull(value, what).toSeconds() < 1) {
            throw new IllegalArgumentException(what + " must be at least a second, was " + value);
        }
        if (value.compareTo(LONGEST) > 0) { // neither Redis nor a date can take just any
            throw new IllegalArgumentException(what + " must be at most " + LONGEST.toDays() + " days, was " + value);
        }
        return value;
    }
}
