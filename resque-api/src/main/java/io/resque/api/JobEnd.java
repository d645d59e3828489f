package io.resque.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The end of a job that a worker has taken.
 *
 * @param kind the kind of the end
 * @param took the time from the call of {@link ResqueListener#jobTaken} to the end of the run, by the clock of the worker's
 *     process. It includes the time that the job waits for its child process, and not the time to write the end to Redis
 * @param exception the class name of the exception, as in the failure record; empty if the run did not fail
 */
public record JobEnd(Kind kind, Duration took, Optional<String> exception) {
    /**
     * How a job can end. A job counts in {@code stat:processed} once Redis has its end, and does not count in {@code stat:failed},
     * unless its kind says otherwise.
     */
    public enum Kind {
        /** The job ran without an exception. */
        COMPLETED,

        /** The job or a listener threw {@link DontPerformException}, which is no failure. */
        VETOED,

        /** The job or a listener threw an exception. The job counts in {@code stat:failed}. */
        FAILED,

        /**
         * The process that ran the job died, or the job called {@link System#exit}. As in Ruby, {@code stat:failed} does not count
         * this.
         */
        DIED,

        /**
         * The job was not run: its payload is no job, or is larger than this worker takes. The job counts in {@code stat:failed}.
         */
        UNREADABLE,

        /**
         * The run of the job failed, or its process died, or the worker does not know its class, or an equal job runs and {@link
         * Unique#delayConflicts} is chosen, and the job runs again. The last
         * run of a job ends as {@link #FAILED} or {@link #DIED}.
         */
        RETRIED,

        /**
         * The job was not run, since a {@link Limit} was reached: it waits, and a worker takes it again later. Does not count in
         * {@code stat:processed}.
         */
        LIMITED,

        /**
         * The job went back to the head of its queue, since the worker stops or pauses. Does not count in {@code stat:processed}. The
         * worker has not begun the job, or a stop has interrupted it and the worker was told to put such jobs back.
         */
        PUT_BACK,

        /** The job was not run and is gone, since an equal job runs, or waits in its place; see {@link Unique}. */
        DROPPED,

        /**
         * The worker could not write the end: another process had removed the worker and dealt with the job; or Redis did not take the
         * end before the worker had to leave, and a recovery of dead workers deals with the job; or the job went to wait for a {@link
         * Limit}, and the reply that said so was lost. Counts in
         * {@code stat:processed} only if Redis took the end and its reply was lost.
         */
        LOST
    }

    /**
     * Refuses null.
     *
     * @param kind the kind of the end
     * @param took how long the job took
     * @param exception the class name of the exception
     */
    public JobEnd {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(exception, "exception");
    }
}
