package io.resque.activejob.codec;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times in the ISO 8601 of Ruby: a year has at least four digits, and a sign only if it is negative. */
final class TimeTexts {
    private static final String DATE = "\\s*(-?\\d{1,9})-(\\d\\d)-(\\d\\d)";
    private static final String OFFSET = "(?:(Z)|([-+])(\\d\\d)(?::?(\\d\\d))?)?\\s*";

    /** Ruby's {@code Time} needs seconds, if there is a time at all. */
    private static final Pattern TIME = Pattern.compile(
            DATE + "(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?)?" + OFFSET, Pattern.CASE_INSENSITIVE);

    private static final List<DateTimeFormatter> OTHER_DATES = List.of(
            DateTimeFormatter.BASIC_ISO_DATE, DateTimeFormatter.ISO_WEEK_DATE, DateTimeFormatter.ISO_ORDINAL_DATE);

    private static final int MOST_CHARACTERS = 200;
    private static final int MOST_OFFSET = 18 * 3600;

    private TimeTexts() {}

    static String date(LocalDate date) {
        int year = date.getYear();
        return (year < 0 ? "-" : "") + pad(Math.abs((long) year), 4) + "-" + pad(date.getMonthValue(), 2) + "-"
                + pad(date.getDayOfMonth(), 2);
    }

    /**
     * The text of an instant, with nine digits.
     *
     * @param utc how an offset of zero is written: {@code Z} or {@code +00:00}
     */
    static String time(OffsetDateTime given, String utc) {
        // Ruby writes no seconds of an offset. The instant must stay.
        int offset = given.getOffset().getTotalSeconds() / 60 * 60;
        OffsetDateTime time = given.withOffsetSameInstant(ZoneOffset.ofTotalSeconds(offset));
        int minutes = Math.abs(offset) / 60;
        return date(time.toLocalDate()) + "T" + pad(time.getHour(), 2) + ":" + pad(time.getMinute(), 2) + ":"
                + pad(time.getSecond(), 2) + "." + pad(time.getNano(), 9)
                + (offset == 0 ? utc : (offset < 0 ? "-" : "+") + pad(minutes / 60, 2) + ":" + pad(minutes % 60, 2));
    }

    private static String pad(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /** Null if the text is no date. */
    static @Nullable LocalDate readDate(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return null;
        }
        Matcher parts = TIME.matcher(text);
        try {
            if (parts.matches()) {
                return LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
            }
        } catch (DateTimeException e) {
            return null;
        }
        for (DateTimeFormatter other : OTHER_DATES) {
            try {
                return LocalDate.parse(text.strip().toUpperCase(Locale.ROOT), other);
            } catch (DateTimeParseException e) {
                // the next one
            }
        }
        return null;
    }

    /**
     * A time as Ruby's {@code Time.iso8601} or {@code DateTime.iso8601} reads it.
     *
     * @param needsSeconds whether a time without seconds is none
     * @return an {@link OffsetDateTime}; a {@link LocalDateTime} if it has no offset; null if the text is no time
     */
    static @Nullable Object readTime(String text, boolean needsSeconds) {
        if (text.length() > MOST_CHARACTERS) {
            return null;
        }
        Matcher parts = TIME.matcher(text);
        if (!parts.matches() || needsSeconds && parts.group(4) != null && parts.group(6) == null) {
            return null;
        }
        int day = number(parts, 3);
        int hour = number(parts, 4);
        int minute = number(parts, 5);
        int second = number(parts, 6);
        if (day < 1 || day > 31 || minute > 59 || second > 60 || hour > (minute == 0 && second == 0 ? 24 : 23)) {
            return null;
        }
        try {
            // Ruby takes the 30th of February for the 1st of March, and 24:00 and a leap second for what follows them.
            LocalDateTime local = LocalDate.of(number(parts, 1), number(parts, 2), 1)
                    .plusDays(day - 1L)
                    .atStartOfDay()
                    .plusHours(hour)
                    .plusMinutes(minute)
                    .plusSeconds(second)
                    .withNano(nanos(parts.group(7)));
            return withOffset(local, parts);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Object withOffset(LocalDateTime local, Matcher parts) {
        if (parts.group(8) != null) {
            return local.atOffset(ZoneOffset.UTC);
        }
        if (parts.group(9) == null) {
            return local;
        }
        int hours = number(parts, 10);
        int minutes = number(parts, 11);
        if (hours > 23 || minutes > 59) {
            return null;
        }
        int seconds = (parts.group(9).equals("-") ? -60 : 60) * (60 * hours + minutes);
        return Math.abs(seconds) > MOST_OFFSET
                ? local.minusSeconds(seconds).atOffset(ZoneOffset.UTC)
                : local.atOffset(ZoneOffset.ofTotalSeconds(seconds));
    }

    private static int number(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Cuts what is below a nanosecond. */
    private static int nanos(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt((digits + "000000000").substring(0, 9));
    }
}
