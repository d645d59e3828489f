package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for jobs on behalf of all workers of a backend. For each queue that somebody waits for, one thread with one
 * connection peeks at it: {@code BLMOVE q q LEFT LEFT} blocks while the list is empty and otherwise moves its first
 * element to where it is. A hit wakes one waiter, and the next peek waits until that one has looked: a push wakes one
 * worker of this process, not all.
 */
final class QueueWatch implements AutoCloseable {
    /** A connection each; waiters of more queues look at all of them once in {@link #SLOW}. */
    private static final int MAX_WATCHERS = 16;

    private static final Duration SLOW = Duration.ofSeconds(1);

    /** How long the server blocks a peek; with the margin, how long until a dead connection is noticed. */
    private static final Duration BLOCK = Duration.ofSeconds(30);

    private static final Duration MARGIN = Duration.ofSeconds(5);

    private static final byte[] BLMOVE = Keys.bytes("BLMOVE");
    private static final byte[] LEFT = Keys.bytes("LEFT");

    private final RedisLink link;
    private final Keys keys;
    private final Object lock = new Object();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final Map<String, Watcher> watchers = new HashMap<>();
    private boolean closed;

    QueueWatch(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    Reservation await(WorkerSession session, Subscription subscription, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        Waiter waiter = new Waiter(subscription);
        try {
            while (true) {
                boolean allWatched = enter(waiter);
                long left = end - System.nanoTime();
                boolean woken = waiter.await(allWatched ? left : Math.min(left, SLOW.toNanos()));
                if (!woken && allWatched) {
                    return Reservation.EMPTY;
                }
                Reservation reservation = session.reserve(subscription);
                waiter.looked();
                if (reservation.state() != Reservation.State.EMPTY || end - System.nanoTime() <= 0) {
                    return reservation;
                }
            }
        } finally {
            leave(waiter);
        }
    }

    /** Puts the waiter in line; says whether each of its queues has a watcher. */
    private boolean enter(Waiter waiter) {
        synchronized (lock) {
            refuseIfClosed();
            boolean allWatched = true;
            for (String queue : waiter.queues) {
                Watcher watcher = watchers.get(queue);
                if (watcher == null && hasRoom()) {
                    watcher = new Watcher(queue);
                    watcher.start(); // may throw; then nobody may take it for running
                    watchers.put(queue, watcher);
                }
                allWatched &= watcher != null;
            }
            waiters.add(waiter);
            lock.notifyAll();
            return allWatched;
        }
    }

    /** Whether one more may watch; one that nobody waits for gives its place. */
    private boolean hasRoom() {
        if (watchers.size() < MAX_WATCHERS) {
            return true;
        }
        for (Watcher watcher : watchers.values()) {
            if (next(watcher.queue, false) == null) {
                watchers.remove(watcher.queue);
                watcher.close();
                return true;
            }
        }
        return false;
    }

    private void leave(Waiter waiter) {
        synchronized (lock) {
            waiters.remove(waiter);
        }
        waiter.looked();
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new BackendException("The connection to Redis at " + link.endpoint() + " has been closed");
        }
    }

    /** Takes the one that has waited longest for this queue out of the line; null if nobody waits for it. */
    private @Nullable Waiter next(String queue, boolean remove) {
        for (Waiter waiter : waiters) {
            if (waiter.queues.contains(queue)) {
                if (remove) {
                    waiters.remove(waiter);
                }
                return waiter;
            }
        }
        return null;
    }

    private void wakeOne(String queue) throws InterruptedException {
        Waiter waiter;
        synchronized (lock) {
            waiter = next(queue, true);
        }
        if (waiter != null) {
            waiter.wake();
            waiter.awaitLooked();
        }
    }

    @Override
    public void close() {
        List<Watcher> running;
        synchronized (lock) {
            closed = true;
            running = new ArrayList<>(watchers.values());
            watchers.clear();
            waiters.forEach(Waiter::wake);
            waiters.clear();
        }
        running.forEach(Watcher::close);
    }

    private static final class Waiter {
        final Set<String> queues = new LinkedHashSet<>();
        private final Semaphore woken = new Semaphore(0);
        private final Semaphore looked = new Semaphore(0);

        Waiter(Subscription subscription) {
            subscription.sources().forEach(source -> queues.add(source.queue()));
        }

        void wake() {
            looked.drainPermits();
            woken.release();
        }

        boolean await(long nanos) throws InterruptedException {
            return woken.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }

        void looked() {
            looked.release();
        }

        /** Bounded, so that a waiter whose own connection hangs does not keep the others from being woken. */
        void awaitLooked() throws InterruptedException {
            looked.tryAcquire(SLOW.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private final class Watcher extends Thread {
        private final String queue;
        private final byte[][] peek;
        private final RedisLink.Dedicated connection = link.dedicate();

        Watcher(String queue) {
            super("resque-watch-" + queue);
            setDaemon(true);
            this.queue = queue;
            byte[] key = keys.queue(queue);
            this.peek = new byte[][] {BLMOVE, key, key, LEFT, LEFT, Keys.bytes(BLOCK.toSeconds())};
        }

        @Override
        public void run() {
            try {
                while (awaitWaiter()) {
                    try {
                        if (connection.call(BLOCK.plus(MARGIN), peek) != null) {
                            wakeOne(queue);
                        }
                    } catch (RuntimeException | Error e) {
                        // Redis is away, or this is not a list, not permitted, not known before 6.2, too large for the
                        // memory: the waiter looks itself, once in a while, and meets what there is to be met.
                        wakeOne(queue);
                        rest();
                    }
                }
            } catch (InterruptedException e) {
                // closed
            } finally {
                connection.close();
            }
        }

        private boolean awaitWaiter() throws InterruptedException {
            synchronized (lock) {
                while (!closed && next(queue, false) == null) {
                    lock.wait();
                }
                return !closed;
            }
        }

        private void rest() throws InterruptedException {
            long end = System.nanoTime() + SLOW.toNanos();
            synchronized (lock) {
                for (long left = SLOW.toMillis(); !closed && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                    lock.wait(left);
                }
            }
        }

        void close() {
            connection.close();
            interrupt();
        }
    }
}
