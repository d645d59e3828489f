package io.resque.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to clean up after a dead worker, and what to do with the job that it held. If the worker's record holds no job,
 * there are no failures, and {@code failed} and {@code requeue} are null; the worker is then removed with its record.
 *
 * @param worker the worker as it was read; if it has changed since, nothing is done
 * @param failures the failure records to append, unless the job is put back
 * @param failed the status change to write with the failure records; null for none
 * @param requeue how to put the job back into its queue; null to record the failure instead
 * @param copy the same job in the list where another library keeps it, as {@link Workers#inFlight} returned it: it is
 *     removed from that list; if it is no longer there, nothing is done. Null if there is none
 * @param more whether the worker holds further jobs, each of which gets a recovery of its own. If so, only the worker's
 *     record is removed
 */
public record Recovery(
        WorkerSnapshot worker,
        List<FailureEntry> failures,
        @Nullable StatusChange failed,
        @Nullable Requeue requeue,
        @Nullable InFlight copy,
        boolean more) {
    /**
     * Copies the list.
     *
     * @param worker the worker as it was read
     * @param failures the failure records to append
     * @param failed the status change to write with the failure records
     * @param requeue how to put the job back into its queue
     * @param copy the same job in the list where another library keeps it
     * @param more whether the worker holds further jobs
     */
    public Recovery {
        Objects.requireNonNull(worker, "worker");
        failures = List.copyOf(failures);
    }

    /**
     * The recovery of a worker whose only job is in its record, and in no list of another library.
     *
     * @param worker the worker as it was read
     * @param failures the failure records to append
     * @param failed the status change to write with the failure records; null for none
     * @param requeue how to put the job back into its queue; null to record the failure instead
     */
    public Recovery(
            WorkerSnapshot worker,
            List<FailureEntry> failures,
            @Nullable StatusChange failed,
            @Nullable Requeue requeue) {
        this(worker, failures, failed, requeue, null, false);
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
     * @param waiting the status change to write when the job is put back; null for none
     * @param maxDeaths the number of deaths, this one included, at which the failure is recorded instead
     * @param forget how long a death counts
     */
    public record Requeue(
            String queue, Payload payload, @Nullable StatusChange waiting, int maxDeaths, Duration forget) {}

    /** The effect of a recovery. */
    public enum Outcome {
        /**
         * Nothing was done: the worker has changed since it was read, because it lives or another process has recovered
         * it.
         */
        CHANGED,
        /** The worker held no job and was removed. */
        REMOVED,
        /** The worker's job was recorded as failed. */
        FAILED,
        /** The worker's job is back at the head of its queue. */
        REQUEUED
    }
}
