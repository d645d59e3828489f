package io.resque.launcher;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Prints how much time and memory children cost. Not a test: run it by hand, on a machine that does nothing else. */
final class Figures {
    private static final RedisServer SERVER = RedisServer.forTests();

    private Figures() {}

    /** With the argument {@code isolation} only the rows that compare strict with recycled children. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("figures");
        String jars = Jars.classPath(folder);
        System.out.println("Java " + Runtime.version());
        if (List.of(args).contains("isolation")) {
            isolation(builder(jars, folder.resolve("cache")));
            return;
        }
        for (boolean archive : new boolean[] {false, true}) {
            child(builder(jars, archive ? folder.resolve("cache") : null), archive);
        }
        ProcessJobExecutor.Builder builder = builder(jars, folder.resolve("cache"));
        handOver(builder.jobsPerFork(1), 100, 250);
        handOver(builder.jobsPerFork(10), 200, 50);
        handOver(builder.jobsPerFork(100), 2_000, 1);
        for (int threads : new int[] {1, 2}) {
            withRedis(builder.jobsPerFork(1), threads, 60);
        }
        withRedis(builder.jobsPerFork(10), 1, 500);
        withRedis(builder.jobsPerFork(10), 2, 500);
        withRedis(builder.jobsPerFork(100), 1, 5_000);
        withRedis(builder.jobsPerFork(100), 2, 5_000);
        withRedis(builder.jobsPerFork(1_000_000), 1, 20_000);
    }

    private static void isolation(ProcessJobExecutor.Builder builder) throws Exception {
        withRedis(builder.jobsPerFork(1), 2, 100);
        withRedis(builder.jobsPerFork(10), 2, 500);
        withRedis(builder.jobsPerFork(100), 2, 5_000);
        withRedis(builder.recycled(), 2, 20_000);
        withRedis(builder.jobsPerFork(1_000_000), 2, 20_000);
    }

    private static ProcessJobExecutor.Builder builder(String classPath, Path archives) {
        return ProcessJobExecutor.builder().classPath(classPath).archives(archives);
    }

    /** Processor time and memory of a child up to its first job. */
    private static void child(ProcessJobExecutor.Builder builder, boolean archive) throws Exception {
        JobExecutor executor = TestHost.of(new WorkJobs()).open(builder.build());
        try (executor) {
            if (archive) {
                awaitArchive(executor);
            }
            long[] cpu = new long[11];
            long[] memory = new long[11];
            for (int i = 0; i < cpu.length; i++) {
                List<?> cost = (List<?>) ((JobOutcome.Completed) TestHost.run(executor, "Cost")).result();
                cpu[i] = (Long) cost.get(0);
                memory[i] = (Long) cost.get(1);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            }
            System.out.printf(
                    "child%s: %d ms of processor time, %d MB at most (medians)%n",
                    archive ? " with archive" : "", median(cpu), median(memory) >> 10);
        }
    }

    private static void awaitArchive(JobExecutor executor) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (((JobOutcome.Completed) TestHost.run(executor, "Archive"))
                .result()
                .equals("[]")) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("no archive");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** How long an empty job takes, with a pause before each job, as in a worker that is not always busy. */
    private static void handOver(ProcessJobExecutor.Builder builder, int jobs, int pauseMillis)
            throws InterruptedException {
        JobExecutor executor = TestHost.of(new WorkJobs()).open(builder.build());
        try (executor) {
            long[] nanos = new long[jobs];
            for (int i = -5; i < nanos.length; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
                long start = System.nanoTime();
                TestHost.run(executor, "Noop");
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - start;
                }
            }
            long median = median(nanos);
            System.out.printf(
                    "jobsPerFork %d, a job each %d ms: run() median %.2f ms, p99 %.2f ms%n",
                    options(builder), pauseMillis, median / 1e6, nanos[jobs * 99 / 100 - 1] / 1e6);
        }
    }

    /** Processor time of all children that have ended, as Linux counts it. */
    private static long childrenMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * 10;
    }

    private static void withRedis(ProcessJobExecutor.Builder builder, int threads, int jobs)
            throws IOException, InterruptedException {
        String namespace = SERVER.newNamespace();
        try (RespClient redis = SERVER.client();
                Resque resque =
                        Resque.builder().url(SERVER.url()).namespace(namespace).build()) {
            ProcessJobExecutor executor = builder.build();
            for (int i = 0; i < jobs; i++) {
                resque.enqueue("q", "Noop");
            }
            long spent = childrenMillis();
            long start = System.nanoTime();
            Worker worker = resque.workerBuilder("q")
                    .module(new WorkJobs())
                    .concurrency(threads)
                    .executor(executor)
                    .start();
            while (!Integer.toString(jobs).equals(redis.text("GET", namespace + ":stat:processed"))) {
                LockSupport.parkNanos(5_000_000);
            }
            long end = System.nanoTime();
            worker.close();
            System.out.printf(
                    "%d thread(s), jobsPerFork %d: %.0f jobs/s over Redis, %.2f ms of children's processor time a job%n",
                    threads,
                    options(builder),
                    jobs / ((end - start) / 1e9),
                    (childrenMillis() - spent) / (double) jobs);
            redis.deleteKeys(namespace + ":");
        }
    }

    private static int options(ProcessJobExecutor.Builder builder) {
        return builder.options().jobsPerFork();
    }
}
