package io.resque.api.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one failure record, made only if the record still stands where it was seen.
 *
 * @param index position in its list, from 0 at the oldest
 * @param expected the record as it was seen
 * @param replacement what it becomes; null to remove it
 * @param push a job to enqueue along with the change, without statuses; null for none
 */
public record FailureEdit(
        long index,
        Payload expected,
        @Nullable Payload replacement,
        @Nullable Push push) {
    /**
     * Checks for null.
     *
     * @param index position in its list
     * @param expected the record as it was seen
     * @param replacement what it becomes
     * @param push a job to enqueue along with the change
     */
    public FailureEdit {
        Objects.requireNonNull(expected, "expected");
        if (push != null && !push.statuses().isEmpty()) {
            throw new IllegalArgumentException("An edit of a failure writes no status; write it by the StatusStore");
        }
    }
}
