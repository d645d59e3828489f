package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some of the entries of recurring jobs, in no order.
 *
 * @param place the place where they stand, for {@link RecurringEntries#tick} and its neighbours
 * @param entries the entries
 * @param now the second of the backend's clock at which the page was read
 * @param next where the next page begins; null if this is the last one
 */
public record RecurringPage(
        String place,
        List<RecurringEntry> entries,
        long now,
        @Nullable String next) {
    /**
     * Copies the list.
     *
     * @param place the place where the entries stand
     * @param entries the entries
     * @param now the second of the backend's clock at which the page was read
     * @param next where the next page begins
     */
    public RecurringPage {
        Objects.requireNonNull(place, "place");
        entries = List.copyOf(entries);
    }
}
