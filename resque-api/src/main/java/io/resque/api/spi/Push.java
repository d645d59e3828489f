package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * Payloads for one queue.
 *
 * @param queue its name
 * @param payloads in order; at least one
 * @param statuses status records to write first
 */
public record Push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
    /**
     * Copies the lists.
     *
     * @param queue its name
     * @param payloads in order; at least one
     * @param statuses status records to write first
     */
    public Push {
        Objects.requireNonNull(queue, "queue");
        payloads = List.copyOf(payloads);
        statuses = List.copyOf(statuses);
        if (payloads.isEmpty()) {
            throw new IllegalArgumentException("A push to \"" + queue + "\" without payloads");
        }
    }
}
