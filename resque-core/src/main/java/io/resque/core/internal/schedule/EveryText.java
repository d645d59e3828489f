package io.resque.core.internal.schedule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The period of a recurring job as fugit reads it: {@code 90}, {@code 1h30m}, {@code 15 minutes}, {@code PT1H}. */
public final class EveryText {
    private static final Pattern PART = Pattern.compile("([-+]?\\d++(?:\\.\\d++)?) *([a-zA-Z]*) *");
    private static final Pattern ISO = Pattern.compile("P(?=.)([^T]*)(?:T(?=.)(.*))?");

    private static final int MOST_CHARACTERS = 64;
    private static final Duration LONGEST = Duration.ofDays(100 * 365);

    private EveryText() {}

    /**
     * Reads a period. As for fugit, a month has 30 days and a year 365, and a number without a unit is in seconds.
     *
     * @throws IllegalArgumentException if fugit would refuse it, if it is not longer than 0, or longer than 100 years
     */
    public static Duration parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw refused(
                    text.substring(0, MOST_CHARACTERS) + "…", "it has more than " + MOST_CHARACTERS + " characters");
        }
        Matcher iso = ISO.matcher(text);
        BigDecimal seconds = iso.matches()
                ? sum(text, iso.group(1), false)
                        .add(iso.group(2) == null ? BigDecimal.ZERO : sum(text, iso.group(2), true))
                : sum(text, text.strip(), true);
        if (seconds.signum() <= 0) {
            throw refused(text, "it must be longer than 0");
        }
        if (seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) > 0) {
            throw refused(text, "it is longer than 100 years");
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    /**
     * Writes a period, such as {@code 1d2h30m5s}.
     *
     * @throws IllegalArgumentException if it has no whole seconds, is not longer than 0, or longer than 100 years
     */
    static String of(Duration period) {
        if (period.getNano() != 0 || period.isNegative() || period.isZero()) {
            throw refused(period.toString(), "it must have whole seconds, and be longer than 0");
        }
        if (period.compareTo(LONGEST) > 0) {
            throw refused(period.toString(), "it is longer than 100 years");
        }
        return part(period.toDays(), "d")
                + part(period.toHoursPart(), "h")
                + part(period.toMinutesPart(), "m")
                + part(period.toSecondsPart(), "s");
    }

    private static String part(long number, String unit) {
        return number == 0 ? "" : number + unit;
    }

    /** Adds up the parts. In the date of an ISO period, M is a month, as it is in fugit's own spelling. */
    private static BigDecimal sum(String whole, String parts, boolean isTime) {
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(parts);
        int read = 0;
        while (part.find() && part.start() == read) {
            long unit = seconds(whole, part.group(2), isTime && whole.startsWith("P"));
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            read = part.end();
        }
        if (read < parts.length()) {
            throw refused(whole, "write numbers with units, such as 30s, 15m, 1h30m, 2d, 1w");
        }
        return sum;
    }

    private static long seconds(String whole, String unit, boolean isIsoTime) {
        if (unit.equals("M") && !isIsoTime) {
            return Duration.ofDays(30).toSeconds();
        }
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "", "s", "sec", "secs", "second", "seconds" -> 1;
            case "m", "min", "mins", "minute", "minutes" -> 60;
            case "h", "hour", "hours" -> Duration.ofHours(1).toSeconds();
            case "d", "day", "days" -> Duration.ofDays(1).toSeconds();
            case "w", "week", "weeks" -> Duration.ofDays(7).toSeconds();
            case "month", "months" -> Duration.ofDays(30).toSeconds();
            case "y", "year", "years" -> Duration.ofDays(365).toSeconds();
            default -> throw refused(whole, "its unit \"" + unit + "\" is none of s, m, h, d, w, M and y");
        };
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("The period \"" + text + "\" cannot be used: " + why);
    }
}
