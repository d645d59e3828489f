package io.resque.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to clean up after a dead worker, and what to do with the job that it held. If the worker's record holds no job,
 * there are no effects, and {@code requeue} is null; the worker is then removed with its record.
 *
 * @param worker the worker as it was read; if it has changed since, nothing is done
 * @param effects what to write, in this order, when the job ends as a failure; nothing of it if the job is put back
 * @param requeue how to put the job back into its queue; null to end it as a failure
 * @param copy the same job in the list where another library keeps it, as {@link Workers#inFlight} returned it: it is
 *     removed from that list; if it is no longer there, nothing is done. Null if there is none
 * @param more whether the worker holds further jobs, each of which gets a recovery of its own. If so, only the worker's
 *     record is removed
 */
public record Recovery(
        WorkerSnapshot worker,
        List<Effect> effects,
        @Nullable Requeue requeue,
        @Nullable InFlight copy,
        boolean more) {
    /**
     * Copies the list.
     *
     * @param worker the worker as it was read
     * @param effects what to write when the job ends as a failure
     * @param requeue how to put the job back into its queue
     * @param copy the same job in the list where another library keeps it
     * @param more whether the worker holds further jobs
     */
    public Recovery {
        Objects.requireNonNull(worker, "worker");
        effects = List.copyOf(effects);
    }

    /**
     * The recovery of a worker whose only job is in its record, and in no list of another library.
     *
     * @param worker the worker as it was read
     * @param effects what to write, in this order, when the job ends as a failure
     * @param requeue how to put the job back into its queue; null to end it as a failure
     */
    public Recovery(WorkerSnapshot worker, List<Effect> effects, @Nullable Requeue requeue) {
        this(worker, effects, requeue, null, false);
    }

    /**
     * A job that a worker of another library keeps in a list beside its record.
     *
     * @param queue the queue that the job came from
     * @param payload the job, with the bytes that it had in the queue
     */
    public record InFlight(String queue, Payload payload) {}

    /**
     * Puts the job back at the head of its queue, unless too many workers have died while they ran it.
     *
     * @param queue the queue that the job came from
     * @param payload the job, with the bytes that it had in the queue
     * @param effects what to write, in this order, when the job is put back
     * @param maxDeaths the number of deaths, this one included, at which the job ends as a failure instead
     * @param forget how long a death counts
     * @param countedAs the payload by whose bytes the deaths are counted: the job without what its runs have added. Null for the bytes that go
     *     back
     */
    public record Requeue(
            String queue,
            Payload payload,
            List<Effect> effects,
            int maxDeaths,
            Duration forget,
            @Nullable Payload countedAs) {
        /**
         * Copies the list.
         *
         * @param queue the queue that the job came from
         * @param payload the job
         * @param effects what to write, in this order, when the job is put back
         * @param maxDeaths the number of deaths at which the job ends as a failure instead
         * @param forget how long a death counts
         * @param countedAs the payload by whose bytes the deaths are counted
         */
        public Requeue {
            effects = List.copyOf(effects);
        }

        /**
         * Counts the deaths by the bytes that go back.
         *
         * @param queue the queue that the job came from
         * @param payload the job
         * @param effects what to write, in this order, when the job is put back
         * @param maxDeaths the number of deaths at which the job ends as a failure instead
         * @param forget how long a death counts
         */
        public Requeue(String queue, Payload payload, List<Effect> effects, int maxDeaths, Duration forget) {
            this(queue, payload, effects, maxDeaths, forget, null);
        }
    }

    /** What a recovery has done. */
    public enum Outcome {
        /**
         * Nothing was done: the worker has changed since it was read, because it lives or another process has recovered
         * it.
         */
        CHANGED,
        /** The worker held no job and was removed. */
        REMOVED,
        /** The effects are written: the worker's job has ended as a failure, or is retried. */
        FAILED,
        /** The worker's job is back at the head of its queue. */
        REQUEUED
    }
}
