package io.resque.chaos;

import io.resque.api.BackendException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.ProcessJobExecutor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker process. Stops on TERM. Pauses or stops when it reads such a line, and answers with a line. Ends at once
 * when its input ends, so that it never outlives the test.
 */
final class WorkerMain {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int MAX_DEATHS = 5;

    /** What becomes of the jobs of dead workers: they are retried, see {@link ChaosJobs#FLAKY}. */
    static final String RETRY = "retry";

    /** Held from an order until its answer, so that a worker which stops at once does not end the JVM before the answer. */
    private static final Object ANSWERING = new Object();

    /** The line that it prints once it works. */
    static final String STARTED = "started";

    private WorkerMain() {}

    /**
     * Runs the worker. Arguments: adapter, serializer, {@code thread} or {@code process}, number of threads,
     * {@code fail}, {@code requeue} or {@code retry}, URL, and queues.
     */
    public static void main(String[] args) throws InterruptedException {
        CompletableFuture<Worker> started = new CompletableFuture<>();
        begin("chaos-input", () -> obey(started));
        ResqueBuilder builder = Resque.builder()
                .backend(args[0])
                .serializer(args[1])
                .heartbeatInterval(Duration.ofSeconds(1))
                // With retries another process recovers, which knows none of the jobs.
                .deadAfter(Duration.ofSeconds(args[4].equals(RETRY) ? 60 : 3))
                .url(args[5]);
        if (args[4].equals("requeue")) {
            builder.requeueAfterWorkerDeath(MAX_DEATHS);
        }
        Resque resque = builder.build();
        WorkerBuilder setup =
                resque.workerBuilder(args[6].split(",")).module(new ChaosJobs()).concurrency(Integer.parseInt(args[3]));
        if (args[2].equals("process")) {
            setup.executor(ProcessJobExecutor.builder()
                    .jobsPerFork(1000)
                    .standby(false)
                    .build());
        }
        Worker worker = start(setup);
        Runtime.getRuntime().addShutdownHook(new Thread(resque::close, "chaos-stop"));
        System.out.println(STARTED);
        started.complete(worker);
        worker.join();
        synchronized (ANSWERING) {
            System.exit(0);
        }
    }

    /** Tries until it succeeds, since Redis may be down. */
    private static Worker start(WorkerBuilder setup) {
        while (true) {
            try {
                return setup.start();
            } catch (BackendException e) {
                System.err.println("Not started: " + e.getMessage());
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }

    private static void obey(CompletableFuture<Worker> started) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                Worker worker = started.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                synchronized (ANSWERING) {
                    if (order.equals("pause")) {
                        worker.pause();
                    } else {
                        Thread stop = begin("chaos-order", () -> worker.stop(LIMIT));
                        while (stop.getState() == Thread.State.NEW || stop.getState() == Thread.State.RUNNABLE) {
                            Thread.onSpinWait();
                        }
                    }
                    System.out.println(order);
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
        }
        Runtime.getRuntime().halt(3);
    }

    private static Thread begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
