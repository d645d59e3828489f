package io.resque.core.internal.support;

import io.resque.api.spi.WireTimes;
import java.time.Duration;
import java.util.Objects;

/** Checks and converts durations that a user chose, however long. */
public final class Durations {
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

    public static Duration notNegative(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative()) {
            throw new IllegalArgumentException(what + " must not be less than zero, was " + value);
        }
        return notTooLong(what, value);
    }

    private static Duration notTooLong(String what, Duration value) {
        if (value.compareTo(WireTimes.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    what + " must be at most " + WireTimes.LONGEST.toDays() + " days, was " + value);
        }
        return value;
    }
}
