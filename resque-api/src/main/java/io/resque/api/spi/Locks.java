package io.resque.api.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks of unique jobs. Thread-safe.
 *
 * <p>A lock is held by the owner of a {@link LockClaim}, and only that owner's job frees it. It ends at its expiry in any case. Each method of any
 * port that takes a payload away for good frees the locks of its claim in the same atomic step: the removal of jobs and of queues, the taking
 * of jobs from them, and a {@link DelayedMove} without a target. A lock with which a worker runs an equal payload stays. A {@code DelayedMove} to another second makes the locks end later. {@link
 * Effect.ReleaseLocks} frees the locks of a job that a worker has taken.
 */
public interface Locks {
    /**
     * Writes jobs as {@link Queues#push} or {@link DelayedItems#write}, and takes their locks, in one round trip. For each job, all of this
     * happens atomically or nothing does; the jobs do not depend on each other, except that the first of two equal jobs refuses the second.
     *
     * <p>A lock of kind {@link io.resque.api.Unique.Kind#WHILE_RUNNING} is not taken, and refuses nothing. A lock stands from now on, and ends as many
     * seconds after the second at which its job is due as its claim says.
     *
     * <p>A lock that the same owner has already says that this call was made before: the job counts as written, and nothing more is
     * written. A lock of kind {@code WHILE_QUEUED} whose job was not delayed, has not waited for a limit, and is not on the queue any more, is taken over if the queue is short
     * enough to see that.
     *
     * @param push the jobs; the caller limits its size to the size of one request
     * @return what has become of each job
     * @throws io.resque.api.JobIdTakenException if the push is {@code onlyNew} and one of its statuses has a record;
     *     nothing was written
     * @throws io.resque.api.BackendUnavailableException if no answer came; {@code maybeApplied} says whether the
     *     jobs may have been written. After any other exception that is not named here, nothing was written
     */
    LockedPush.Answer push(LockedPush push);

    /**
     * Reads locks that are held, in parts that do not keep Redis for long. A walk can return a lock twice, and misses locks that are taken or freed
     * during the walk.
     *
     * @param from where this part begins: empty for the first part, then the {@code next} of the last part
     * @return the locks of this part, in no order
     */
    Page page(String from);

    /**
     * A part of the locks.
     *
     * @param locks the locks
     * @param next where the next part begins; null if there is none
     */
    record Page(List<HeldLock> locks, @Nullable String next) {
        /**
         * Copies the list.
         *
         * @param locks the locks
         * @param next where the next part begins
         */
        public Page {
            locks = List.copyOf(locks);
        }
    }

    /**
     * Frees a lock, whoever holds it, if it is still held as it was read: by the same owner and in the same state. Its job stays where it is.
     *
     * @param lock as {@link #page} returned it
     * @return whether it was freed
     */
    boolean free(HeldLock lock);
}
