package io.resque.core.internal.subscription;

import io.resque.api.BackendException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.wire.OversizePayload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queues that a worker's list stands for at this moment. While there are jobs, a list with patterns is compared with the queues
 * that exist once in a second, by one thread of the worker; while the worker waits, it is compared once other queues are
 * announced. Thread-safe.
 */
public final class LiveQueues {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final QueueList list;
    private final Map<String, Integer> limits;
    private final boolean dynamic;
    private final Queues queues;
    private final JobSerializer serializer;
    private final long maxPayload;
    private final Subscription nothing;
    private volatile Look last;
    private volatile long looked;

    /** The announced queues at one moment, and those of them that the list stood for. */
    private record Look(Set<String> announced, Set<String> names, Subscription subscription) {}

    /** Without limits. */
    public LiveQueues(QueueList list, Queues queues, JobSerializer serializer, long maxPayload) {
        this(list, Map.of(), queues, serializer, maxPayload);
    }

    /**
     * The queues of a list.
     *
     * @param limits how many jobs of a queue may run at the same time, by the names of queues
     */
    public LiveQueues(
            QueueList list, Map<String, Integer> limits, Queues queues, JobSerializer serializer, long maxPayload) {
        this.list = list;
        this.limits = limits;
        this.dynamic = list.isDynamic();
        this.queues = queues;
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.nothing = OversizePayload.nothing(maxPayload);
        this.looked = System.nanoTime() - LOOK.toNanos();
        this.last =
                new Look(Set.of(), Set.of(), dynamic ? nothing : limited(list.subscription(serializer, maxPayload)));
    }

    /**
     * The queues to take from. The same object while they do not change.
     *
     * @throws io.resque.api.BackendException if it was time to look and Redis did not answer
     */
    public Subscription current() {
        if (dynamic && isOld()) {
            look();
        }
        return last.subscription;
    }

    /** Their names, as they were last seen; none if there was no look yet. */
    public List<String> names() {
        if (!dynamic) {
            return list.entries();
        }
        if (last.announced.isEmpty() && isOld()) {
            try {
                look();
            } catch (BackendException e) {
                return List.of();
            }
        }
        return List.copyOf(last.names);
    }

    /** Takes no job, but tells of a job that is held. */
    public Subscription nothing() {
        return nothing;
    }

    /** The same where an answer must have so many bytes at most. */
    public Subscription nothing(long most) {
        return OversizePayload.nothing(Math.min(most, maxPayload));
    }

    private Subscription limited(Subscription subscription) {
        return limits.isEmpty()
                ? subscription
                : new Subscription(
                        subscription.sources().stream()
                                .map(source -> new Subscription.Source(
                                        source.queue(), source.beforeInstant(), limits.getOrDefault(source.queue(), 0)))
                                .toList(),
                        subscription.beforePayload(),
                        subscription.afterPayload(),
                        subscription.maxPayload());
    }

    private boolean isOld() {
        return System.nanoTime() - looked >= LOOK.toNanos();
    }

    /**
     * Looks again, however short a time ago that was done last, and says whether the list stands for other queues than these.
     *
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public synchronized boolean areOthersThan(Subscription these) {
        if (dynamic) {
            looked = System.nanoTime() - LOOK.toNanos();
            look();
        }
        return last.subscription != these;
    }

    private synchronized void look() {
        if (!isOld()) {
            return; // another thread has just looked
        }
        Look before = last;
        Set<String> announced = queues.names();
        Set<String> now = list.among(announced);
        if (List.copyOf(now).equals(List.copyOf(before.names))) {
            last = new Look(announced, now, before.subscription);
        } else {
            last = new Look(
                    announced,
                    now,
                    now.isEmpty() ? nothing : limited(QueueList.subscription(serializer, now, maxPayload)));
        }
        looked = System.nanoTime();
    }

    /** Waits for a job; may end early and empty if it is time to look at the queues again. */
    public Reservation await(WorkerSession session, Subscription of, Duration timeout) throws InterruptedException {
        Look look = last;
        if (!dynamic) {
            return session.await(of, timeout);
        }
        if (of != look.subscription) {
            return Reservation.EMPTY; // another thread has just looked
        }
        Reservation reservation = session.awaitAmong(of, look.announced, timeout);
        if (reservation.state() == Reservation.State.EMPTY) {
            lookAfter(look);
        }
        return reservation;
    }

    private synchronized void lookAfter(Look outdated) {
        if (last == outdated) {
            looked = System.nanoTime() - LOOK.toNanos();
        }
    }
}
