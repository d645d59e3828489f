package io.resque.core.internal.execution;

import io.resque.core.internal.support.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts threads whose job takes too long: one daemon thread, made when the first job has a limit. */
final class JobDeadlines implements AutoCloseable {
    private final DaemonThreads threads = new DaemonThreads();
    private @Nullable ScheduledThreadPoolExecutor timer;
    private boolean closed;

    /** Watches the calling thread until the limit's end. */
    Limit start(Instant deadline, Runnable atDeadline) {
        Limit limit = new Limit(Thread.currentThread(), atDeadline);
        limit.schedule(timer(), Duration.between(Instant.now(), deadline));
        return limit;
    }

    private synchronized ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor existing = timer;
        if (existing != null) {
            return existing;
        }
        ScheduledThreadPoolExecutor made =
                new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-deadlines"));
        made.setRemoveOnCancelPolicy(true);
        if (closed) {
            made.shutdown();
        }
        timer = made;
        return made;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    /** The time limit of one job. */
    static final class Limit {
        private final Thread thread;
        private final Runnable atDeadline;
        private @Nullable Future<?> scheduled;
        private boolean ended;
        private boolean late;

        private Limit(Thread thread, Runnable atDeadline) {
            this.thread = thread;
            this.atDeadline = atDeadline;
        }

        private void schedule(ScheduledThreadPoolExecutor timer, Duration length) {
            scheduled = timer.schedule(this::pass, Math.max(0, length.toNanos()), TimeUnit.NANOSECONDS);
        }

        private synchronized void pass() {
            if (!ended) {
                late = true;
                atDeadline.run();
                thread.interrupt();
            }
        }

        /** For the watched thread: it is not interrupted any more. Returns whether the limit had passed. */
        synchronized boolean end() {
            ended = true;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            if (late) {
                Thread.interrupted(); // the interrupt was for the job, not for the next work of this thread
            }
            return late;
        }
    }
}
