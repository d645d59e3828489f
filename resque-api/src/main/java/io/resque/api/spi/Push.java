package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * Payloads for one queue.
 *
 * @param queue its name
 * @param payloads in order; at least one
 * @param statuses status records to write first
 * @param onlyNew whether nothing may be written if there is a record of one of these statuses
 */
public record Push(String queue, List<Payload> payloads, List<StatusChange> statuses, boolean onlyNew) {
    /**
     * Copies the lists.
     *
     * @param queue its name
     * @param payloads in order; at least one
     * @param statuses status records to write first
     * @param onlyNew whether nothing may be written if there is a record of one of these statuses
     */
    public Push {
        Objects.requireNonNull(queue, "queue");
        payloads = List.copyOf(payloads);
        statuses = List.copyOf(statuses);
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("A push to \"" + queue + "\" without payloads");
        }
    }

    /**
     * Of statuses that are written whether or not there is a record.
     *
     * @param queue its name
     * @param payloads in order; at least one
     * @param statuses status records to write first
     */
    public Push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
        this(queue, payloads, statuses, false);
    }
}
