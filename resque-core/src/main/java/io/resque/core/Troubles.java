package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what keeps the loops of a worker from their work: at once, then ever more seldom while it stays the same; and once
 * when it is over for all of them. Thread-safe.
 */
final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final long FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    private final Map<WorkerLoop, Throwable> now = new HashMap<>();
    private long began;
    private String told = "";
    private long toldAt;
    private long silence;

    synchronized void met(WorkerLoop loop, Throwable trouble, Duration pause) {
        long time = System.nanoTime();
        if (now.isEmpty()) {
            began = time;
        }
        now.put(loop, trouble);
        String text = Thrown.text(trouble);
        boolean known = text.equals(told);
        if (known && time - toldAt < silence) {
            return;
        }
        silence = known ? Math.min(LONGEST, silence * 2) : FIRST;
        told = text;
        toldAt = time;
        if (trouble instanceof BackendException) {
            LOG.warn("Worker {} tries again in {} ms: {}", loop.id(), pause.toMillis(), trouble.getMessage());
        } else {
            Thrown.log(
                    trouble, shown -> LOG.error("Worker {} tries again in {} ms", loop.id(), pause.toMillis(), shown));
        }
    }

    synchronized void over(WorkerLoop loop) {
        Throwable last = now.remove(loop);
        if (last == null || !now.isEmpty()) {
            return;
        }
        told = "";
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0;
        if (last instanceof BackendUnavailableException) {
            LOG.warn("Redis is back after {} s; worker {} goes on", seconds, loop.id());
        } else {
            LOG.warn("Worker {} goes on after {} s of: {}", loop.id(), seconds, Thrown.text(last));
        }
    }

    /** What keeps one of them from its work. */
    synchronized @Nullable Throwable any() {
        return now.values().stream().findFirst().orElse(null);
    }
}
