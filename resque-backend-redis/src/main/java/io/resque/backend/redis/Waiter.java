package io.resque.backend.redis;

import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker that waits. The lock of its {@link WaitingLine} guards the fields that change. */
final class Waiter {
    /** As long as another is held up at the most by one that was woken and whose own connection hangs. */
    static final Duration LOOKS_WITHIN = Duration.ofSeconds(1);

    final QueueWatch.Session session;
    final Subscription subscription;
    final Set<String> queues;

    /** The queues that were announced when the wait began, if the worker wants to hear of new ones; else null. */
    final @Nullable Set<String> names;

    /** A worker with a short wait soon reserves anyway, under a new number, so a reserve sent ahead would be in vain. */
    final boolean waitsLong;

    QueueWatch.@Nullable Ahead ahead;

    /** What it was given while it waited. */
    @Nullable
    Reservation given;

    /** Whether {@link QueuePeeks} watches its queues; else the tracker does. */
    boolean peeked;

    /** What watches its queues or the names; null if only peeks do. */
    @Nullable
    QueueTracker tracker;

    /** The queue in which the tracker saw a job for it. */
    @Nullable
    String wokenFor;

    /** It was woken since other queues are announced now. */
    boolean otherNames;

    private final Semaphore woken = new Semaphore(0);
    private final Semaphore looked = new Semaphore(0);

    Waiter(
            QueueWatch.Session session,
            Subscription subscription,
            Set<String> queues,
            @Nullable Set<String> names,
            boolean waitsLong) {
        this.session = session;
        this.subscription = subscription;
        this.queues = queues;
        this.names = names;
        this.waitsLong = waitsLong;
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

    void awaitLooked() throws InterruptedException {
        looked.tryAcquire(LOOKS_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    }
}
