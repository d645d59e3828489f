package io.resque.core.internal.history;

import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Every ten seconds adds the run times of this process to the history, and lets the sampler have its turn. Thread-safe. */
public final class HistoryLoop implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;
    private static final int STEP = HistoryStore.Grain.FINE.seconds();
    private static final long CLOSE_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final HistoryStore store;
    private final HistorySampler sampler;
    private final RunTimeSums times;
    private final DaemonThreads threads;

    /** So many seconds after that of its sample a turn comes: not at its edges, and not at once in all processes. */
    private final int phase = ThreadLocalRandom.current().nextInt(2, 8);

    private @Nullable ScheduledThreadPoolExecutor thread;
    private boolean isClosed;
    private boolean isLeader;

    /** It does not run yet. */
    public HistoryLoop(HistoryStore store, HistorySampler sampler, RunTimeSums times, DaemonThreads threads) {
        this.store = store;
        this.sampler = sampler;
        this.times = times;
        this.threads = threads;
    }

    /** Runs until this is closed. Does nothing if it runs, or is closed. */
    public synchronized void start() {
        if (thread == null && !isClosed) {
            ScheduledThreadPoolExecutor made =
                    new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-history"));
            made.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            made.execute(this::run);
            thread = made;
        }
    }

    private void run() {
        long wait = turn();
        synchronized (this) {
            if (thread != null) {
                thread.schedule(this::run, wait, TimeUnit.SECONDS);
            }
        }
    }

    /**
     * A part that fails is tried again at the next turn; run times whose writing failed are dropped, or they could count twice.
     *
     * @return the seconds until the next turn, in the middle of the time of the next sample
     */
    long turn() {
        try {
            long second = store.second();
            part("run times were", () -> addTimes(second));
            part("a sample was", () -> isLeader = sampler.turn(second));
            return STEP - second % STEP + phase;
        } catch (RuntimeException | Error e) {
            LOG.debug("No history was written this time: {}", JsonRules.forLog(e.toString()));
            return STEP;
        }
    }

    private void addTimes(long second) {
        List<RunTimes> drained = times.drain();
        if (!drained.isEmpty()) {
            store.addTimes(second, drained);
        }
    }

    private static void part(String what, Runnable write) {
        try {
            write.run();
        } catch (RuntimeException | Error e) {
            LOG.debug("History: {} not written this time: {}", what, JsonRules.forLog(e.toString()));
        }
    }

    /** Writes the last run times, and gives the lease back; waits a second at most. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor running;
        synchronized (this) {
            isClosed = true;
            running = thread;
            thread = null;
        }
        if (running != null) {
            running.execute(this::end);
            running.shutdown();
            Uninterrupted.await(CLOSE_WAIT, nanos -> running.awaitTermination(nanos, TimeUnit.NANOSECONDS));
            running.shutdownNow();
        }
    }

    private void end() {
        part("run times were", () -> addTimes(store.second()));
        if (isLeader) {
            part("the lease was", sampler::leave);
        }
    }
}
