package io.resque.api.spi;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job that a worker began before the job's status existed: another library writes the status after the job.
 *
 * @param change the change to {@link io.resque.api.JobState#FAILED} or {@link io.resque.api.JobState#COMPLETE}
 * @param enqueued when the job was enqueued; null if unknown. A record that was started before belongs to an earlier
 *     job with the same token
 */
public record StatusEnd(StatusChange change, @Nullable Instant enqueued) {
    /**
     * Refuses a change to a state that is not final.
     *
     * @param change the change
     * @param enqueued when the job was enqueued
     */
    public StatusEnd {
        if (!Objects.requireNonNull(change, "change").state().isFinal()) {
            throw new IllegalArgumentException("change must be FAILED or COMPLETE, was " + change.state());
        }
    }

    /**
     * Whether a record belongs to this job.
     *
     * @param record the record that the store holds
     * @return false if the record was started before the job was enqueued
     */
    public boolean isOf(StatusRecord record) {
        Instant started = record.started() == null ? record.updated() : record.started();
        return enqueued == null || !started.isBefore(enqueued);
    }
}
