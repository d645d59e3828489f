package io.resque.core.internal.http;

import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For how long the heads of queues have been waiting. A payload with {@code queue_time} says it. Any other payload counts from
 * the first look that finds it at the head, so it may be older than is shown. Equal payloads cannot be told apart: if the queue
 * has become shorter, or a job of the queue has begun to run since, the head counts as a new one. For one thread at a time.
 */
final class HeadAges {
    /** The clock of a producer may be ahead of this one by so much. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final PayloadReader jobs;
    private Map<String, Seen> seen = new HashMap<>();
    private Map<String, Seen> next = new HashMap<>();

    /** The head of a queue, by a hash of its payload, and how long the queue was when it was last looked at. */
    private record Seen(long mark, long size, Instant since) {}

    HeadAges(PayloadReader jobs) {
        this.jobs = jobs;
    }

    /**
     * Since when this payload is the head.
     *
     * @param taken when a job of this queue that runs now was taken; {@link Instant#MIN} if none runs
     */
    Instant since(String queue, Payload head, long size, Instant taken, Instant now) {
        Seen before = seen.get(queue);
        long mark = mark(head.toBytes());
        boolean same = before != null && before.mark == mark && size >= before.size && !taken.isAfter(before.since);
        Seen current = new Seen(mark, size, same ? before.since : now);
        next.put(queue, current);
        Instant queued = queued(head);
        return queued != null && queued.isBefore(now.plus(AHEAD)) ? queued : current.since;
    }

    /** A look begins: a look that did not come to its end is forgotten. */
    void looks() {
        next.clear();
    }

    /** A look has ended: queues that it has not seen are empty, and forgotten. */
    void looked() {
        seen = next;
        next = new HashMap<>();
    }

    private @Nullable Instant queued(Payload head) {
        if (jobs.object(head).get("queue_time") instanceof Number seconds) {
            double value = seconds.doubleValue();
            return value > 0 && value < 1e11 ? Instant.ofEpochMilli((long) (value * 1000)) : null;
        }
        return null;
    }

    private static long mark(byte[] bytes) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (byte each : bytes) {
            hash = (hash ^ each & 0xff) * 0x100000001b3L;
        }
        return hash;
    }
}
