package io.resque.api.spi;

import java.util.Objects;

/**
 * A failure record and the list it goes to.
 *
 * @param list where it is appended
 * @param record the record's JSON
 */
public record FailureEntry(FailureList list, Payload record) {
    /**
     * Checks for null.
     *
     * @param list where it is appended
     * @param record the record's JSON
     */
    public FailureEntry {
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(record, "record");
    }
}
