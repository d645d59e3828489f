package io.resque.api;

import java.time.Duration;
import java.time.Instant;

/**
 * How many jobs ended between two samples, in all languages.
 *
 * @param from the instant of the first sample
 * @param to the instant of the second sample
 * @param processed by how many {@code stat:processed} grew
 * @param failed by how many {@code stat:failed} grew
 * @param reset whether one of these counters had become smaller, so that somebody has cleared it: its number then counts from the clearing on,
 *     and is a lower bound
 */
public record Throughput(Instant from, Instant to, long processed, long failed, boolean reset) {
    /**
     * What happened between two samples.
     *
     * @param one the earlier sample
     * @param other the later sample
     * @return the throughput
     */
    public static Throughput between(HistorySample one, HistorySample other) {
        return new Throughput(
                one.at(),
                other.at(),
                grown(one.processed(), other.processed()),
                grown(one.failed(), other.failed()),
                other.processed() < one.processed() || other.failed() < one.failed());
    }

    private static long grown(long before, long after) {
        return after < before ? Math.max(0, after) : after - before;
    }

    /**
     * Jobs in a second.
     *
     * @return the average between the two samples
     */
    public double perSecond() {
        return processed * 1e3 / Math.max(1, Duration.between(from, to).toMillis());
    }
}
