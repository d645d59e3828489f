package io.resque.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * The beginning of a run whose job needs locks.
 *
 * @param job the job, as the session returned it
 * @param claim its locks
 * @param keep how long a lock stands at least while the job runs: until its worker would have been found dead
 * @param adopts whether the payload names no locks, since another library has pushed it: then a lock of its plugin that has no owner of ours is that
 *     of this job
 */
public record Beginning(ReservedJob job, LockClaim claim, Duration keep, boolean adopts) {
    /**
     * Refuses null.
     *
     * @param job the job
     * @param claim its locks
     * @param keep how long a lock stands at least
     * @param adopts whether the payload names no locks
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
         * Another job runs with a lock of this one, also an equal payload in another worker, or another program has the lock, unless it is one of a plugin
         * and of kind {@code UNTIL_DONE}. The session still holds the job, and nothing was written.
         */
        REFUSED,

        /** The session has lost its registration, or holds another job or none. Nothing was written. */
        LOST
    }
}
