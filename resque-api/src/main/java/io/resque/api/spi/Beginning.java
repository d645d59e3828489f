package io.resque.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * The beginning of a run whose job needs locks.
 *
 * @param job the job, as the session returned it
 * @param claim its locks
 * @param keep how long a lock stands at least while the job runs: until its worker would have been found dead
 */
public record Beginning(ReservedJob job, LockClaim claim, Duration keep) {
    /**
     * Refuses null.
     *
     * @param job the job
     * @param claim its locks
     * @param keep how long a lock stands at least
     */
    public Beginning {
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(claim, "claim");
        Objects.requireNonNull(keep, "keep");
    }

    /** Whether the job can run. */
    public enum Answer {
        /** The session has what the job needs: it can run. */
        STARTED,

        /**
         * Another job runs with a lock of this one, also an equal payload in another worker, or another program has the lock. The session
         * still holds the job, and nothing was written.
         */
        REFUSED,

        /** The session has lost its registration, or holds another job or none. Nothing was written. */
        LOST
    }
}
