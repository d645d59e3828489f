package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * Payloads to append to one queue, with the statuses of their jobs.
 *
 * @param queue name of the queue
 * @param payloads the payloads, in order; at least one
 * @param statuses the status changes to write before the payloads
 * @param onlyNew true if nothing must be written when one of these statuses already has a record
 */
public record Push(String queue, List<Payload> payloads, List<StatusChange> statuses, boolean onlyNew) {
    /**
     * Copies the lists.
     *
     * @param queue name of the queue
     * @param payloads the payloads, in order; at least one
     * @param statuses the status changes to write before the payloads
     * @param onlyNew true if nothing must be written when one of these statuses already has a record
     */
    public Push {
        Objects.requireNonNull(queue, "queue");
        payloads = List.copyOf(payloads);
        statuses = List.copyOf(statuses);
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("A push to \"" + queue + "\" has no payloads; give at least one");
        }
    }

    /**
     * A push that writes its statuses even if they already have records.
     *
     * @param queue name of the queue
     * @param payloads the payloads, in order; at least one
     * @param statuses the status changes to write before the payloads
     */
    public Push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
        this(queue, payloads, statuses, false);
    }
}
