package io.resque.core;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the times that workers of all languages write, as far as they say which zone they mean.
 *
 * <pre>
 * 2026/11/22 15:36:45 UTC                                       Ruby, a failure
 * 2026-11-22 15:45:24 +0000                                     Ruby, the start of a worker
 * Sun Nov 22 15:35:05 UTC 2026                                  php-resque, the older
 * 2026-11-22T15:35:04+00:00                                     php-resque; Ruby's run_at, with Z
 * Sun Nov 22 2026 15:43:17 GMT+0000 (Coordinated Universal Time) Node
 * 1795361599                                                    Node, the start of a worker
 * </pre>
 */
final class WireTimes {
    private static final Pattern SECONDS = Pattern.compile("\\d{9,11}");
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Z][a-z]{2} (?=[A-Z])");
    private static final Pattern ZONE_IN_WORDS = Pattern.compile(" \\([^)]*\\)$");
    private static final Pattern GMT_OFFSET = Pattern.compile("GMT(?=[+-]\\d{4})");
    private static final Pattern UTC = Pattern.compile("\\b(?:UTC|GMT)\\b");

    private static final DateTimeFormatter SLASHES = of("uuuu/MM/dd HH:mm:ss Z");
    private static final DateTimeFormatter DASHES = of("uuuu-MM-dd HH:mm:ss Z");
    private static final DateTimeFormatter PHP = of("MMM d HH:mm:ss Z uuuu");
    private static final DateTimeFormatter NODE = of("MMM d uuuu HH:mm:ss Z");

    private WireTimes() {}

    private static DateTimeFormatter of(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }

    static Optional<Instant> parse(String text) {
        String time = text.strip();
        if (SECONDS.matcher(time).matches()) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(time)));
        }
        time = WEEKDAY.matcher(time).replaceFirst("");
        time = ZONE_IN_WORDS.matcher(time).replaceFirst("");
        time = GMT_OFFSET.matcher(time).replaceFirst("");
        time = UTC.matcher(time).replaceFirst("+0000");
        try {
            return Optional.of(OffsetDateTime.parse(time, formatter(time)).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static DateTimeFormatter formatter(String time) {
        if (time.indexOf('/') == 4) {
            return SLASHES;
        }
        if (time.indexOf('-') == 4) {
            return time.indexOf(' ') == 10 ? DASHES : DateTimeFormatter.ISO_OFFSET_DATE_TIME;
        }
        return time.endsWith("+0000") || time.matches(".*[+-]\\d{4}") ? NODE : PHP;
    }
}
