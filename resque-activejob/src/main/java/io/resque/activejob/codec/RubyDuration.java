package io.resque.activejob.codec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An {@code ActiveSupport::Duration}: a number of seconds, and the parts of which Rails made it, such as {@code 1.month}. Nobody compares
 * the two with each other.
 *
 * @param value the number of seconds: {@link Long}, {@link java.math.BigInteger}, {@link Double} or {@link java.math.BigDecimal}
 * @param parts numbers by their unit, {@code years}, {@code months}, {@code weeks}, {@code days}, {@code hours}, {@code minutes} and {@code
 *     seconds}, in their order; unmodifiable
 */
public record RubyDuration(Number value, Map<String, Number> parts) {
    /**
     * Makes a duration.
     *
     * @param value the number of seconds
     * @param parts numbers by their unit
     */
    public RubyDuration {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /**
     * A duration of seconds, as Rails' {@code 90.seconds}.
     *
     * @param duration the duration
     * @return the duration with the part {@code seconds}
     */
    public static RubyDuration of(Duration duration) {
        throw new UnsupportedOperationException();
    }

    /**
     * The number of seconds as a duration. A month has 2,629,746 seconds and a year has 31,556,952, as in Rails.
     *
     * @return the duration; beyond nanoseconds it is cut
     * @throws ArithmeticException if the number of seconds is beyond a {@code long}
     */
    public Duration toDuration() {
        throw new UnsupportedOperationException();
    }
}
