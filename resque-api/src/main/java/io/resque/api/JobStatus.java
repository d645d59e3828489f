package io.resque.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of a tracked job when it was read.
 *
 * @param state the state of the job
 * @param updatedAt when the state was written, to the second
 * @param queuedAt when the job was enqueued, or, if it is delayed, when {@link Enqueuer#at} or {@link Enqueuer#in} wrote it, to the second:
 *     php-resque's member {@code started}, which says nothing about the start of the run. If the job went back to its queue, the time of
 *     that. Empty if an older php-resque has dropped it
 * @param result the result that the job has set, a JSON value; null if there is none
 * @param progress what the job has told of itself; empty if it has told nothing, has not run since it was enqueued, or was read by a method that
 *     does not read this
 */
public record JobStatus(
        JobState state,
        Instant updatedAt,
        Optional<Instant> queuedAt,
        @Nullable Object result,
        Optional<JobProgress> progress) {
    /**
     * Refuses null, but for the result.
     *
     * @param state the state of the job
     * @param updatedAt when the state was written
     * @param queuedAt when the job was enqueued or delayed
     * @param result the result that the job has set
     * @param progress what the job has told of itself
     */
    public JobStatus {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(updatedAt, "updatedAt");
        Objects.requireNonNull(queuedAt, "queuedAt");
        Objects.requireNonNull(progress, "progress");
    }

    /**
     * A status without progress.
     *
     * @param state the state of the job
     * @param updatedAt when the state was written
     * @param queuedAt when the job was enqueued or delayed
     * @param result the result that the job has set
     */
    public JobStatus(JobState state, Instant updatedAt, Optional<Instant> queuedAt, @Nullable Object result) {
        this(state, updatedAt, queuedAt, result, Optional.empty());
    }
}
