package io.resque.backend.redis;

import io.resque.api.spi.Reservation;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The workers that wait, in the order in which they came, and the readers that look at single queues for them. It has no
 * thread: {@link QueueWatch}, {@link QueuePeeks} and {@link QueueTracker} drive it. Its own lock guards it, and their threads
 * wait on it.
 *
 * <p>While no thread holds the lock:
 *
 * <ul>
 *   <li>Each queue of a waiting worker is watched: by a reader of that queue, or by a tracker that has not ended. A reader ends
 *       at a moment when no worker waits for its queue, or wakes all workers that do.
 *   <li>A worker that stands here has been given nothing and was not woken. A reader takes it out of the line first.
 *   <li>At most one reader has sent a reserve for a worker.
 *   <li>Once the line is closed, nobody stands here.
 * </ul>
 */
final class WaitingLine {
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final Map<String, QueueReader> readers = new HashMap<>();
    private boolean closed;

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void add(Waiter waiter) {
        waiters.add(waiter);
        assert isWatchedFor(waiter) && !closed : this;
        notifyAll();
    }

    synchronized boolean has(Waiter waiter) {
        return waiters.contains(waiter);
    }

    /** Says whether the worker still stood here. */
    synchronized boolean remove(Waiter waiter) {
        boolean stood = waiters.remove(waiter);
        TrackedQueues tracked = waiter.tracked;
        if (stood && tracked != null) {
            tracked.leave(waiter.trackedQueues(), waiter.names);
        }
        return stood;
    }

    /**
     * Sees to it that each of these queues has a reader, or, if that would make too many of them, starts none.
     *
     * @param start starts a reader for a queue. If it throws, nothing relies on that reader
     * @return whether they all have one
     */
    synchronized boolean read(Set<String> queues, int mostReaders, Function<String, QueueReader> start) {
        Set<String> missing = new HashSet<>(queues);
        missing.removeAll(readers.keySet());
        if (readers.size() + missing.size() > mostReaders && !missing.isEmpty()) {
            return false;
        }
        missing.forEach(queue -> readers.put(queue, start.apply(queue)));
        return true;
    }

    /** A reader looks no more if no worker waits for its queue. Says whether that is so. */
    synchronized boolean endUnlessNeeded(String queue, QueueReader reader) {
        if (hasWaiterFor(queue)) {
            return false;
        }
        readers.remove(queue, reader);
        return true;
    }

    /** A reader looks no more, whatever ended it. Wakes the workers that relied on it. */
    synchronized void end(String queue, QueueReader reader) {
        if (readers.remove(queue, reader)) {
            wakeAll(waiter -> waiter.isPeekedFor(queue));
        }
    }

    synchronized List<QueueReader> readers() {
        return List.copyOf(readers.values());
    }

    synchronized boolean hasWaiterFor(String queue) {
        return first(waiter -> waiter.isPeekedFor(queue)) != null;
    }

    /**
     * Chooses the worker for which a reader of this queue sends a reserve: the first in the line for which no other reader
     * does so. Null if there is none. The reader must call {@link #sendNoMoreFor} afterwards.
     */
    synchronized @Nullable Waiter sendFor(String queue) {
        Waiter waiter = first(each -> each.ahead == null && each.waitsLong && each.isPeekedFor(queue));
        if (waiter != null) {
            waiter.ahead = waiter.session.ahead(waiter.subscription);
        }
        return waiter;
    }

    synchronized void sendNoMoreFor(Waiter waiter) {
        waiter.ahead = null;
    }

    /**
     * Gives a worker what its reserve was answered with. Where there was no job it goes on waiting.
     *
     * @return false if it no longer stands here
     */
    synchronized boolean give(Waiter waiter, Reservation reservation) {
        if (!has(waiter)) {
            return false;
        }
        if (reservation.state() != Reservation.State.EMPTY) {
            remove(waiter);
            waiter.given = reservation;
            waiter.wake();
        }
        return true;
    }

    /** Takes the given worker out of the line, or else the first that waits for this queue. The caller wakes it. */
    synchronized @Nullable Waiter takeFor(String queue, @Nullable Waiter rather) {
        return rather != null && remove(rather) ? rather : take(waiter -> waiter.isPeekedFor(queue));
    }

    private @Nullable Waiter first(Predicate<Waiter> wanted) {
        for (Waiter waiter : waiters) {
            if (wanted.test(waiter)) {
                return waiter;
            }
        }
        return null;
    }

    /** Takes the worker that has waited longest out of the line; null if there is none. The caller wakes it. */
    synchronized @Nullable Waiter take(Predicate<Waiter> wanted) {
        Waiter waiter = first(wanted);
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    /** Wakes workers, which then look themselves. */
    synchronized void wakeAll(Predicate<Waiter> wanted) {
        for (Waiter waiter = take(wanted); waiter != null; waiter = take(wanted)) {
            waiter.wake();
        }
    }

    /** Wakes as many workers as there are jobs, each for the first of its queues that has one left. Only for a tracker. */
    synchronized void wakeForJobs(Map<String, Long> jobs) {
        Map<String, Long> left = new HashMap<>(jobs);
        while (!left.isEmpty()) {
            Waiter waiter = take(each -> !Collections.disjoint(each.trackedQueues(), left.keySet()));
            if (waiter == null) {
                return;
            }
            for (String queue : waiter.queues) {
                Long number = left.get(queue);
                if (number != null) {
                    left.compute(queue, (same, more) -> number > 1 ? number - 1 : null);
                    waiter.wokenFor = queue;
                    break;
                }
            }
            waiter.wake();
        }
    }

    /** Wakes the workers that know other names than these. */
    synchronized void wakeForNames(@Nullable Set<String> names) {
        Predicate<Waiter> knowsOthers = waiter -> waiter.names != null && !Objects.equals(waiter.names, names);
        for (Waiter waiter = take(knowsOthers); waiter != null; waiter = take(knowsOthers)) {
            waiter.otherNames = true;
            waiter.wake();
        }
    }

    /** Waits until another thread tells of a change, but no longer. The caller holds the lock. */
    void await(long nanos) throws InterruptedException {
        if (nanos > 0) {
            wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
    }

    synchronized void close() {
        closed = true;
        wakeAll(waiter -> true);
        assert holds() : this;
        notifyAll();
    }

    /** For tests: whether all of the sentences above hold. */
    synchronized boolean holds() {
        return waiters.stream().allMatch(this::isWatchedFor) && (!closed || waiters.isEmpty());
    }

    private boolean isWatchedFor(Waiter waiter) {
        TrackedQueues tracked = waiter.tracked;
        return waiter.given == null
                && !waiter.isWoken()
                && (!waiter.peeked || readers.keySet().containsAll(waiter.queues))
                && (waiter.peeked && waiter.names == null || tracked != null && !tracked.haveEnded());
    }

    @Override
    public synchronized String toString() {
        return "waiting " + waiters + ", readers of " + readers.keySet() + (closed ? ", closed" : "");
    }
}
