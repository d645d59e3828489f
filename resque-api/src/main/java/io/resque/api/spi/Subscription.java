package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * The queues that a worker takes jobs from, and the text around a job in the worker's record. The record is
 * {@code source.beforeInstant + instant + beforePayload + payload + afterPayload}; the backend fills in the instant, in
 * UTC to the second ({@code 2026-11-22T15:35:23Z}), and the payload unchanged. If the payload does not look like a JSON
 * object, the backend writes a JSON string in its place, so that other programs can read the record.
 *
 * @param sources the queues, in the order in which the worker takes jobs from them
 * @param beforePayload the text between instant and payload
 * @param afterPayload the text after the payload
 * @param maxPayload the largest payload to return, in bytes, at least {@link #LEAST_MAX_PAYLOAD}. A larger payload,
 *     also one that the session holds already, is set aside: in the same atomic step as the reserve, the backend stores
 *     its bytes elsewhere, and puts a stand-in into the record and the answer, a small payload of the class
 *     {@code OversizePayload}. A backend that sets nothing aside returns every payload whole
 */
public record Subscription(List<Source> sources, String beforePayload, String afterPayload, long maxPayload) {
    /** The lowest limit for payloads, in bytes. A stand-in is always smaller. */
    public static final int LEAST_MAX_PAYLOAD = 16_384;

    /**
     * Copies the list.
     *
     * @param sources the queues, in order
     * @param beforePayload the text between instant and payload
     * @param afterPayload the text after the payload
     * @param maxPayload the largest payload to return
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
     * A subscription that returns payloads of any size.
     *
     * @param sources the queues, in order
     * @param beforePayload the text between instant and payload
     * @param afterPayload the text after the payload
     */
    public Subscription(List<Source> sources, String beforePayload, String afterPayload) {
        this(sources, beforePayload, afterPayload, Long.MAX_VALUE);
    }

    /**
     * One queue of a subscription.
     *
     * @param queue name of the queue
     * @param beforeInstant the text of the record up to the instant
     * @param limit how many sessions can hold a job of the queue at the same time; 0 for any number. A session that took its job by a
     *     source without a limit does not count. If so many sessions hold one, the queue counts as empty. A session whose worker has died holds its job until a
     *     recovery
     */
    public record Source(String queue, String beforeInstant, int limit) {
        /**
         * Refuses a negative limit.
         *
         * @param queue name of the queue
         * @param beforeInstant the text of the record up to the instant
         * @param limit how many sessions can hold a job of the queue
         */
        public Source {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(beforeInstant, "beforeInstant");
            if (limit < 0) {
                throw new IllegalArgumentException("limit must not be negative, was " + limit);
            }
        }

        /**
         * A queue without a limit.
         *
         * @param queue name of the queue
         * @param beforeInstant the text of the record up to the instant
         */
        public Source(String queue, String beforeInstant) {
            this(queue, beforeInstant, 0);
        }
    }
}
