package io.resque.api.spi;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job that began before a status of its own was there, since another library writes it after the job.
 *
 * @param change the end: {@link io.resque.api.JobState#FAILED} or {@link io.resque.api.JobState#COMPLETE}
 * @param enqueued when the job was enqueued: a record that was started before this is that of an earlier job with the same token;
 *     null if this is not known
 */
public record StatusEnd(StatusChange change, @Nullable Instant enqueued) {
    /**
     * Checks that it is an end.
     *
     * @param change the end
     * @param enqueued when the job was enqueued
     */
    public StatusEnd {
        if (!Objects.requireNonNull(change, "change").state().isFinal()) {
            throw new IllegalArgumentException("change must be FAILED or COMPLETE, was " + change.state());
        }
    }

    /**
     * Whether a record is that of this job.
     *
     * @param record what stands
     * @return false if it was started before the job was enqueued
     */
    public boolean isOf(StatusRecord record) {
        Instant started = record.started() == null ? record.updated() : record.started();
        return enqueued == null || !started.isBefore(enqueued);
    }
}
