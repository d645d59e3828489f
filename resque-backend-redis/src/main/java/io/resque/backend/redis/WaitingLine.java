package io.resque.backend.redis;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The workers that wait, in the order in which they came. Its own lock guards it, and the threads that watch wait on it. */
final class WaitingLine {
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private boolean closed;

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void add(Waiter waiter) {
        waiters.add(waiter);
        notifyAll();
    }

    /** Says whether it still stood here. */
    synchronized boolean remove(Waiter waiter) {
        boolean stood = waiters.remove(waiter);
        if (stood && waiter.tracker != null) {
            waiter.tracker.leave(waiter);
        }
        return stood;
    }

    synchronized boolean has(Waiter waiter) {
        return waiters.contains(waiter);
    }

    /** The one that has waited longest; null if there is none. */
    synchronized @Nullable Waiter first(Predicate<Waiter> wanted) {
        for (Waiter waiter : waiters) {
            if (wanted.test(waiter)) {
                return waiter;
            }
        }
        return null;
    }

    /** As {@link #first}, and it stands here no longer. The caller wakes it. */
    synchronized @Nullable Waiter take(Predicate<Waiter> wanted) {
        Waiter waiter = first(wanted);
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    /** They stand here no longer, and look themselves. */
    synchronized void wakeAll(Predicate<Waiter> wanted) {
        for (Waiter waiter = take(wanted); waiter != null; waiter = take(wanted)) {
            waiter.wake();
        }
    }

    /** Until somebody tells, or so long, whichever is sooner. Needs the lock. */
    void await(long nanos) throws InterruptedException {
        if (nanos > 0) {
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
    }

    synchronized void close() {
        closed = true;
        wakeAll(waiter -> true);
        notifyAll();
    }
}
