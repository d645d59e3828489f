package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells the log what keeps the loops of a worker from their work: at once, then ever more seldom while it stays the same; and once
 * when it is over for all of them. Tells the listeners when Redis is lost, and when it is back. Thread-safe.
 */
final class TroubleLog {
    private static final Logger LOG = Log.WORKER;

    private static final long FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    /** So many that differ are known apart. */
    private static final int KNOWN = 16;

    private final ListenerChain listeners;
    private final Supplier<List<String>> ids;
    private final Map<Object, Throwable> now = new HashMap<>();
    private final Map<String, Told> told = new HashMap<>();
    private long began;

    /** Whether the listeners were told that Redis is lost, or will be. */
    private boolean isRedisLost;

    /** What the listeners must be told next. One thread at a time tells them, in this order and without the lock. */
    private final Queue<Runnable> untold = new ArrayDeque<>();

    private boolean isTelling;

    /** For the loops of these ids. */
    TroubleLog(ListenerChain listeners, Supplier<List<String>> ids) {
        this.listeners = listeners;
        this.ids = ids;
    }

    /** When a trouble was told last, and for how long it is not told again. */
    private record Told(long at, long silence) {}

    void met(Object loop, String worker, Throwable trouble, Duration pause) {
        note(loop, worker, trouble, pause);
        tellListeners();
    }

    private synchronized void note(Object loop, String worker, Throwable trouble, Duration pause) {
        if (trouble instanceof BackendUnavailableException && !isRedisLost) {
            isRedisLost = true;
            untold.add(() -> listeners.announce("redisLost", listener -> listener.redisLost(ids.get(), trouble)));
        }
        long time = System.nanoTime();
        if (now.isEmpty()) {
            began = time;
        }
        now.put(loop, trouble);
        String text = Throwables.text(trouble);
        Told before = told.get(text);
        if (before != null && time - before.at < before.silence) {
            return;
        }
        if (told.size() == KNOWN) {
            told.clear();
        }
        told.put(text, new Told(time, before == null ? FIRST : Math.min(LONGEST, before.silence * 2)));
        if (trouble instanceof BackendException) {
            LOG.warn(
                    "Worker {} tries again in {} ms: {}",
                    JsonRules.forLog(worker),
                    pause.toMillis(),
                    JsonRules.forLog(trouble.getMessage()));
        } else {
            Throwables.log(
                    trouble,
                    shown -> LOG.error(
                            "Worker {} tries again in {} ms", JsonRules.forLog(worker), pause.toMillis(), shown));
        }
    }

    void over(Object loop, String worker) {
        noteEnd(loop, worker);
        tellListeners();
    }

    private void tellListeners() {
        Runnable next = nextToTell(true);
        while (next != null) {
            next.run();
            next = nextToTell(false);
        }
    }

    private synchronized @Nullable Runnable nextToTell(boolean isFirst) {
        if (isFirst && isTelling) {
            return null;
        }
        Runnable next = untold.poll();
        isTelling = next != null;
        return next;
    }

    private synchronized void noteEnd(Object loop, String worker) {
        Throwable last = now.remove(loop);
        if (last == null || !now.isEmpty()) {
            return;
        }
        if (isRedisLost) {
            isRedisLost = false;
            untold.add(() -> listeners.announce("redisBack", listener -> listener.redisBack(ids.get())));
        }
        told.clear();
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0;
        if (last instanceof BackendUnavailableException) {
            LOG.warn("Redis is back after {} s; worker {} goes on", seconds, JsonRules.forLog(worker));
        } else {
            LOG.warn(
                    "Worker {} goes on after {} s of: {}",
                    JsonRules.forLog(worker),
                    seconds,
                    JsonRules.forLog(Throwables.text(last)));
        }
    }
}
