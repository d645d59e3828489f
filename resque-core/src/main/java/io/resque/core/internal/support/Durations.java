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
        return notTooLong(what, value);
    }

    public static Duration moreThanZero(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero, was " + value);
        }
        return notTooLong(what, value);
    }

    /** Neither Redis, nor a date, nor a timer can take just any. */
    private static Duration notTooLong(String what, Duration value) {
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be at most " + LONGEST.toDays() + " days, was " + value);
        }
        return value;
    }
}
