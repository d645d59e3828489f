package io.resque.api;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One call of a method of {@link Enqueuer}, as {@link ResqueListener#enqueueBegins} hears of it. A stream counts as one call for each thousand
 * of its jobs.
 *
 * @param queue the queue, as the caller gave it; its name has not been checked
 * @param jobs the jobs, as the caller gave them, at least one; names and arguments have not been checked, and a listener must not change them
 * @param mode how the caller gave the jobs
 * @param due when the jobs are due; empty if they go onto the queue now
 */
public record EnqueueCall(String queue, List<JobSpec> jobs, Mode mode, Optional<Instant> due) {
    /** How a caller gave its jobs. */
    public enum Mode {
        /** One job; the caller waits until it is written. */
        ONE,
        /** Several jobs, as a list or a stream; the caller waits until they are written. */
        BULK,
        /** One or several jobs; the caller does not wait. */
        ASYNC
    }

    /**
     * Copies the list.
     *
     * @param queue the queue
     * @param jobs the jobs
     * @param mode how the caller gave the jobs
     * @param due when the jobs are due
     */
    public EnqueueCall {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(due, "due");
        jobs = List.copyOf(jobs);
    }
}
