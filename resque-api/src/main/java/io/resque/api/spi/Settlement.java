package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job: what to write when a worker lets the job go.
 *
 * @param job the job
 * @param countProcessed whether to add one to the processed counters
 * @param countFailed whether to add one to the failed counters
 * @param failures the failure records to append
 * @param status the status change to write; null if the job has no status, or its status is in another store
 * @param onlyWhileRecorded whether to do nothing, and answer {@link Reservation#RECORD_GONE}, if another program has
 *     removed the worker's record of the job. That program may have recorded the job as failed
 */
public record Settlement(
        ReservedJob job,
        boolean countProcessed,
        boolean countFailed,
        List<FailureEntry> failures,
        @Nullable StatusChange status,
        boolean onlyWhileRecorded) {
    /**
     * Copies the list.
     *
     * @param job the job
     * @param countProcessed whether to add one to the processed counters
     * @param countFailed whether to add one to the failed counters
     * @param failures the failure records to append
     * @param status the status change to write
     * @param onlyWhileRecorded whether to do nothing if another program has removed the worker's record
     */
    public Settlement {
        Objects.requireNonNull(job, "job");
        failures = List.copyOf(failures);
    }

    /**
     * A settlement that is written even if another program has removed the worker's record.
     *
     * @param job the job
     * @param countProcessed whether to add one to the processed counters
     * @param countFailed whether to add one to the failed counters
     * @param failures the failure records to append
     * @param status the status change to write; null for none
     */
    public Settlement(
            ReservedJob job,
            boolean countProcessed,
            boolean countFailed,
            List<FailureEntry> failures,
            @Nullable StatusChange status) {
        this(job, countProcessed, countFailed, failures, status, false);
    }

    /**
     * The same settlement, written even if another program has removed the worker's record.
     *
     * @return this, or a copy
     */
    public Settlement evenUnrecorded() {
        return onlyWhileRecorded ? new Settlement(job, countProcessed, countFailed, failures, status) : this;
    }
}
