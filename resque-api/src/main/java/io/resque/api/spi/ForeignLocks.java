package io.resque.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * The locks by which the schedulers of other libraries choose the one among them that moves delayed jobs:
 * {@code resque_scheduler_master_lock} of resque-scheduler, and {@code resque_scheduler_leader_lock} of node-resque. Nobody
 * moves items while such a scheduler does, since it would lose or double jobs.
 *
 * @param masterPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for the Ruby schedulers; empty if it is not set
 * @param holds whether a call also takes these locks, for {@link #HELD_FOR}: both, if nobody else holds one of them. All schedulers of
 *     this library hold them together, under the value {@link #OURS}, and each call renews them. Nobody gives them back; they expire
 */
public record ForeignLocks(String masterPrefix, boolean holds) {
    /**
     * The value of a lock that a scheduler of this library holds. Such a lock is not foreign.
     */
    public static final String OURS = "java-schedulers";

    /** For how long a call takes or renews the locks. */
    public static final Duration HELD_FOR = Duration.ofSeconds(30);

    /**
     * A lock that was foreign when a call last saw it counts as held for so long afterwards, unless the call is to hold the locks itself: the
     * schedulers of that library can be choosing the next one. This is noted in the backend, so that every caller knows of it.
     */
    public static final Duration TAKEOVER = Duration.ofSeconds(10);

    /**
     * Refuses null.
     *
     * @param masterPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for the Ruby schedulers
     * @param holds whether a call also takes these locks
     */
    public ForeignLocks {
        Objects.requireNonNull(masterPrefix, "masterPrefix");
    }

    /**
     * Locks to look at, and not to hold.
     *
     * @param masterPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for the Ruby schedulers
     */
    public ForeignLocks(String masterPrefix) {
        this(masterPrefix, false);
    }

    /**
     * A scheduler of another library that holds its lock, or held it less than {@link #TAKEOVER} ago.
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
