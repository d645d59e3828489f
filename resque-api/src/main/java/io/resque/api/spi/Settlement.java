package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, and what is to be written about it.
 *
 * @param job the job
 * @param countProcessed whether the processed counters grow by one
 * @param countFailed whether the failed counters grow by one
 * @param failures records to append to failure lists
 * @param status the change of its status; null if it has none, or keeps it elsewhere
 * @param onlyWhileRecorded whether nothing must be done if another program has removed the worker's record of the job, and
 *     perhaps filed the job as failed: the answer is then {@link Reservation#RECORD_GONE}
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
     * @param countProcessed whether the processed counters grow by one
     * @param countFailed whether the failed counters grow by one
     * @param failures records to append to failure lists
     * @param status the change of its status
     * @param onlyWhileRecorded whether nothing must be done if the worker's record is gone
     */
    public Settlement {
        Objects.requireNonNull(job, "job");
        failures = List.copyOf(failures);
    }

    /**
     * One that is written whether or not the worker's record still stands.
     *
     * @param job the job
     * @param countProcessed whether the processed counters grow by one
     * @param countFailed whether the failed counters grow by one
     * @param failures records to append to failure lists
     * @param status the change of its status
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
     * The same, to be written whether or not the worker's record still stands.
     *
     * @return this, or a copy
     */
    public Settlement evenUnrecorded() {
        return onlyWhileRecorded ? new Settlement(job, countProcessed, countFailed, failures, status) : this;
    }
}
