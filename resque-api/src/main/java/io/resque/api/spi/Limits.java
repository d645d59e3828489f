package io.resque.api.spi;

import io.resque.api.LimitUse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The limits of jobs that several workers share: the owners of their slots, and the jobs that wait for one. {@link WorkerSession#takeSlots} takes
 * slots, {@link Effect.FreeSlot} frees them. Thread-safe.
 *
 * <p>A job that waits is in the list of its limit, and no longer in its queue. When a slot is freed, the same step sends the job that waits
 * longest back to the head of its queue, and keeps the slot for it for 30 seconds.
 */
public interface Limits {
    /**
     * Sends jobs that wait back to the heads of their queues, as many as there are free slots. A slot is free, too, if it counted up to a
     * second that is past: of a dead worker, or of a job that was sent back and that nobody took.
     *
     * @return whether jobs wait for a slot now
     */
    boolean sendBack();

    /**
     * Does the same as {@link #sendBack} for all processes, which call this once in a second each. A backend can let one of them do it in
     * each second, and the others do nothing.
     */
    default void look() {
        sendBack();
    }

    /**
     * The limits that jobs wait for.
     *
     * @param count the largest number of limits
     * @return in no order
     */
    List<LimitUse> used(int count);

    /**
     * Reads jobs that wait, without removing them.
     *
     * @param limit full name of the limit
     * @param start position of the first job, from 0 for the one that waits longest
     * @param count the largest number of jobs
     * @param maxBytes the largest number of bytes, for all jobs together. If the first job alone is larger, it is returned with a stand-in,
     *     see {@link Subscription#maxPayload}
     * @return the jobs, in their order; at least one, if there is one
     * @throws IllegalArgumentException if {@code start} or {@code count} is negative
     */
    List<WaitingJob> range(String limit, long start, long count, long maxBytes);

    /**
     * Removes every job that equals one of these from the list of a limit.
     *
     * @param limit full name of the limit
     * @param jobs the jobs
     * @return for each job, in order, how many were removed
     */
    List<Long> removeAll(String limit, List<WaitingJob> jobs);

    /**
     * What a job needs of a limit before it runs.
     *
     * @param limit full name of the limit
     * @param jobs how many jobs may have a slot at a time; or may begin in the period
     * @param period the period of a rate; null if the limit counts the jobs that run at a time
     */
    record Slot(String limit, int jobs, @Nullable Duration period) {
        /**
         * Refuses values that make no sense.
         *
         * @param limit full name of the limit
         * @param jobs how many jobs
         * @param period the period of a rate
         */
        public Slot {
            Objects.requireNonNull(limit, "limit");
            if (jobs < 1) {
                throw new IllegalArgumentException("A limit must allow at least 1 job, was " + jobs);
            }
        }
    }

    /**
     * The answer to {@link WorkerSession#takeSlots}.
     *
     * @param state the result
     * @param second if the state is {@link State#TOO_EARLY}, the second since the epoch in which the turn of the job comes; otherwise 0
     */
    record Answer(State state, long second) {}

    /** The result of {@link WorkerSession#takeSlots}. */
    enum State {
        /** The job has its slots and can run. */
        TAKEN,
        /** A limit has no free slot: the job waits in its list, and the session holds it no more. */
        WAITS,
        /** A rate is reached. The session holds the job, and the rate has reserved a later second for it. */
        TOO_EARLY,
        /** The session is no longer registered; nothing was done. */
        LOST
    }

    /**
     * A job that waits for a slot.
     *
     * @param queue the queue that it was taken from
     * @param payload its payload
     */
    record WaitingJob(String queue, Payload payload) {}
}
