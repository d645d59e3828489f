package io.resque.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What shall become of a dead worker and of the job it held.
 *
 * @param worker the worker as it was seen; nothing is done if that has changed
 * @param failures failure records to append, unless the job is put back; none, and neither {@code failed} nor
 *     {@code requeue}, for a worker whose record holds no job: it is removed with its record
 * @param failed the change of the job's status that goes with the failure; null for none
 * @param requeue how to put the job back instead; null to record the failure at once
 * @param copy the same job where another library keeps it beside the record, as {@link Workers#inFlight} gave it: it is
 *     removed there; nothing is done if that has changed. Null if there is none
 * @param more whether the worker holds further jobs, each of which is recovered on its own: then only its record is removed
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
     * @param worker the worker as it was seen
     * @param failures failure records to append
     * @param failed the change of the job's status that goes with the failure
     * @param requeue how to put the job back instead
     * @param copy the same job where another library keeps it
     * @param more whether the worker holds further jobs
     */
    public Recovery {
        Objects.requireNonNull(worker, "worker");
        failures = List.copyOf(failures);
    }

    /**
     * Of a worker that holds one job, in its record alone.
     *
     * @param worker the worker as it was seen
     * @param failures failure records to append
     * @param failed the change of the job's status that goes with the failure
     * @param requeue how to put the job back instead
     */
    public Recovery(
            WorkerSnapshot worker,
            List<FailureEntry> failures,
            @Nullable StatusChange failed,
            @Nullable Requeue requeue) {
        this(worker, failures, failed, requeue, null, false);
    }

    /**
     * A job that a worker of another library keeps beside its record.
     *
     * @param queue its queue
     * @param payload the job, exactly as it stood there
     */
    public record InFlight(String queue, Payload payload) {}

    /**
     * Putting the job back at the head of its queue, until it has killed too many workers.
     *
     * @param queue its queue
     * @param payload the job, exactly as it stood there
     * @param waiting the change of its status that goes with it; null for none
     * @param maxDeaths after how many deaths it is a failure instead
     * @param forget how long a death is remembered
     */
    public record Requeue(
            String queue, Payload payload, @Nullable StatusChange waiting, int maxDeaths, Duration forget) {}

    /** What a recovery did. */
    public enum Outcome {
        /** The worker has changed since it was seen: it lives, or another has recovered it. Nothing was done. */
        CHANGED,
        /** It held no job and was removed. */
        REMOVED,
        /** Its job was recorded as failed. */
        FAILED,
        /** Its job is back at the head of its queue. */
        REQUEUED
    }
}
