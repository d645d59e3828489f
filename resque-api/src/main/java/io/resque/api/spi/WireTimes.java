package io.resque.api.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads times as workers of all languages write them: of failures, of heartbeats, {@code run_at} and {@code started}.
 * Thread-safe.
 *
 * <pre>
 * 2026/11/22 15:36:45 UTC                                        Ruby and Perl, a failure
 * 2026-11-22 15:45:24 +0000                                      Ruby, the start of a worker
 * 2026-11-22T15:35:04+00:00                                      php-resque; Ruby's run_at, with Z
 * Sun Nov 22 15:35:05 CET 2026                                   php-resque, the older
 * Sun Nov 22 2026 15:43:17 GMT+0000 (Coordinated Universal Time) Node
 * 1795361599, 1795361599.25, 1795361599250                       Node, pyres and exq: seconds, or milliseconds
 * 2026-11-22T15:36:45.594+0000                                   Jesque
 * 2026-11-22T15:36:45.603344703Z                                 goworker
 * 2026-11-22 15:36:45.603344703 +0000 UTC m=+0.002405952         goworker, the start of a worker
 * 2026/11/22 15:36:45                                            pyres and resque-retry, in UTC
 * 2026 Nov 22 15:36:45 +01:00                                    Resque.NET
 * Sun Nov 22 8:36:45 +0000 2026                                  resque-clojure
 * </pre>
 *
 * <p>A time without a zone is read as UTC. A zone that is given by its abbreviation alone is read if the abbreviation
 * means one offset everywhere. {@code CST}, {@code IST}, {@code BST} and {@code PST} mean several, so such a time is
 * not read.
 */
public final class WireTimes {
    /** The longest duration that a setting can have, 36,500 days: neither Redis, nor a date, nor a timer can take just any. */
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Pattern SECONDS = Pattern.compile("(\\d{9,11})(?:\\.(\\d+))?");
    private static final Pattern MILLIS = Pattern.compile("\\d{12,13}");

    /** The day of the week before the date: the date says the same. */
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Z][a-z]{2},? (?=\\S)");

    /** Behind the time: the full name of the zone, or goworker's monotonic clock. */
    private static final Pattern SUFFIX = Pattern.compile(" (?:\\([^)]*\\)|m=[+-][\\d.]+)$");

    private static final String TIME = "(?<h>\\d{1,2}):(?<m>\\d\\d):(?<s>\\d\\d)(?:\\.(?<f>\\d+))?";
    private static final String ZONE =
            "(?:(?:GMT|UTC)?(?<offset>[+-]\\d\\d:?\\d\\d)(?: [A-Z+-]\\S*)?|(?<name>[A-Z]{1,5}))";
    private static final Pattern YEAR_FIRST =
            Pattern.compile("(?<y>\\d{4})(?<sep>[-/ ])(?<mon>\\d{1,2}|[A-Z][a-z]{2})\\k<sep>" + "(?<d>\\d{1,2})[T ]"
                    + TIME + "(?: ?" + ZONE + ")?");
    private static final Pattern MONTH_FIRST =
            Pattern.compile("(?<mon>[A-Z][a-z]{2}) +(?<d>\\d{1,2})(?: (?<y>\\d{4}))? " + TIME + "(?: " + ZONE
                    + ")?(?: (?<y2>\\d{4}))?");

    /** Abbreviations that mean the same offset everywhere. */
    private static final Map<String, String> NAMED = Map.ofEntries(
            Map.entry("Z", "Z"),
            Map.entry("UTC", "Z"),
            Map.entry("GMT", "Z"),
            Map.entry("WET", "Z"),
            Map.entry("WEST", "+01:00"),
            Map.entry("CET", "+01:00"),
            Map.entry("CEST", "+02:00"),
            Map.entry("EET", "+02:00"),
            Map.entry("EEST", "+03:00"),
            Map.entry("MSK", "+03:00"),
            Map.entry("JST", "+09:00"),
            Map.entry("AEST", "+10:00"),
            Map.entry("AEDT", "+11:00"),
            Map.entry("NZST", "+12:00"),
            Map.entry("NZDT", "+13:00"),
            Map.entry("EST", "-05:00"),
            Map.entry("EDT", "-04:00"),
            Map.entry("MST", "-07:00"),
            Map.entry("MDT", "-06:00"));

    private WireTimes() {}

    /**
     * Reads a time.
     *
     * @param text the time, as Redis holds it
     * @return the instant; empty if the text has none of these forms, or its zone is ambiguous
     */
    public static Optional<Instant> parse(String text) {
        String time = text.strip();
        if (time.length() > 100) {
            return Optional.empty();
        }
        Matcher seconds = SECONDS.matcher(time);
        if (seconds.matches()) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.group(1)), nanos(seconds.group(2))));
        }
        if (MILLIS.matcher(time).matches()) {
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(time)));
        }
        time = SUFFIX.matcher(WEEKDAY.matcher(time).replaceFirst("")).replaceFirst("");
        Matcher yearFirst = YEAR_FIRST.matcher(time);
        if (yearFirst.matches()) {
            return instant(yearFirst, yearFirst.group("y"));
        }
        Matcher monthFirst = MONTH_FIRST.matcher(time);
        return monthFirst.matches()
                ? instant(monthFirst, monthFirst.group("y") != null ? monthFirst.group("y") : monthFirst.group("y2"))
                : Optional.empty();
    }

    private static Optional<Instant> instant(Matcher time, @Nullable String year) {
        try {
            ZoneOffset zone = zone(time.group("offset"), time.group("name"));
            if (year == null || zone == null) {
                return Optional.empty();
            }
            return Optional.of(LocalDateTime.of(
                            Integer.parseInt(year),
                            month(time.group("mon")),
                            Integer.parseInt(time.group("d")),
                            Integer.parseInt(time.group("h")),
                            Integer.parseInt(time.group("m")),
                            Integer.parseInt(time.group("s")),
                            nanos(time.group("f")))
                    .toInstant(zone));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    private static @Nullable ZoneOffset zone(@Nullable String offset, @Nullable String name) {
        if (offset != null) {
            return ZoneOffset.of(offset);
        }
        if (name == null) {
            return ZoneOffset.UTC;
        }
        String named = NAMED.get(name);
        return named == null ? null : ZoneOffset.of(named);
    }

    private static int month(String text) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.parseInt(text);
        }
        for (Month month : Month.values()) {
            if (month.name().startsWith(text.toUpperCase(Locale.ROOT))) {
                return month.getValue();
            }
        }
        throw new DateTimeException("no month");
    }
}
