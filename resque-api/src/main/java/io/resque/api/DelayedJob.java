package io.resque.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A job that is delayed, as it was read.
 *
 * @param dueAt the second at which it is due
 * @param job what it says: its queue, which is empty if it names none, its class and its arguments; {@code raw} has the bytes that stand
 *     in Redis
 * @param attempt how many runs of it failed; more than 0 if the job waits to be retried, see {@link Retry}
 * @param lastFailure how the last of these failed, with at most 500 characters of its message; empty if none failed
 */
public record DelayedJob(Instant dueAt, QueuedJob job, int attempt, Optional<JobFailure> lastFailure) {
    /**
     * Refuses null.
     *
     * @param dueAt the second at which it is due
     * @param job what it says
     * @param attempt how many runs of it failed
     * @param lastFailure how the last of these failed
     */
    public DelayedJob {
        Objects.requireNonNull(dueAt, "dueAt");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(lastFailure, "lastFailure");
    }
}
