package io.resque.core.internal.status;

import io.resque.api.BackendException;
import io.resque.api.JobStatus;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the ends of jobs in one thread for all of them, as {@link StatusFollower} waits in the thread of the caller. The thread
 * is there only while there is something to wait for. Thread-safe.
 */
public final class EndWatch implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofSeconds(10);

    private final DaemonThreads threads = new DaemonThreads();
    private final ScheduledThreadPoolExecutor looks;
    private final Set<Wait> waits = new HashSet<>();
    private boolean closed;

    /** One call; only the thread that looks uses the fields that change. */
    private static final class Wait {
        final CompletableFuture<Optional<JobStatus>> end = new CompletableFuture<>();
        final Supplier<Optional<JobStatus>> look;
        final long begun = System.nanoTime();
        final long limit;
        long pause = StatusFollower.SHORTEST;

        @Nullable
        JobStatus last;

        Wait(Supplier<Optional<JobStatus>> look, Duration timeout) {
            this.look = look;
            this.limit = Durations.nanos(timeout);
        }
    }

    /** Starts no thread yet. */
    public EndWatch() {
        looks = new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-ends"));
        looks.setKeepAliveTime(UNUSED.toMillis(), TimeUnit.MILLISECONDS);
        looks.allowCoreThreadTimeOut(true);
    }

    /**
     * Completes when the job has ended or its status is gone, or once the time is over.
     *
     * @param look reads the status; empty if there is none
     */
    public CompletableFuture<Optional<JobStatus>> await(Supplier<Optional<JobStatus>> look, Duration timeout) {
        Wait wait = new Wait(look, timeout);
        if (!goOn(wait, 0)) {
            wait.end.completeExceptionally(closed());
        }
        return wait.end;
    }

    private static BackendException closed() {
        return new BackendException(
                "The Resque was closed before the job had ended; ask another Resque for its status");
    }

    private synchronized boolean goOn(Wait wait, long nanos) {
        if (!closed) {
            looks.schedule(() -> look(wait), nanos, TimeUnit.NANOSECONDS);
            waits.add(wait);
        }
        return !closed;
    }

    private synchronized void forget(Wait wait) {
        waits.remove(wait);
    }

    private void look(Wait wait) {
        try {
            JobStatus now = wait.end.isDone() ? null : wait.look.get().orElse(null);
            long left = wait.limit - (System.nanoTime() - wait.begun);
            if (now == null || now.state().isFinal() || left <= 0) {
                forget(wait);
                wait.end.complete(Optional.ofNullable(now));
                return;
            }
            wait.pause =
                    now.equals(wait.last) ? Math.min(StatusFollower.LONGEST, wait.pause * 2) : StatusFollower.SHORTEST;
            wait.last = now;
            goOn(wait, Math.min(wait.pause, left));
        } catch (RuntimeException | Error e) {
            forget(wait);
            wait.end.completeExceptionally(e);
        }
    }

    /** Completes all that still wait with an error. */
    @Override
    public void close() {
        List<Wait> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waits);
            waits.clear();
        }
        looks.shutdownNow();
        left.forEach(wait -> wait.end.completeExceptionally(closed()));
    }
}
