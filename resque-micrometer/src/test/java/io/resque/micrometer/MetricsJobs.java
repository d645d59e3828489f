package io.resque.micrometer;

import io.resque.api.DontPerformException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;

/** Jobs that end in each way; a child process can load them. */
public final class MetricsJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Good", () -> context -> {});
        jobs.register("Failing", () -> context -> {
            throw new IllegalStateException("as it was told");
        });
        jobs.register("Vetoed", () -> context -> {
            throw new DontPerformException("as it was told");
        });
        jobs.register("Again", () -> context -> {
            if (context.attempt() < 2) {
                throw new IllegalArgumentException("as it was told");
            }
        });
        jobs.register("Dying", () -> context -> Runtime.getRuntime().halt(3));
    }
}
