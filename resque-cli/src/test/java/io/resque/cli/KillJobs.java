package io.resque.cli;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.core.Resque;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A job that runs for ever, and writes the pid of its process into a file. */
public final class KillJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Endless", () -> context -> {
            Files.writeString(
                    Path.of(context.args().get(0, String.class)),
                    Long.toString(ProcessHandle.current().pid()));
            new CountDownLatch(1).await();
        });
    }

    /** An application with a worker in it that its command line does not show. Its arguments: URL and namespace. */
    public static void main(String[] args) throws InterruptedException {
        Resque resque = Resque.builder().url(args[0]).namespace(args[1]).build();
        resque.workerBuilder("q").module(new KillJobs()).concurrency(2).start().join();
    }
}
