package io.resque.api.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The end of a job: what to write when a worker lets the job go.
 *
 * @param job the job
 * @param effects what to write, in this order
 * @param onlyWhileRecorded whether to do nothing, and answer {@link Reservation#RECORD_GONE}, if another program has
 *     removed the worker's record of the job. That program may have recorded the job as failed
 */
public record Settlement(ReservedJob job, List<Effect> effects, boolean onlyWhileRecorded) {
    /**
     * Copies the list.
     *
     * @param job the job
     * @param effects what to write, in this order
     * @param onlyWhileRecorded whether to do nothing if another program has removed the worker's record
     */
    public Settlement {
        Objects.requireNonNull(job, "job");
        effects = List.copyOf(effects);
    }

    /**
     * A settlement that is written even if another program has removed the worker's record.
     *
     * @param job the job
     * @param effects what to write, in this order
     */
    public Settlement(ReservedJob job, List<Effect> effects) {
        this(job, effects, false);
    }

    /**
     * The same settlement with further effects.
     *
     * @param more written after the others
     * @return a copy
     */
    public Settlement with(List<Effect> more) {
        List<Effect> all = new ArrayList<>(effects);
        all.addAll(more);
        return new Settlement(job, all, onlyWhileRecorded);
    }

    /**
     * The same settlement, written even if another program has removed the worker's record.
     *
     * @return this, or a copy
     */
    public Settlement evenUnrecorded() {
        return onlyWhileRecorded ? new Settlement(job, effects) : this;
    }
}
