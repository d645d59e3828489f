package io.resque.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * Delayed items to write for one queue, with the statuses of their jobs.
 *
 * @param queue name of the queue that the jobs go to when they are due
 * @param entries the items, in order; at least one
 * @param statuses the status changes to write with the items
 * @param onlyNew true if nothing must be written when one of these statuses already has a record
 */
public record DelayedPush(String queue, List<Entry> entries, List<StatusChange> statuses, boolean onlyNew) {
    /**
     * Copies the lists.
     *
     * @param queue name of the queue
     * @param entries the items, in order; at least one
     * @param statuses the status changes to write with the items
     * @param onlyNew true if nothing must be written when one of these statuses already has a record
     */
    public DelayedPush {
        Objects.requireNonNull(queue, "queue");
        entries = List.copyOf(entries);
        statuses = List.copyOf(statuses);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("A delayed push to \"" + queue + "\" has no items; give at least one");
        }
    }

    /**
     * A delayed push of jobs that have no status.
     *
     * @param queue name of the queue
     * @param entries the items, in order; at least one
     */
    public DelayedPush(String queue, List<Entry> entries) {
        this(queue, entries, List.of(), false);
    }

    /**
     * One job.
     *
     * @param second the second at which it becomes due, since the epoch
     * @param item what is written if the second is still to come
     * @param payload what is pushed onto the queue if the second is due already
     */
    public record Entry(long second, Payload item, Payload payload) {
        /**
         * Refuses null.
         *
         * @param second the second at which it becomes due
         * @param item what is written if the second is still to come
         * @param payload what is pushed onto the queue if the second is due already
         */
        public Entry {
            Objects.requireNonNull(item, "item");
            Objects.requireNonNull(payload, "payload");
        }
    }
}
