package io.resque.api.spi;

import java.util.Objects;

/**
 * The locks by which the schedulers of other libraries choose the one among them that moves delayed jobs:
 * {@code resque_scheduler_master_lock} of resque-scheduler, and {@code resque_scheduler_leader_lock} of node-resque. Nobody
 * moves items while such a scheduler does, since it would lose or double jobs.
 *
 * @param masterPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for the Ruby schedulers; empty if it is not set
 */
public record ForeignLocks(String masterPrefix) {
    /**
     * The value of a lock that a scheduler of this library holds. Such a lock is not foreign.
     */
    public static final String OURS = "java-schedulers";

    /**
     * Refuses null.
     *
     * @param masterPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for the Ruby schedulers
     */
    public ForeignLocks {
        Objects.requireNonNull(masterPrefix, "masterPrefix");
    }

    /**
     * A scheduler of another library that holds its lock.
     *
     * @param lock the key of the lock
     * @param value what stands there: for Ruby {@code <host>:<pid>}, for Node the name of the scheduler
     */
    public record Holder(String lock, String value) {
        /**
         * Refuses null.
         *
         * @param lock the key of the lock
         * @param value what stands there
         */
        public Holder {
            Objects.requireNonNull(lock, "lock");
            Objects.requireNonNull(value, "value");
        }
    }
}
