package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits for jobs on behalf of all workers of a backend. A worker of up to 16 queues is woken by {@link QueuePeeks}, in a
 * fifth of a millisecond; one of more by a {@link QueueTracker}, which also tells when queues were announced or removed.
 */
final class QueueWatch implements AutoCloseable {
    /** A worker that waits, as far as it matters here. */
    interface Session {
        Reservation reserve(Subscription subscription);

        /** From the one queue of these in which there is a job: to look through all again would cost much more. */
        Reservation reserve(Subscription subscription, String queue);

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
    private final WaitingLine line = new WaitingLine();
    private final QueuePeeks peeks;
    private final QueueTracker.Refusal refusal = new QueueTracker.Refusal();
    private @Nullable QueueTracker tracker;

    QueueWatch(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
        this.peeks = new QueuePeeks(link, keys, line);
    }

    /** Ends empty at the timeout, or, where names are given, once other queues are announced. */
    Reservation await(
            Session session,
            Subscription subscription,
            Set<String> queues,
            @Nullable Set<String> names,
            Duration timeout)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        boolean waitsLong = timeout.compareTo(QueuePeeks.BLOCK) >= 0;
        while (true) {
            Waiter waiter = new Waiter(session, subscription, queues, names, waitsLong);
            boolean took = false;
            try {
                enter(waiter);
                boolean woken = waiter.await(end - System.nanoTime());
                line.remove(waiter);
                if (waiter.given != null) {
                    return waiter.given;
                }
                if (!woken || waiter.otherNames) {
                    return Reservation.EMPTY;
                }
                String found = waiter.wokenFor;
                Reservation reservation =
                        found == null ? session.reserve(subscription) : session.reserve(subscription, found);
                took = reservation.state() != Reservation.State.EMPTY;
                if (took || end - System.nanoTime() <= 0) {
                    return reservation;
                }
            } finally {
                line.remove(waiter);
                waiter.looked();
                if (waiter.tracker != null) {
                    waiter.tracker.looked(waiter, took);
                }
            }
        }
    }

    private void enter(Waiter waiter) {
        synchronized (line) {
            if (line.isClosed()) {
                throw new BackendException("The connection to Redis at " + link.endpoint() + " has been closed");
            }
            waiter.peeked = waiter.queues.size() <= QueuePeeks.MOST && peeks.watch(waiter.queues);
            if (!waiter.peeked || waiter.names != null) {
                if (tracker == null || tracker.hasEnded()) {
                    QueueTracker made = new QueueTracker(link, keys, line, refusal);
                    made.start(); // may throw; then nobody may take it for running
                    tracker = made;
                }
                waiter.tracker = tracker;
                tracker.enter(waiter);
            }
            line.add(waiter);
        }
    }

    @Override
    public void close() {
        QueueTracker running;
        synchronized (line) {
            line.close();
            running = tracker;
        }
        peeks.close();
        if (running != null) {
            running.close();
        }
    }
}
