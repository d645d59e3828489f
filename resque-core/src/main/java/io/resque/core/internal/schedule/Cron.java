package io.resque.core.internal.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression as fugit, the parser of resque-scheduler, reads it: five fields, or six with the seconds first, and then
 * maybe a time zone. Immutable.
 *
 * <p>Where clocks change, an expression whose minutes or hours begin with {@code *} goes by elapsed time: it does not fire in a
 * gap, and fires in both passes of an overlap. Any other expression names times of day, and each fires once a day: at the end
 * of the gap in which it falls, or in the first pass of an overlap. Ruby leaves out the first and can repeat the second.
 */
final class Cron {
    private static final int LONGEST = 255;

    private static final Map<String, String> NAMED = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@noon", "0 12 * * *",
            "@hourly", "0 * * * *");

    /** Names of the tz database that not every Java knows. */
    private static final Map<String, String> OFFSETS = Map.of("EST", "-05:00", "MST", "-07:00", "HST", "-10:00");

    /** Zones with these names are Java's own: Ruby does not know them. */
    private static final String ONLY_JAVAS = "SystemV/";

    private static final Pattern TAB_BEFORE_ZONE = Pattern.compile("\\t[ \\t]*[^ \\t]+$");

    private static final Pattern OFFSET = Pattern.compile("[-+](0\\d|1[0-8]):?(00|15|30|45)");

    /** After so many years the Gregorian calendar repeats, with its weekdays. */
    private static final int CYCLE = 400;

    private final String text;
    private final long seconds;
    private final long minutes;
    private final long hours;
    private final CronDays days;
    private final boolean elapsed;
    private final boolean hasOwnZone;
    private final ZoneId zone;
    private final ZoneRules rules;

    private Cron(String text, List<String> fields, boolean hasOwnZone, ZoneId zone) {
        this.text = text;
        this.hasOwnZone = hasOwnZone;
        this.zone = zone;
        this.rules = zone.getRules();
        int first = fields.size() - 5;
        this.seconds = first == 0 ? 1 : CronField.SECONDS.parse(fields.get(0));
        this.minutes = CronField.MINUTES.parse(fields.get(first));
        this.hours = CronField.HOURS.parse(fields.get(first + 1));
        this.days = new CronDays(fields.get(first + 2), fields.get(first + 3), fields.get(first + 4));
        this.elapsed =
                fields.get(first).startsWith("*") || fields.get(first + 1).startsWith("*");
    }

    /**
     * Reads an expression.
     *
     * @param zone the zone of an expression that names none
     * @throws IllegalArgumentException if fugit would refuse it, or if it never fires; the message names the expression, the
     *     field and the way out
     */
    static Cron parse(String text, ZoneId zone) {
        try {
            return read(text, zone);
        } catch (IllegalArgumentException e) {
            String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
            throw new IllegalArgumentException(
                    "The cron expression \"" + shown + "\" cannot be used: " + e.getMessage());
        }
    }

    private static Cron read(String text, ZoneId zone) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "it has " + text.length() + " characters; at most " + LONGEST + " are read");
        }
        List<String> words = List.of(text.strip().split("[ \t]+"));
        String named = NAMED.get(words.get(0));
        int fields = named != null ? 1 : words.size();
        ZoneId own = words.size() > 1 ? zoneOf(words.get(words.size() - 1)) : null;
        if (named == null && own != null) {
            fields--;
            if (TAB_BEFORE_ZONE.matcher(text.strip()).find()) {
                throw new IllegalArgumentException("a tab stands before its time zone; write a blank there");
            }
        }
        if (named != null && words.size() > (own == null ? 1 : 2)) {
            throw new IllegalArgumentException(
                    "behind " + words.get(0) + " only a time zone such as Europe/Paris can follow");
        }
        if (named == null && fields != 5 && fields != 6) {
            throw new IllegalArgumentException("it has " + fields
                    + " fields; write five (minute, hour, day of the month, month, day of the week) or six with the second first,"
                    + " and maybe a time zone such as Europe/Paris behind them");
        }
        Cron cron = new Cron(
                text,
                named != null ? List.of(named.split(" ")) : words.subList(0, fields),
                own != null,
                own == null ? zone : own);
        if (!cron.everFires()) {
            throw new IllegalArgumentException("it names no day that ever comes");
        }
        return cron;
    }

    /** The zone of a word as Ruby knows it, or null. */
    private static @Nullable ZoneId zoneOf(String word) {
        if (OFFSETS.containsKey(word)) {
            return ZoneId.of(OFFSETS.get(word));
        }
        try {
            if (OFFSET.matcher(word).matches()) {
                return ZoneOffset.of(word);
            }
            boolean isKnown = ZoneId.getAvailableZoneIds().contains(word) && !word.startsWith(ONLY_JAVAS);
            return isKnown ? ZoneId.of(word) : null;
        } catch (DateTimeException e) { // beyond the 18 hours of Java
            return null;
        }
    }

    private boolean everFires() {
        LocalDate end = LocalDate.of(2000 + CYCLE, 1, 1);
        for (LocalDate day = LocalDate.of(2000, 1, 1); day.isBefore(end); day = following(day)) {
            if (days.has(day)) {
                return true;
            }
        }
        return false;
    }

    /** The next day that can fire: months that the expression does not name are passed over. */
    private LocalDate following(LocalDate day) {
        return days.hasMonthOf(day) ? day.plusDays(1) : day.withDayOfMonth(1).plusMonths(1);
    }

    /** Whether the expression itself names its zone. */
    boolean hasOwnZone() {
        return hasOwnZone;
    }

    /** The zone by which it goes. */
    ZoneId zone() {
        return zone;
    }

    /** The first instant after the given one at which this expression fires, in whole seconds. */
    Instant next(Instant after) {
        Instant from = after.truncatedTo(ChronoUnit.SECONDS);
        while (true) {
            Instant found = nextElapsed(from.plusSeconds(1));
            if (elapsed) {
                return found;
            }
            ZoneOffsetTransition change = rules.nextTransition(from);
            while (change != null && !change.getInstant().isAfter(found)) {
                if (change.isGap() && firesBetween(change.getDateTimeBefore(), change.getDateTimeAfter())) {
                    return change.getInstant();
                }
                change = rules.nextTransition(change.getInstant());
            }
            if (!isSecondPass(found)) {
                return found;
            }
            from = found;
        }
    }

    private boolean isSecondPass(Instant found) {
        LocalDateTime local = local(found);
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        return offsets.size() > 1 && !rules.getOffset(found).equals(offsets.get(0));
    }

    /** The first instant from the given one on whose local time is named, whatever clocks have shown before. */
    private Instant nextElapsed(Instant from) {
        Instant at = from;
        while (true) {
            LocalDateTime local = local(at);
            LocalDate day = local.toLocalDate();
            if (!days.has(day)) {
                at = startOf(following(day), at);
            } else if (!isIn(hours, local.getHour())) {
                at = sooner(at, 3600 - local.getMinute() * 60 - local.getSecond());
            } else if (!isIn(minutes, local.getMinute())) {
                at = sooner(at, 60 - local.getSecond());
            } else if (!isIn(seconds, local.getSecond())) {
                at = sooner(at, 1);
            } else {
                return at;
            }
        }
    }

    /** The start of a day, which can come after a gap; never before the instant. */
    private Instant startOf(LocalDate day, Instant at) {
        LocalDateTime midnight = day.atStartOfDay();
        ZoneOffsetTransition change = rules.getTransition(midnight);
        Instant start = change != null && change.isGap()
                ? change.getInstant()
                : midnight.toInstant(rules.getValidOffsets(midnight).get(0));
        return start.isAfter(at) ? start : at.plusSeconds(1);
    }

    /** So many seconds later, or where clocks change in between. */
    private Instant sooner(Instant at, long seconds) {
        Instant later = at.plusSeconds(seconds);
        ZoneOffsetTransition change = rules.nextTransition(at);
        return change != null && change.getInstant().isBefore(later) ? change.getInstant() : later;
    }

    /** Whether a time of a gap is named. Gaps begin and end with a minute. */
    private boolean firesBetween(LocalDateTime from, LocalDateTime to) {
        for (LocalDateTime at = from; at.isBefore(to); at = at.plusMinutes(1)) {
            if (isIn(minutes, at.getMinute()) && isIn(hours, at.getHour()) && days.has(at.toLocalDate())) {
                return true;
            }
        }
        return false;
    }

    private LocalDateTime local(Instant at) {
        return LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, rules.getOffset(at));
    }

    private static boolean isIn(long set, int number) {
        return (set >> number & 1) == 1;
    }

    /** The text as it was given. */
    @Override
    public String toString() {
        return text;
    }
}
