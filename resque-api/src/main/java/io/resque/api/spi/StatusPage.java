package io.resque.api.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of the statuses that a store keeps.
 *
 * @param unended those of this part that say that their job waits or runs, by token; there may be none
 * @param readAt the store's time when they were read
 * @param next where the next part begins; null if this was the last
 */
public record StatusPage(
        Map<String, StatusRecord> unended,
        Instant readAt,
        @Nullable String next) {
    /**
     * Copies the map.
     *
     * @param unended those that say that their job waits or runs
     * @param readAt the store's time
     * @param next where the next part begins
     */
    public StatusPage {
        unended = Map.copyOf(unended);
        Objects.requireNonNull(readAt, "readAt");
    }
}
