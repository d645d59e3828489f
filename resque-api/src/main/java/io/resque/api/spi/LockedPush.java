package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Unique jobs to push, for one queue.
 *
 * @param queue name of the queue
 * @param entries the jobs, in their order; at least one
 * @param statuses empty, or one for each job in the same order
 * @param onlyNew whether nothing is written if one of the statuses of jobs that are written has a record already
 */
public record LockedPush(String queue, List<Entry> entries, List<StatusChange> statuses, boolean onlyNew) {
    /**
     * Copies the lists.
     *
     * @param queue name of the queue
     * @param entries the jobs
     * @param statuses their statuses
     * @param onlyNew whether no status may be there
     * @throws IllegalArgumentException if there is no job, or there are as many statuses as neither none nor jobs
     */
    public LockedPush {
        Objects.requireNonNull(queue, "queue");
        entries = List.copyOf(entries);
        statuses = List.copyOf(statuses);
        if (entries.isEmpty() || !statuses.isEmpty() && statuses.size() != entries.size()) {
            throw new IllegalArgumentException("A push to \"" + queue + "\" has " + entries.size() + " jobs and "
                    + statuses.size() + " statuses; give at least one job, and a status for none or each");
        }
    }

    /**
     * One job.
     *
     * @param second when it is due, since the epoch; past, such as 0, for a job that goes onto the queue at once
     * @param item what is written if the second is still to come; null only if the second is 0
     * @param payload what is pushed onto the queue if the second is due; it holds the text of the claim
     * @param claim its locks; null for a job without any
     */
    public record Entry(
            long second,
            @Nullable Payload item,
            Payload payload,
            @Nullable LockClaim claim) {
        /**
         * Refuses a job that could not be delayed.
         *
         * @param second when it is due
         * @param item what is written until then
         * @param payload what is pushed onto the queue
         * @param claim its locks
         */
        public Entry {
            Objects.requireNonNull(payload, "payload");
            if (item == null && second != 0) {
                throw new IllegalArgumentException("A job for the second " + second + " needs an item");
            }
        }
    }

    /**
     * What has become of a push.
     *
     * @param now the second of the backend's clock by which this was decided, as for {@link DelayedItems#write}
     * @param written for each job, in order, whether it was written. False: another job has one of its locks; nothing of it was written
     */
    public record Answer(long now, List<Boolean> written) {
        /**
         * Copies the list.
         *
         * @param now the second
         * @param written for each job
         */
        public Answer {
            written = List.copyOf(written);
        }
    }
}
