package io.resque.cli;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A job that writes its number into a file when it begins, takes so many milliseconds, and writes the number into another file; a job that
 * does the same, but ends when a third file exists; and a job that ends its JVM. A worker of the queues that HALT_FOR names does not start.
 */
public final class PoolJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        String queues = System.getenv("QUEUES");
        if (queues != null && queues.equals(System.getenv("HALT_FOR"))) {
            Runtime.getRuntime().halt(1);
        }
        jobs.register("Exit", () -> context -> System.exit(0));
        jobs.register("Note", () -> context -> {
            String number = context.args().get(0, Long.class) + "\n";
            write("BEGUN", number);
            new CountDownLatch(1).await(context.args().get(1, Long.class), TimeUnit.MILLISECONDS);
            write("DONE", number);
        });
        jobs.register("Gate", () -> context -> {
            String number = context.args().get(0, Long.class) + "\n";
            write("BEGUN", number);
            while (!Files.exists(Path.of(System.getenv("GATE")))) {
                new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
            }
            write("DONE", number);
        });
    }

    private static void write(String variable, String line) throws java.io.IOException {
        Files.writeString(Path.of(System.getenv(variable)), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
