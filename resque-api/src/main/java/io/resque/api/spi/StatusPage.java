package io.resque.api.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One page of a walk through all statuses of a store.
 *
 * @param unended the statuses of this page whose job waits or runs, by token; there may be none
 * @param readAt the store's time when the page was read
 * @param next where the next page begins; null if this is the last page
 */
public record StatusPage(
        Map<String, StatusRecord> unended,
        Instant readAt,
        @Nullable String next) {
    /**
     * Copies the map.
     *
     * @param unended the statuses whose job waits or runs
     * @param readAt the store's time when the page was read
     * @param next where the next page begins
     */
    public StatusPage {
        unended = Map.copyOf(unended);
        Objects.requireNonNull(readAt, "readAt");
    }
}
