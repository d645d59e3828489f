package io.resque.launcher.internal.process;

import io.resque.api.ResqueListener;
import io.resque.launcher.internal.support.ProcessTitle;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The text that {@code ps} shows for the worker, in Ruby's words. Thread-safe. */
final class WorkerTitle {
    /** The default INTERVAL of Ruby's workers. */
    private static final long LOOK_SECONDS = 5;

    private final ProcessTitle title = ProcessTitle.startingWith(ProcessTitle.PREFIX);
    private String queues;
    private int running;
    private boolean paused;
    private boolean allPaused;

    WorkerTitle(List<String> queues) {
        this.queues = String.join(",", queues);
    }

    synchronized void starting() {
        title.show("Starting");
    }

    synchronized void forked(long pid) {
        title.show("Forked " + pid + " at " + now());
    }

    synchronized void processing(String queue, String jobClass) {
        title.show("Processing " + queue + " since " + now() + " [" + jobClass + "]");
    }

    synchronized void began() {
        running++;
    }

    synchronized void ended() {
        running--;
        if (paused || allPaused) {
            rest();
        }
    }

    synchronized void paused(boolean paused) {
        this.paused = paused;
        rest();
    }

    /** Shows that the worker waits or is paused, unless a job runs. */
    synchronized void rest() {
        if (running == 0) {
            title.show(paused || allPaused ? "Paused" : "Waiting for " + queues);
        }
    }

    /**
     * Looks from now on at two facts that change without an event: which queues match the patterns, and whether all workers are
     * paused. The first look is made at once.
     */
    void follow(Supplier<List<String>> queues, BooleanSupplier allPaused) {
        ScheduledThreadPoolExecutor looks =
                new ScheduledThreadPoolExecutor(1, look -> ProcessThreads.make(look, "resque-title"));
        looks.scheduleWithFixedDelay(() -> look(queues, allPaused), 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look(Supplier<List<String>> queues, BooleanSupplier allPaused) {
        try {
            seen(String.join(",", queues.get()), allPaused.getAsBoolean());
        } catch (RuntimeException e) {
            // The worker itself logs that Redis is unreachable.
        }
    }

    private synchronized void seen(String queues, boolean allPaused) {
        if (!this.queues.equals(queues) || this.allPaused != allPaused) {
            this.queues = queues;
            this.allPaused = allPaused;
            rest();
        }
    }

    /** Shows the pauses and waits of a worker that has this listener. */
    ResqueListener listener() {
        return new ResqueListener() {
            @Override
            public void queueEmpty(List<String> workers) {
                rest();
            }

            @Override
            public void beforePause(List<String> workers) {
                paused(true);
            }

            @Override
            public void afterPause(List<String> workers) {
                paused(false);
            }
        };
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
