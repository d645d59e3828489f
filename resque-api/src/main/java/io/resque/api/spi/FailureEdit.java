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
 * @param aside what becomes along with the change of a payload that was set aside; null for nothing
 */
public record FailureEdit(
        long index,
        Payload expected,
        @Nullable Payload replacement,
        @Nullable Push push,
        @Nullable Aside aside) {
    /**
     * A payload that was set aside for its size: {@link Subscription#maxPayload}.
     *
     * @param name the {@code kept_as} of what stands in for it
     * @param queue where it is appended, whole, with the queue announced; the edit is not made if its bytes are gone. Null
     *     to remove it
     */
    public record Aside(String name, @Nullable String queue) {}

    /**
     * Without a payload that was set aside.
     *
     * @param index position in its list
     * @param expected the record as it was seen
     * @param replacement what it becomes
     * @param push a job to enqueue along with the change
     */
    public FailureEdit(long index, Payload expected, @Nullable Payload replacement, @Nullable Push push) {
        this(index, expected, replacement, push, null);
    }

    /**
     * Checks for null.
     *
     * @param index position in its list
     * @param expected the record as it was seen
     * @param replacement what it becomes
     * @param push a job to enqueue along with the change
     * @param aside what becomes of a payload that was set aside; not beside a push
     */
    public FailureEdit {
        Objects.requireNonNull(expected, "expected");
        if (push != null && !push.statuses().isEmpty()) {
            throw new IllegalArgumentException("An edit of a failure writes no status; write it by the StatusStore");
        }
        if (push != null && aside != null) {
            throw new IllegalArgumentException(
                    "An edit of a failure enqueues one job: a new one, or what was set aside");
        }
    }
}
