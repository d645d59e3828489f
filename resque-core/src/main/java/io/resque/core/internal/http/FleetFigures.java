package io.resque.core.internal.http;

import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Figures of queues, workers and jobs of all languages, from one look at Redis.
 *
 * @param whole whether each part of it could be read
 * @param processed {@code stat:processed}
 * @param failed {@code stat:failed}
 * @param lengths the queues' lengths
 * @param ages for how many seconds the job at the head of each queue has been there; without empty queues
 * @param failures the failure lists' lengths
 * @param workers registered workers
 * @param working registered workers that have a record of a job
 * @param states how many workers do what
 * @param running running jobs by queue
 * @param delayed the delayed jobs; null if the backend does not support them, or they could not be read
 * @param queuesLeftOut queues that were too many to look at
 * @param workersLeftOut workers that were too many, or whose jobs were too large, to look at
 * @param seconds how long the look took
 */
public record FleetFigures(
        boolean whole,
        long processed,
        long failed,
        SortedMap<String, Long> lengths,
        SortedMap<String, Double> ages,
        SortedMap<String, Long> failures,
        long workers,
        long working,
        Map<String, Long> states,
        SortedMap<String, Long> running,
        @Nullable Delayed delayed,
        long queuesLeftOut,
        long workersLeftOut,
        double seconds) {
    /**
     * Delayed jobs.
     *
     * @param jobs how many there are, within the bounds of a look
     * @param lateness for how many seconds the earliest of them has been due; 0 if none is
     */
    public record Delayed(long jobs, double lateness) {}
}
