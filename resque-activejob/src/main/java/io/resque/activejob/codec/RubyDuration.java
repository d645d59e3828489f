package io.resque.activejob.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Period;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An {@code ActiveSupport::Duration}: a number of seconds, and the parts of which Rails made it, such as {@code 1.month}. Nobody compares
 * the two with each other.
 *
 * @param value the number of seconds: an integer, a {@link Double} or a {@link BigDecimal}
 * @param parts numbers by their unit, {@code years}, {@code months}, {@code weeks}, {@code days}, {@code hours}, {@code minutes} and {@code
 *     seconds}, in their order; unmodifiable. Rails uses them when it adds the duration to a date
 */
public record RubyDuration(Number value, Map<String, Number> parts) {
    /** The units by the number of seconds that Rails takes for them. */
    static final Map<String, Long> UNITS = units();

    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

    /**
     * Makes a duration.
     *
     * @param value the number of seconds
     * @param parts numbers by their unit
     * @throws IllegalArgumentException for NaN and the infinities
     */
    public RubyDuration {
        if (!Double.isFinite(Objects.requireNonNull(value, "value").doubleValue())
                && (value instanceof Double || value instanceof Float)) {
            throw new IllegalArgumentException("A duration cannot have " + value + " seconds");
        }
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("years", 31_556_952L);
        units.put("months", 2_629_746L);
        units.put("weeks", 604_800L);
        units.put("days", 86_400L);
        units.put("hours", 3_600L);
        units.put("minutes", 60L);
        units.put("seconds", 1L);
        return Collections.unmodifiableMap(units);
    }

    /**
     * A duration of one unit, as Rails' {@code 90.minutes}.
     *
     * @param amount how many
     * @param unit {@code years}, {@code months}, {@code weeks}, {@code days}, {@code hours}, {@code minutes} or {@code seconds}
     * @return the duration
     * @throws IllegalArgumentException for another unit
     */
    public static RubyDuration of(long amount, String unit) {
        Long seconds = UNITS.get(unit);
        if (seconds == null) {
            throw new IllegalArgumentException(
                    Place.quoted(unit) + " is no unit of a duration; there are " + String.join(", ", UNITS.keySet()));
        }
        return new RubyDuration(Math.multiplyExact(amount, seconds), Map.of(unit, amount));
    }

    /**
     * A duration of seconds, as Rails' {@code 90.seconds}.
     *
     * @param duration the duration
     * @return the duration with the part {@code seconds}: an integer, or with a fraction a {@link Double}
     */
    public static RubyDuration of(Duration duration) {
        Number seconds = duration.getNano() == 0
                ? (Number) duration.getSeconds()
                : BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .doubleValue();
        return new RubyDuration(seconds, Map.of("seconds", seconds));
    }

    /**
     * A duration of years, months and days, as Rails' {@code 1.year + 2.months}. A month has 2,629,746 seconds and a year has 31,556,952, as
     * in Rails.
     *
     * @param period the period
     * @return the duration
     */
    public static RubyDuration of(Period period) {
        Map<String, Number> parts = new LinkedHashMap<>();
        long seconds = 0;
        int[] amounts = {period.getYears(), period.getMonths(), 0, period.getDays()};
        int i = 0;
        for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
            if (i < amounts.length && amounts[i] != 0) {
                parts.put(unit.getKey(), (long) amounts[i]);
                seconds += amounts[i] * unit.getValue();
            }
            i++;
        }
        return parts.isEmpty() ? of(Duration.ZERO) : new RubyDuration(seconds, parts);
    }

    /**
     * The number of seconds as a duration; a fraction below a nanosecond is cut.
     *
     * @return the duration
     * @throws ArithmeticException if the number of seconds is beyond a {@code long}
     */
    public Duration toDuration() {
        BigDecimal exact = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
        long digits = (long) exact.precision() - exact.scale();
        if (digits > 19) {
            throw new ArithmeticException(value + " seconds are too many for a Duration");
        }
        if (digits < -9) {
            return Duration.ZERO;
        }
        BigInteger nanos =
                exact.movePointRight(9).setScale(0, RoundingMode.DOWN).toBigInteger();
        BigInteger[] parted = nanos.divideAndRemainder(NANOS);
        return Duration.ofSeconds(parted[0].longValueExact(), parted[1].longValue());
    }
}
