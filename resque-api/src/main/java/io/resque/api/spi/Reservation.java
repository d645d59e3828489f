package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * The answer to {@link WorkerSession#reserve}.
 *
 * @param state the result
 * @param job the job if the state is {@link State#JOB}; null otherwise
 */
public record Reservation(State state, @Nullable ReservedJob job) {
    /** The answer if all queues are empty. */
    public static final Reservation EMPTY = new Reservation(State.EMPTY, null);

    /** The answer if all workers are paused. */
    public static final Reservation PAUSED = new Reservation(State.PAUSED, null);

    /** The answer if the registration is lost. */
    public static final Reservation LOST = new Reservation(State.LOST, null);

    /** The answer if the worker's record of its job is gone. */
    public static final Reservation RECORD_GONE = new Reservation(State.RECORD_GONE, null);

    /** The result of a reserve. */
    public enum State {
        /** The session holds a job: it has taken one now, or held one already. */
        JOB,
        /** All queues are empty. */
        EMPTY,
        /** {@code pause-all-workers} is set; no queue was read. */
        PAUSED,
        /** The session is no longer registered; nothing was done. */
        LOST,
        /**
         * Another program has removed the worker's record of its job, but not the session: nothing was settled, and no
         * job was taken. Only the answer to a settlement with {@link Settlement#onlyWhileRecorded}.
         */
        RECORD_GONE
    }

    /**
     * The answer with a job.
     *
     * @param job the job
     * @return the reservation
     */
    public static Reservation of(ReservedJob job) {
        return new Reservation(State.JOB, job);
    }
}
