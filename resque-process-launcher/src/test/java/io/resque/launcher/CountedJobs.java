package io.resque.launcher;

import io.resque.api.DontPerformException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Jobs that end in each way. */
public final class CountedJobs implements JobModule {
    /** A child needs it. */
    public CountedJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Good", () -> context -> {})
                .register("Failing", () -> context -> {
                    throw new IllegalStateException("failing");
                })
                .register("Vetoed", () -> context -> {
                    throw new DontPerformException("not now");
                })
                .register("Late", () -> context -> new CountDownLatch(1).await())
                .register("Deaf", () -> context -> {
                    while (!Thread.currentThread().isDaemon()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                })
                .register("Dying", () -> context -> Runtime.getRuntime().halt(9));
    }
}
