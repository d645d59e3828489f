package io.resque.benchmarks;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;

/** A job that does nothing, for children. */
public final class EmptyJobs implements JobModule {
    /** A child needs it. */
    public EmptyJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Noop", () -> context -> {});
    }
}
