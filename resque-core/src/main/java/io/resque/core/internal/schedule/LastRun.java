package io.resque.core.internal.schedule;

import io.resque.api.spi.WireTimes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An instant as the text {@code 2026-11-29 02:13:39 +0000}: as Ruby's scheduler writes a last run, ours in UTC. */
final class LastRun {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private LastRun() {}

    static String text(Instant at) {
        return TEXT.format(at);
    }

    /** Null if the text is no time. */
    static @Nullable Instant read(String text) {
        return WireTimes.parse(text).orElse(null);
    }
}
