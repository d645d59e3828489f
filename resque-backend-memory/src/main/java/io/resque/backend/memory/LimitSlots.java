package io.resque.backend.memory;

import io.resque.api.LimitUse;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The slots of one limit, and the jobs that wait for one. */
final class LimitSlots {
    /** So long a slot is kept for a job that was sent back to its queue. */
    private static final Duration OFFER = Duration.ofSeconds(30);

    final Deque<Limits.WaitingJob> waiting = new ArrayDeque<>();

    /** Each owner with the second up to which it counts. An owner is a job, or an offer. */
    private final Map<Object, Instant> owners = new HashMap<>();

    private int most;

    /** The job of a worker. */
    record Holder(String worker, long job) {}

    /** Keeps a slot for a payload. Payloads can be equal, so the offers have numbers. */
    private record Offer(Payload payload, int number) {}

    LimitUse use(String limit) {
        return new LimitUse(limit, most, owners.size(), waiting.size());
    }

    boolean isUnused() {
        return owners.isEmpty() && waiting.isEmpty();
    }

    boolean has(Holder holder) {
        return owners.containsKey(holder);
    }

    /** Whether a job with this payload can have a slot. */
    boolean isFreeFor(Payload payload, int slots, Instant now) {
        expire(now);
        return offers(payload) > 0 || owners.size() < slots && waiting.isEmpty();
    }

    void take(Holder holder, Payload payload, Instant until) {
        if (!has(holder)) {
            dropOffer(payload);
        }
        owners.put(holder, until);
    }

    /** Returns whether there was one. */
    boolean dropOffer(Payload payload) {
        return owners.remove(new Offer(payload, offers(payload))) != null;
    }

    private int offers(Payload payload) {
        int number = 0;
        while (owners.containsKey(new Offer(payload, number + 1))) {
            number++;
        }
        return number;
    }

    void await(Limits.WaitingJob job, int slots) {
        most = slots;
        waiting.addLast(job);
    }

    void renew(Holder holder, Instant until) {
        owners.computeIfPresent(holder, (same, before) -> until);
    }

    void free(Holder holder) {
        owners.remove(holder);
    }

    private void expire(Instant now) {
        owners.values().removeIf(until -> until.isBefore(now));
    }

    /**
     * Sends the jobs that wait longest back to the heads of their queues, as many as there are free slots. A job of a paused queue keeps
     * none.
     */
    void sendBack(Namespace namespace) {
        Instant now = namespace.now();
        expire(now);
        Deque<Limits.WaitingJob> sent = new ArrayDeque<>(); // the last first, so that the order stays
        boolean isAnyFree = owners.size() < most;
        while (isAnyFree && !waiting.isEmpty()) {
            boolean isPaused =
                    namespace.pausedQueues.contains(waiting.getFirst().queue());
            if (!isPaused && owners.size() >= most) {
                break;
            }
            Limits.WaitingJob job = waiting.removeFirst();
            if (!isPaused) {
                owners.put(new Offer(job.payload(), offers(job.payload()) + 1), now.plus(OFFER));
            }
            sent.addFirst(job);
        }
        sent.forEach(job -> namespace.announce(job.queue()).addFirst(job.payload()));
    }
}
