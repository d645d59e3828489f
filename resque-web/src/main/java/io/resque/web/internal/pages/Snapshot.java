package io.resque.web.internal.pages;

import io.resque.api.Counters;
import io.resque.api.WorkerInfo;
import io.resque.core.Inspector;
import io.resque.core.Resque;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all viewers see of queues and workers. It looks at Redis at most once a second, and never for more than a fifth of the time.
 * Thread-safe.
 */
final class Snapshot {
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After a look, this many times as long passes before the next. */
    private static final int REST = 4;

    /** So long a viewer waits for a look while there is a last one that is not much older than it may be. */
    private static final long PATIENCE_MILLIS = 150;

    private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Failures are compared with those so long ago. */
    private static final Duration TREND = Duration.ofMinutes(5);

    private static final Duration TREND_STEP = Duration.ofSeconds(10);

    private final Resque resque;
    private final LongSupplier nanos;
    private final long patienceMillis;
    private final Deque<Seen> trend = new ArrayDeque<>();
    private @Nullable Last last;
    private @Nullable CompletableFuture<Last> coming;

    private record Seen(Instant at, long failures) {}

    /** The last look, with what came of it: a view or an exception. */
    private record Last(@Nullable View view, @Nullable RuntimeException failure, long staleAt) {}

    /**
     * What one look saw.
     *
     * @param at when it began
     * @param took how long it took
     * @param counters the totals
     * @param queues the lengths of the announced queues, by name
     * @param pausedQueues the queues that are paused
     * @param pausedAll whether all workers are told to pause
     * @param workers all workers, by id
     * @param newFailures by how many the failures became more, since {@code newSince}
     * @param newSince at most five minutes ago
     */
    record View(
            Instant at,
            Duration took,
            Counters counters,
            SortedMap<String, Long> queues,
            Set<String> pausedQueues,
            boolean pausedAll,
            List<WorkerInfo> workers,
            long newFailures,
            Instant newSince) {
        List<WorkerInfo> dead() {
            return workers.stream()
                    .filter(worker -> worker.life() == WorkerInfo.Life.DEAD)
                    .toList();
        }

        List<WorkerInfo> working() {
            return workers.stream().filter(worker -> worker.job().isPresent()).toList();
        }
    }

    Snapshot(Resque resque) {
        this(resque, System::nanoTime, PATIENCE_MILLIS);
    }

    Snapshot(Resque resque, LongSupplier nanos, long patienceMillis) {
        this.resque = resque;
        this.nanos = nanos;
        this.patienceMillis = patienceMillis;
    }

    /**
     * What was seen last, if that is recent; otherwise what a new look sees. If the new look takes long, and the last one is a few seconds
     * old, then what that has seen: so no viewer waits for long while others look, too. Throws the {@link
     * io.resque.api.BackendException} of the look if that failed.
     */
    View view() {
        Last seen;
        CompletableFuture<Last> next;
        synchronized (this) {
            seen = last;
            if (seen != null && nanos.getAsLong() - seen.staleAt < 0) {
                return shown(seen);
            }
            next = coming == null ? begin() : coming;
        }
        boolean young = seen != null && nanos.getAsLong() - seen.staleAt < YOUNG_NANOS;
        if (!young) {
            return shown(next.join());
        }
        try {
            return shown(next.get(patienceMillis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return shown(seen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return shown(seen);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // a look never ends that way
        }
    }

    /** A button has changed something, which its viewer wants to see: a look that is under way may have come too early. */
    synchronized void forget() {
        last = null;
        coming = null;
    }

    private static View shown(Last seen) {
        if (seen.view == null) {
            throw seen.failure;
        }
        return seen.view;
    }

    private CompletableFuture<Last> begin() {
        CompletableFuture<Last> look = new CompletableFuture<>();
        coming = look;
        Thread thread = new Thread(null, () -> end(look, look()), "resque-web-look", 0, false);
        thread.setDaemon(true);
        thread.start();
        return look;
    }

    private void end(CompletableFuture<Last> look, Last seen) {
        synchronized (this) {
            if (coming == look) {
                coming = null;
                last = seen;
            }
        }
        look.complete(seen);
    }

    private Last look() {
        long begun = nanos.getAsLong();
        View view = null;
        RuntimeException failure = null;
        try {
            view = view(begun);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) { // such as for want of memory: the next look may end better
            failure = new IllegalStateException(e);
        }
        long ended = nanos.getAsLong();
        return new Last(view, failure, ended + Math.max(LEAST_NANOS, REST * (ended - begun)));
    }

    private View view(long begun) {
        Instant now = Instant.now();
        Inspector inspector = resque.inspector();
        List<WorkerInfo> workers = inspector.workers(); // before the queues: a job is never counted in neither
        SortedMap<String, Long> queues = inspector.queues();
        Counters counters = inspector.counters(workers);
        Seen before = compared(now, counters.failures());
        return new View(
                now,
                Duration.ofNanos(nanos.getAsLong() - begun),
                counters,
                queues,
                inspector.pausedQueues(),
                inspector.pausedAll(),
                workers,
                counters.failures() - before.failures,
                before.at);
    }

    private synchronized Seen compared(Instant now, long failures) {
        trend.removeIf(seen -> seen.at.isBefore(now.minus(TREND)));
        if (trend.isEmpty() || trend.getLast().at.isBefore(now.minus(TREND_STEP))) {
            trend.addLast(new Seen(now, failures));
        }
        return trend.getFirst();
    }
}
