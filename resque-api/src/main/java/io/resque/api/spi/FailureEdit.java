package io.resque.api.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one failure record. The change is made only if the record is still at its index.
 *
 * @param index position in its list, from 0 at the oldest
 * @param expected the record as it was read
 * @param replacement the record to write instead; null to remove the record
 * @param push a job to enqueue together with the change, without statuses; null for none
 * @param aside a payload that was set aside, to enqueue or remove together with the change; null for none
 */
public record FailureEdit(
        long index,
        Payload expected,
        @Nullable Payload replacement,
        @Nullable Push push,
        @Nullable Aside aside) {
    /**
     * A payload that was set aside because it was too large, see {@link Subscription#maxPayload}. After the change it
     * is no longer set aside.
     *
     * @param name the {@code kept_as} of its stand-in
     * @param queue the queue to append the whole payload to; the queue is announced. If the payload is gone, the change
     *     is not made. Null to remove the payload
     */
    public record Aside(String name, @Nullable String queue) {}

    /**
     * A change without a payload that was set aside.
     *
     * @param index position in its list
     * @param expected the record as it was read
     * @param replacement the record to write instead; null to remove the record
     * @param push a job to enqueue together with the change; null for none
     */
    public FailureEdit(long index, Payload expected, @Nullable Payload replacement, @Nullable Push push) {
        this(index, expected, replacement, push, null);
    }

    /**
     * Refuses null, a push with statuses, and a push together with a payload that was set aside.
     *
     * @param index position in its list
     * @param expected the record as it was read
     * @param replacement the record to write instead
     * @param push a job to enqueue together with the change
     * @param aside a payload that was set aside
     */
    public FailureEdit {
        Objects.requireNonNull(expected, "expected");
        if (push != null && !push.statuses().isEmpty()) {
            throw new IllegalArgumentException(
                    "The push of a FailureEdit must have no statuses; write them by the StatusStore");
        }
        if (push != null && aside != null) {
            throw new IllegalArgumentException(
                    "A FailureEdit has either a push or a payload that was set aside, not both");
        }
    }
}
