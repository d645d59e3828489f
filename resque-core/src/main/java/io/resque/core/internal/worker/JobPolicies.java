package io.resque.core.internal.worker;

import io.resque.api.Retry;
import io.resque.api.UnknownJobException;
import io.resque.api.WrappedJobs;
import io.resque.api.spi.JobOutcome;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.wire.ActiveJobHash;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows if a job fails, or if its class is not known.
 *
 * @param jobs those that the worker knows
 * @param unknown how long a job waits for another worker that knows its class; null if it fails at once
 */
record JobPolicies(WorkerJobs jobs, @Nullable Duration unknown) {
    @Nullable
    Retry of(PayloadShape.ReadJob job) {
        return jobs.policy(job.policyName());
    }

    /** After how long a job of ActiveJob is taken again that cannot run here; null if it runs, or fails at once. */
    @Nullable
    Duration putsBack(PayloadShape.ReadJob job) {
        ActiveJobHash hash = job.activeJob();
        WrappedJobs.PutBack back = hash == null ? null : jobs.putsBack(hash.jobClass());
        return back != null && hash.timesPutBack() < back.times() ? back.delay() : null;
    }

    /** How long a job of this class waits; null if it runs, or fails at once. */
    @Nullable
    Duration waits(String jobClass) {
        return unknown != null && !jobs.knows(jobClass) ? unknown : null;
    }

    static JobOutcome.Failed unknown(String jobClass) {
        return new JobOutcome.Failed(
                UnknownJobException.class.getName(),
                "No job is registered for \"" + jobClass + "\"; it waits for a worker that knows it",
                List.of());
    }
}
