package io.resque.api;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * The state of Redis at an instant, of all languages.
 *
 * @param at when, to the second, by the clock of the server
 * @param processed the value of {@code stat:processed}
 * @param failed the value of {@code stat:failed}
 * @param failures how many failures the lists held
 * @param workers how many workers were registered
 * @param working how many of them held a job
 * @param late for how many seconds the earliest delayed job had been due; 0 if none was
 * @param queues the queues that had jobs, by name; of more than 200, the longest
 * @param queuesLeftOut how many further queues had jobs
 */
public record HistorySample(
        Instant at,
        long processed,
        long failed,
        long failures,
        long workers,
        long working,
        long late,
        Map<String, Queue> queues,
        long queuesLeftOut) {
    /** The checksum where a sample has none. */
    public static final long NO_HEAD = -1;

    /**
     * A queue that has jobs.
     *
     * @param length how many
     * @param head a checksum of the job at its head; {@link #NO_HEAD} in samples that are kept for days
     */
    public record Queue(long length, long head) {}

    /**
     * Copies the map.
     *
     * @param at when
     * @param processed the counter
     * @param failed the counter
     * @param failures how many failures
     * @param workers how many workers
     * @param working how many of them held a job
     * @param late for how many seconds the earliest delayed job had been due
     * @param queues the queues by name
     * @param queuesLeftOut how many further queues
     */
    public HistorySample {
        Objects.requireNonNull(at, "at");
        queues = Map.copyOf(queues);
    }

    /**
     * The length of a queue.
     *
     * @param queue its name
     * @return 0 if it was empty, or not among the longest
     */
    public long length(String queue) {
        Queue known = queues.get(queue);
        return known == null ? 0 : known.length;
    }
}
