package io.resque.core.internal.worker;

import io.resque.api.JobInfo;
import io.resque.api.Limit;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Limits;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The slots that the jobs of a worker must have before they run.
 *
 * @param jobs the jobs that the worker knows
 * @param lasts how long a slot counts without a heartbeat: until its worker would have been found dead
 */
record JobSlots(WorkerJobs jobs, Duration lasts) {
    boolean areNeeded(PayloadShape.ReadJob job) {
        return !jobs.limits(job.policyName()).isEmpty();
    }

    /**
     * What a job needs. Of two limits with one name the lower counts.
     *
     * @param hasTurn whether its rates have reserved this turn for it
     */
    List<Limits.Slot> of(PayloadShape.ReadJob read, String queue, boolean hasTurn) {
        JobInfo job = read.inner(queue);
        Map<String, Limits.Slot> slots = new LinkedHashMap<>();
        for (Limit limit : jobs.limits(read.policyName())) {
            Duration period = limit.period().orElse(null);
            String name = limit.nameFor(job) + (period == null ? "" : " in " + period);
            if (period == null || !hasTurn) {
                slots.merge(
                        name,
                        new Limits.Slot(name, limit.jobs(), period),
                        (one, other) -> one.jobs() <= other.jobs() ? one : other);
            }
        }
        return List.copyOf(slots.values());
    }

    /** What frees them at the end of the job. */
    static List<Effect> freeing(List<Limits.Slot> slots, long job) {
        List<Effect> effects = new ArrayList<>();
        for (Limits.Slot slot : slots) {
            if (slot.period() == null) {
                effects.add(new Effect.FreeSlot(slot.limit(), job));
            }
        }
        return effects;
    }
}
