package io.resque.backend.redis;

import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits for jobs on behalf of all workers of a backend. {@link QueuePeeks} wakes a worker of up to 16 queues, within a fifth
 * of a millisecond. A {@link QueueTracker} wakes a worker of more queues, and tells when queues were announced or removed.
 */
final class QueueWatch implements AutoCloseable {
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

    /** How long a pause of a queue may have ended until a worker looks there again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Ends empty at the timeout, or, where names are given, once other queues are announced. */
    Reservation await(
            WaitingSession session,
            Subscription subscription,
            Set<String> queues,
            @Nullable Set<String> names,
            Duration timeout)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            Set<String> watched = session.passedQueue() ? withoutPassed(queues, subscription) : queues;
            long left = end - System.nanoTime();
            boolean looksAgain = watched.size() < queues.size() && left > PAUSE.toNanos();
            left = looksAgain ? PAUSE.toNanos() : left;
            Waiter waiter = new Waiter(session, subscription, watched, names, left >= QueuePeeks.BLOCK.toNanos());
            QueueTracker watching = null;
            boolean tookJob = false;
            try {
                watching = enter(waiter);
                boolean woken = waiter.await(left);
                line.remove(waiter);
                if (waiter.given != null) {
                    return waiter.given;
                }
                if (!woken && !looksAgain || waiter.otherNames) {
                    return Reservation.EMPTY;
                }
                String found = waiter.wokenFor;
                Reservation reservation =
                        found == null ? session.reserve(subscription) : session.reserve(subscription, found);
                tookJob = reservation.state() != Reservation.State.EMPTY;
                if (tookJob || end - System.nanoTime() <= 0) {
                    return reservation;
                }
            } finally {
                line.remove(waiter);
                waiter.looked();
                if (watching != null) {
                    watching.looked(waiter.wokenFor, tookJob);
                }
            }
        }
    }

    /** A peek at a paused or full queue that holds jobs would end at once, again and again. */
    private Set<String> withoutPassed(Set<String> queues, Subscription subscription) {
        Set<String> others = new LinkedHashSet<>(queues);
        for (Subscription.Source source : subscription.sources()) {
            if (source.limit() > 0) {
                others.remove(source.queue());
            }
        }
        others.removeAll(RedisQueues.paused(link, keys));
        return others;
    }

    /** Says which tracker watches for the worker; null if peeks alone do. */
    private @Nullable QueueTracker enter(Waiter waiter) {
        synchronized (line) {
            if (line.isClosed()) {
                throw RedisLink.hasBeenClosed(link.endpoint());
            }
            waiter.peeked = waiter.queues.size() <= QueuePeeks.MOST && peeks.watch(waiter.queues);
            QueueTracker watching = null;
            if (!waiter.peeked || waiter.names != null) {
                watching = tracker();
                waiter.tracked = watching.queues();
                watching.enter(waiter);
            }
            line.add(waiter);
            return watching;
        }
    }

    private QueueTracker tracker() {
        QueueTracker known = tracker;
        if (known == null || known.queues().haveEnded()) {
            known = new QueueTracker(link, keys, line, refusal);
            known.start(); // if it throws, no worker relies on it
            tracker = known;
        }
        return known;
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
