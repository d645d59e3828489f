package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a reserve.
 *
 * @param state what happened
 * @param job the job if the state is {@link State#JOB}, null otherwise
 */
public record Reservation(State state, @Nullable ReservedJob job) {
    /** All queues are empty. */
    public static final Reservation EMPTY = new Reservation(State.EMPTY, null);

    /** All workers are told to pause. */
    public static final Reservation PAUSED = new Reservation(State.PAUSED, null);

    /** The registration is gone. */
    public static final Reservation LOST = new Reservation(State.LOST, null);

    /** The worker's record of the job is gone. */
    public static final Reservation RECORD_GONE = new Reservation(State.RECORD_GONE, null);

    /** What a reserve can end in. */
    public enum State {
        /** A job was taken, or was held already. */
        JOB,
        /** All queues are empty. */
        EMPTY,
        /** {@code pause-all-workers} is set; no queue was looked at. */
        PAUSED,
        /** This registration no longer stands; nothing was done. */
        LOST,
        /**
         * Nothing was settled and none was taken, since somebody else has removed the worker's record of the job, though not
         * the registration. Only of a settlement that is to be made {@link Settlement#onlyWhileRecorded}.
         */
        RECORD_GONE
    }

    /**
     * A job was taken.
     *
     * @param job the job
     * @return the reservation
     */
    public static Reservation of(ReservedJob job) {
        return new Reservation(State.JOB, job);
    }
}
