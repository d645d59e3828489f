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
 */
public record Subscription(List<Source> sources, String beforePayload, String afterPayload) {
    /**
     * Copies the list.
     *
     * @param sources the queues, in order
     * @param beforePayload text between instant and payload
     * @param afterPayload text after the payload
     */
    public Subscription {
        sources = List.copyOf(sources);
        Objects.requireNonNull(beforePayload, "beforePayload");
        Objects.requireNonNull(afterPayload, "afterPayload");
    }

    /**
     * One queue.
     *
     * @param queue its name
     * @param beforeInstant text of the record up to the instant
     */
    public record Source(String queue, String beforeInstant) {}
}
