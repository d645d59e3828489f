package io.resque.api.spi;

import java.util.Objects;

/**
 * A failure record and the list to append it to.
 *
 * @param list the list
 * @param record the record, as JSON
 */
public record FailureEntry(FailureList list, Payload record) {
    /**
     * Refuses null.
     *
     * @param list the list
     * @param record the record, as JSON
     */
    public FailureEntry {
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(record, "record");
    }
}
