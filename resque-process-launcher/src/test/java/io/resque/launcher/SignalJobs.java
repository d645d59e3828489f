package io.resque.launcher;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A job that creates a file when it begins and takes so many milliseconds, or writes down the environment that its own processes inherit. */
public final class SignalJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Take", () -> context -> {
            long millis = context.args().get(0, Long.class);
            String begun = System.getenv("BEGUN");
            if (begun != null) {
                Files.createFile(Path.of(begun));
            }
            String environment = System.getenv("SHOW_ENVIRONMENT");
            if (environment != null) {
                new ProcessBuilder("env")
                        .redirectOutput(Path.of(environment).toFile())
                        .start()
                        .waitFor();
            }
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        });
    }
}
