package io.resque.launcher;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Jobs that end their JVM, or run while it ends. Each creates the file that BEGUN names. */
public final class EndingJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Exit", () -> context -> System.exit(7));
        jobs.register("ExitAtCheckpoint", () -> context -> {
            context.checkpoint(7);
            System.exit(7);
        });
        jobs.retry("ExitAtCheckpoint", Retry.limit(1).fixed(Duration.ofHours(1)).retryDeaths(true));
        jobs.register("Halt", () -> context -> Runtime.getRuntime().halt(9));
        jobs.register("Take", () -> context -> {
            begin();
            new CountDownLatch(1).await(context.args().get(0, Long.class), TimeUnit.MILLISECONDS);
        });
        jobs.register("Deaf", () -> context -> {
            begin();
            while (!Thread.currentThread().isDaemon()) {
                LockSupport.parkNanos(1_000_000);
            }
        });
    }

    static void begin() throws IOException {
        Files.createFile(Path.of(System.getenv("BEGUN")));
    }
}
