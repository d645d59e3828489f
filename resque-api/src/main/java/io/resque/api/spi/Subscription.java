package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * The queues that a worker takes jobs from, in order, and the text that goes around a job in its record. The record is
 * {@code source.beforeInstant + instant + beforePayload + payload + afterPayload}; the backend fills in the instant, in
 * UTC to the second ({@code 2026-11-22T15:35:23Z}), and the payload as it is. A payload that does not look like a JSON
 * object is written as a JSON string instead, so that others can read the record.
 *
 * @param sources the queues, in order
 * @param beforePayload text between instant and payload
 * @param afterPayload text after the payload
 * @param maxPayload the largest payload that is given, in bytes, at least {@link #LEAST_MAX_PAYLOAD}. The bytes of a larger
 *     one, also of one that is held already, are set aside whole, at once with the reserve; a small payload stands in for
 *     them in the record and in the answer, of the class {@code OversizePayload}. A backend that sets nothing aside gives
 *     all payloads whole
 */
public record Subscription(List<Source> sources, String beforePayload, String afterPayload, long maxPayload) {
    /** What stands in for a payload is smaller. */
    public static final int LEAST_MAX_PAYLOAD = 16_384;

    /**
     * Copies the list.
     *
     * @param sources the queues, in order
     * @param beforePayload text between instant and payload
     * @param afterPayload text after the payload
     * @param maxPayload the largest payload that is given
     */
    public Subscription {
        sources = List.copyOf(sources);
        Objects.requireNonNull(beforePayload, "beforePayload");
        Objects.requireNonNull(afterPayload, "afterPayload");
        if (maxPayload < LEAST_MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "maxPayload must be at least " + LEAST_MAX_PAYLOAD + " bytes, was " + maxPayload);
        }
    }

    /**
     * Of payloads of any size.
     *
     * @param sources the queues, in order
     * @param beforePayload text between instant and payload
     * @param afterPayload text after the payload
     */
    public Subscription(List<Source> sources, String beforePayload, String afterPayload) {
        this(sources, beforePayload, afterPayload, Long.MAX_VALUE);
    }

    /**
     * One queue.
     *
     * @param queue its name
     * @param beforeInstant text of the record up to the instant
     */
    public record Source(String queue, String beforeInstant) {}
}
