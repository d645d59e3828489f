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
    /** How long a woken worker whose own connection hangs can hold up others. */
    static final Duration LOOKS_WITHIN = Duration.ofSeconds(1);

    final WaitingSession session;
    final Subscription subscription;
    final Set<String> queues;

    /** The queues that were announced when the wait began, if the worker wants to know when others are; else null. */
    final @Nullable Set<String> names;

    /** After a short wait a worker soon reserves anyway, under a new number, so a reserve that was sent ahead is in vain. */
    final boolean waitsLong;

    /** The reserve that a reader has sent for the worker. */
    @Nullable
    ReserveAhead ahead;

    /** What it was given while it waited. */
    @Nullable
    Reservation given;

    /** Whether a {@link QueueReader} looks at each of its queues. Otherwise a tracker watches them. */
    boolean peeked;

    /** What the tracker knows that watches its queues or the names; null if no tracker does. */
    @Nullable
    TrackedQueues tracked;

    /** The queue in which the tracker saw a job for it. */
    @Nullable
    String wokenFor;

    /** Whether it was woken because other queues are announced now. */
    boolean otherNames;

    private final Semaphore woken = new Semaphore(0);
    private final Semaphore looked = new Semaphore(0);

    Waiter(
            WaitingSession session,
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

    boolean isPeekedFor(String queue) {
        return peeked && queues.contains(queue);
    }

    /** The queues that a tracker watches for it. */
    Set<String> trackedQueues() {
        return peeked ? Set.of() : queues;
    }

    void wake() {
        looked.drainPermits();
        woken.release();
    }

    boolean isWoken() {
        return woken.availablePermits() > 0;
    }

    /** Waits until it is woken, but no longer. Says whether it was. */
    boolean await(long nanos) throws InterruptedException {
        return woken.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    /** Says that the worker has looked after it was woken, or will not look. */
    void looked() {
        looked.release();
    }

    /** Waits until the worker has looked after it was woken, but not for long. */
    void awaitLooked() throws InterruptedException {
        looked.tryAcquire(LOOKS_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public String toString() {
        return session
                + (ahead == null ? "" : ", sent for")
                + (given == null ? "" : ", given " + given.state())
                + (wokenFor == null ? "" : ", woken for " + wokenFor)
                + (otherNames ? ", other names" : "")
                + (isWoken() ? ", woken" : "");
    }
}
