package io.resque.launcher;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Jobs that take so many milliseconds. */
public final class SignalJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Take", () -> context -> {
            long millis = context.args().get(0, Long.class);
            System.out.println("begun " + millis);
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        });
    }
}
