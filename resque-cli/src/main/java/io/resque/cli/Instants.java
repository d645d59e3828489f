package io.resque.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads instants and durations of the command line. What could be meant in two ways is refused: a time without a zone, a number without a
 * unit. An exception has the sentence for the user.
 */
final class Instants {
    private static final String EXAMPLES =
            "such as 2026-12-24T08:00:00Z, 2026-12-24T09:00+01:00 or 1798099200, the seconds since 1970";

    /** More digits are milliseconds, or a mistake. */
    private static final int DIGITS_OF_SECONDS = 11;

    private static final Pattern PARTS = Pattern.compile("(?:(\\d+)([wdhms]))");
    private static final Map<String, Duration> UNITS = Map.of(
            "w", Duration.ofDays(7),
            "d", Duration.ofDays(1),
            "h", Duration.ofHours(1),
            "m", Duration.ofMinutes(1),
            "s", Duration.ofSeconds(1));

    private Instants() {}

    /**
     * Reads an instant.
     *
     * @param name what it is, as the user gave it, such as {@code --at}
     * @param zone of a time that names none itself; null for none
     * @throws IllegalArgumentException with a sentence that names the value and the way out
     */
    static Instant instant(String name, String text, @Nullable ZoneId zone) {
        if (text.matches("-?\\d+")) {
            return second(name, text);
        }
        TemporalAccessor read;
        try {
            String form = text.strip().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +", "$1T");
            read = DateTimeFormatter.ISO_DATE_TIME.parseBest(form, ZonedDateTime::from, LocalDateTime::from);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + " must be a date and a time with a zone, " + EXAMPLES + "; was " + Numbers.shown(text));
        }
        if (read instanceof ZonedDateTime zoned) {
            return zoned.toInstant();
        }
        LocalDateTime local = (LocalDateTime) read;
        if (zone == null) {
            throw new IllegalArgumentException(name + " " + Numbers.shown(text)
                    + " names no zone: add Z for UTC or an offset, " + local + "Z, or say --zone Europe/Berlin");
        }
        return inZone(name, text, local, zone);
    }

    private static Instant second(String name, String text) {
        if (text.length() <= DIGITS_OF_SECONDS) {
            return Instant.ofEpochSecond(Long.parseLong(text));
        }
        throw new IllegalArgumentException(name + " " + Numbers.shown(text)
                + " has too many digits for seconds since 1970; if it is milliseconds, leave out the last three");
    }

    /** A time that a change of the clock leaves out is none, and one that comes twice needs an offset. */
    private static Instant inZone(String name, String text, LocalDateTime local, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.size() == 1) {
            return local.toInstant(offsets.get(0));
        }
        throw new IllegalArgumentException(
                offsets.isEmpty()
                        ? name + " " + Numbers.shown(text) + " does not exist in " + zone
                                + ", where the clock is put forward then; give another time"
                        : name + " " + Numbers.shown(text) + " comes twice in " + zone
                                + ", where the clock is put back then; add the offset that is meant, "
                                + offsets.stream().map(ZoneOffset::toString).collect(Collectors.joining(" or ")));
    }

    /**
     * Reads the name of a zone.
     *
     * @throws IllegalArgumentException with a sentence that names the value and the way out
     */
    static ZoneId zone(String name, String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name + " must be a zone, such as UTC, Europe/Berlin or +01:00, was " + Numbers.shown(text));
        }
    }

    /**
     * Reads a duration.
     *
     * @param name what it is, as the user gave it, such as {@code --in}
     * @throws IllegalArgumentException with a sentence that names the value and the way out
     */
    static Duration duration(String name, String text) {
        if (text.matches("\\d+")) {
            throw new IllegalArgumentException(name + " " + Numbers.shown(text) + " has no unit; say " + text
                    + "s for seconds, " + text + "m for minutes");
        }
        return iso(text)
                .or(() -> parts(text.strip().toLowerCase(Locale.ROOT)))
                .filter(duration -> !duration.isNegative())
                .orElseThrow(() -> new IllegalArgumentException(name
                        + " must be a duration, such as 30s, 10m, 2h, 1h30m, 7d or PT90S; was " + Numbers.shown(text)));
    }

    private static Optional<Duration> iso(String text) {
        return read(text, Duration::parse);
    }

    private static Optional<Duration> parts(String text) {
        if (!text.matches("(?:\\d+[wdhms])+")) {
            return Optional.empty();
        }
        return read(text, given -> {
            Duration all = Duration.ZERO;
            for (Matcher part = PARTS.matcher(given); part.find(); ) {
                all = all.plus(UNITS.get(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
            }
            return all;
        });
    }

    private static Optional<Duration> read(String text, Function<String, Duration> how) {
        try {
            return Optional.of(how.apply(text));
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return Optional.empty(); // such as more seconds than there are
        }
    }
}
