package io.resque.api.spi;

import java.util.Objects;

/**
 * A delayed item where it stands.
 *
 * @param second the second at which it becomes due, since the epoch
 * @param item its bytes
 */
public record DelayedItem(long second, Payload item) {
    /**
     * Refuses null.
     *
     * @param second the second at which it becomes due
     * @param item its bytes
     */
    public DelayedItem {
        Objects.requireNonNull(item, "item");
    }
}
