package io.resque.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A job that is delayed, as it was read.
 *
 * @param dueAt the second at which it is due
 * @param job what it says: its queue, which is empty if it names none, its class and its arguments; {@code raw} has the bytes that stand
 *     in Redis
 */
public record DelayedJob(Instant dueAt, QueuedJob job) {
    /**
     * Refuses null.
     *
     * @param dueAt the second at which it is due
     * @param job what it says
     */
    public DelayedJob {
        Objects.requireNonNull(dueAt, "dueAt");
        Objects.requireNonNull(job, "job");
    }
}
