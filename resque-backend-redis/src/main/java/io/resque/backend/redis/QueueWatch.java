package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
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
 * element to where it is. The reserve of the worker that has waited longest is sent along with it, so that a job that comes
 * finds it at the server. Where that one has gone to other work meanwhile, its reserve is refused by its number, and the
 * hit wakes the next one, which reserves by itself; the next peek waits until that one has looked. So a push wakes one
 * worker of this process, not all.
 */
final class QueueWatch implements AutoCloseable {
    /** Of the platform, since the protocol depends on nothing but the ports. */
    private static final System.Logger LOG = System.getLogger("io.resque.backend.redis");

    /** A connection each; waiters of more queues look at all of them once in {@link #SLOW}. */
    private static final int MAX_WATCHERS = 16;

    private static final Duration SLOW = Duration.ofSeconds(1);

    /** How long the server blocks a peek; with the margin, how long until a dead connection is noticed. */
    private static final Duration BLOCK = Duration.ofSeconds(30);

    private static final Duration MARGIN = Duration.ofSeconds(5);

    /** Before 6.2: how soon after a job the next look is, and then ever later, up to {@link #SLOW}. */
    private static final long FIRST_LOOK_MILLIS = 10;

    private static final byte[] BLMOVE = Keys.bytes("BLMOVE");
    private static final byte[] LEFT = Keys.bytes("LEFT");
    private static final byte[] LLEN = Keys.bytes("LLEN");

    /** A worker that waits, as far as it matters here. */
    interface Session {
        Reservation reserve(Subscription subscription);

        /** A reserve that another sends on its behalf while it waits. */
        Ahead ahead(Subscription subscription);
    }

    /** A reserve, and how its reply is read. */
    interface Ahead {
        byte[][] command();

        Reservation read(@Nullable Object reply);
    }

    private final RedisLink link;
    private final Keys keys;
    private final Object lock = new Object();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final Map<String, Watcher> watchers = new HashMap<>();
    private boolean closed;
    private volatile boolean polls;

    QueueWatch(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    Reservation await(Session session, Subscription subscription, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            Waiter waiter = new Waiter(session, subscription, timeout);
            try {
                boolean allWatched = enter(waiter);
                long left = end - System.nanoTime();
                boolean woken = waiter.await(allWatched ? left : Math.min(left, SLOW.toNanos()));
                Reservation given = leave(waiter);
                if (given != null || !woken && allWatched) {
                    return given == null ? Reservation.EMPTY : given;
                }
                Reservation reservation = session.reserve(subscription);
                if (reservation.state() != Reservation.State.EMPTY || end - System.nanoTime() <= 0) {
                    return reservation;
                }
            } finally {
                leave(waiter);
                waiter.looked();
            }
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

    /** What it was given while it waited, if anything. From now on nobody sends anything for it. */
    private @Nullable Reservation leave(Waiter waiter) {
        synchronized (lock) {
            waiters.remove(waiter);
            return waiter.given;
        }
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

    /** The one that has waited longest for this queue among those that no other watcher sends for. */
    private @Nullable Waiter sendFor(String queue) {
        synchronized (lock) {
            for (Waiter waiter : waiters) {
                if (waiter.ahead == null && waiter.waitsLong && waiter.queues.contains(queue)) {
                    waiter.ahead = waiter.session.ahead(waiter.subscription);
                    return waiter;
                }
            }
            return null;
        }
    }

    /** Whether the reply was for it: not if it has gone. If there is no job for it, it goes on waiting. */
    private boolean give(Waiter waiter, Ahead sent, @Nullable Object reply) {
        Reservation reservation;
        try {
            reservation = sent.read(reply);
        } catch (RedisReplyException e) { // such as of a server that does not know the script; the waiter does better
            return false;
        }
        synchronized (lock) {
            if (!waiters.contains(waiter)) {
                return false;
            }
            if (reservation.state() == Reservation.State.EMPTY) {
                return true;
            }
            waiters.remove(waiter);
            waiter.given = reservation;
        }
        waiter.wake();
        return true;
    }

    private void sendNoMoreFor(Waiter waiter) {
        synchronized (lock) {
            waiter.ahead = null;
        }
    }

    private void announcePolling() {
        synchronized (lock) {
            if (!polls) {
                polls = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Redis at " + link.endpoint()
                                + " has no BLMOVE, which came with 6.2: queues are looked at every " + FIRST_LOOK_MILLIS
                                + " to " + SLOW.toMillis() + " ms instead");
            }
        }
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
        final Session session;
        final Subscription subscription;

        /** For one that will soon look by itself, and so have a new number, to send ahead would be in vain. */
        final boolean waitsLong;

        final Set<String> queues = new LinkedHashSet<>();
        private final Semaphore woken = new Semaphore(0);
        private final Semaphore looked = new Semaphore(0);
        private @Nullable Ahead ahead;
        private @Nullable Reservation given;

        Waiter(Session session, Subscription subscription, Duration timeout) {
            this.session = session;
            this.subscription = subscription;
            subscription.sources().forEach(source -> queues.add(source.queue()));
            this.waitsLong = timeout.compareTo(BLOCK) >= 0 && queues.size() <= MAX_WATCHERS;
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
        private final byte[][] look;
        private final RedisLink.Dedicated connection = link.dedicate();
        private long pause = FIRST_LOOK_MILLIS;

        Watcher(String queue) {
            super("resque-watch-" + queue);
            setDaemon(true);
            this.queue = queue;
            byte[] key = keys.queue(queue);
            this.peek = new byte[][] {BLMOVE, key, key, LEFT, LEFT, Keys.bytes(BLOCK.toSeconds())};
            this.look = new byte[][] {LLEN, key};
        }

        @Override
        public void run() {
            try {
                while (awaitWaiter()) {
                    try {
                        if (polls ? look() : peek()) {
                            wakeOne(queue);
                        }
                    } catch (RuntimeException | Error e) {
                        // Redis is away, or this is not a list, not permitted, too large for the memory: the waiter
                        // looks
                        // itself, once in a while, and meets what there is to be met.
                        wakeOne(queue);
                        rest(SLOW.toMillis());
                    }
                }
            } catch (InterruptedException e) {
                // closed
            } finally {
                connection.close();
            }
        }

        /** Whether there is a job that nobody has been given. */
        private boolean peek() {
            Waiter waiter = sendFor(queue);
            Ahead sent = waiter == null ? null : waiter.ahead;
            try {
                List<?> replies = connection.call(
                        BLOCK.plus(MARGIN), sent == null ? List.<byte[][]>of(peek) : List.of(peek, sent.command()));
                boolean given = waiter != null && sent != null && give(waiter, sent, replies.get(1));
                if (!(replies.get(0) instanceof RedisReplyException e)) {
                    return !given && replies.get(0) != null;
                }
                if (!e.isUnknownCommand()) {
                    throw e;
                }
                announcePolling();
                return false;
            } finally {
                if (waiter != null) {
                    sendNoMoreFor(waiter);
                }
            }
        }

        private boolean look() throws InterruptedException {
            rest(pause);
            boolean there = Replies.number(
                            connection.call(MARGIN, List.<byte[][]>of(look)).get(0))
                    > 0;
            pause = there ? FIRST_LOOK_MILLIS : Math.min(2 * pause, SLOW.toMillis());
            return there;
        }

        private boolean awaitWaiter() throws InterruptedException {
            synchronized (lock) {
                while (!closed && next(queue, false) == null) {
                    lock.wait();
                }
                return !closed;
            }
        }

        private void rest(long millis) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            synchronized (lock) {
                for (long left = millis; !closed && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
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
