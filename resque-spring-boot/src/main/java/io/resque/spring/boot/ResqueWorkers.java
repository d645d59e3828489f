package io.resque.spring.boot;

import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.SmartLifecycle;

/**
 * The workers of the application. They start when all else has started, web server included, and are the first to stop, so that no job
 * meets a bean that is not ready or already closed. With {@code resque.worker.start=wait} they start without Redis, and register once it
 * answers. They can be started again after a stop, as Spring does with contexts that tests pause. Thread-safe.
 */
public final class ResqueWorkers implements SmartLifecycle {
    private final Resque resque;
    private final WorkerPlans plans;
    private final Map<String, Worker> running = new LinkedHashMap<>();
    private boolean isStarted;

    ResqueWorkers(Resque resque, WorkerPlans plans) {
        this.resque = resque;
        this.plans = plans;
    }

    /**
     * The workers that were started.
     *
     * @return by their names in {@code resque.workers}, or under {@code worker} the only one; empty before the start, after a stop, and if
     *     the application has no job
     */
    public synchronized Map<String, Worker> running() {
        return Map.copyOf(running);
    }

    /**
     * Starts the workers. Does nothing if they were started.
     *
     * @throws io.resque.api.ConfigurationException if a setting or a job is wrong; no worker runs then
     * @throws io.resque.api.BackendException if Redis does not answer and {@code resque.worker.start} is {@code fail}, or if it refuses the
     *     login; no worker runs then
     */
    @Override
    public synchronized void start() {
        if (isStarted) {
            return;
        }
        try {
            plans.builders(resque).forEach((name, builder) -> running.put(name, builder.start()));
            isStarted = true;
        } finally {
            if (!isStarted) {
                running.values().forEach(worker -> worker.stop(Duration.ZERO));
                running.clear();
            }
        }
    }

    /**
     * Runs jobs on the calling thread, as each worker of this application would, until no job is left: for tests. The workers need not be
     * started, and these jobs are run one after the other. A job that fails is recorded as failed.
     *
     * @return the number of jobs that were run; 0 if the application has no job
     * @throws io.resque.api.ConfigurationException if a setting or a job is wrong
     * @throws io.resque.api.BackendException if Redis does not answer and {@code resque.worker.start} is {@code fail}
     */
    public long drain() {
        long all = 0;
        long round;
        do { // the jobs of one worker can enqueue jobs of another
            round = plans.builders(resque).values().stream()
                    .mapToLong(WorkerBuilder::drain)
                    .sum();
            all += round;
        } while (round > 0);
        return all;
    }

    /**
     * Whether the workers start with the application.
     *
     * @return false with {@code resque.worker.auto-startup=false}
     */
    @Override
    public boolean isAutoStartup() {
        return plans.isAutoStartup();
    }

    /** Stops the workers, and waits until their jobs have ended, for the {@code stop-timeout} of each at most. */
    @Override
    public void stop() {
        CountDownLatch stopped = new CountDownLatch(1);
        stop(stopped::countDown);
        boolean isInterrupted = false;
        while (stopped.getCount() > 0) {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops the workers at the same time, in threads of their own, and returns without waiting.
     *
     * @param callback is called once all have stopped
     */
    @Override
    public synchronized void stop(Runnable callback) {
        List<Worker> stopping = new ArrayList<>(running.values());
        running.clear();
        isStarted = false;
        if (stopping.isEmpty()) {
            callback.run();
            return;
        }
        AtomicInteger left = new AtomicInteger(stopping.size());
        for (Worker worker : stopping) {
            Runnable stop = () -> {
                try {
                    worker.close();
                } finally {
                    if (left.decrementAndGet() == 0) {
                        callback.run();
                    }
                }
            };
            new Thread(null, stop, "resque-workers-stop", 0, false).start();
        }
    }

    /**
     * Whether the workers were started and not stopped.
     *
     * @return also true if the application has no job, and so no worker
     */
    @Override
    public synchronized boolean isRunning() {
        return isStarted;
    }
}
