package io.resque.core;

import io.resque.core.internal.http.FleetFigures;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures of queues, workers and jobs of all languages, as one look at Redis found them: the figures that {@link ResqueHttp} shows under {@code
 * /metrics}. At most 10,000 queues, 5,000 workers and 1,000 failure lists are looked at. Immutable.
 *
 * @param whole whether each part could be read; if not, the parts that could not are empty or 0, and the log has said why
 * @param processed how many jobs were executed, failed ones too: {@code stat:processed}
 * @param failed how many jobs failed: {@code stat:failed}
 * @param queues how many jobs wait on each announced queue
 * @param headAges how long the job at the head of each queue has been waiting: since it was enqueued if it says so, otherwise since a look of
 *     this process first saw it there; without empty queues
 * @param failures how many records each failure list has
 * @param workers how many workers are registered
 * @param working how many registered workers hold a job
 * @param workersByState how many registered workers are {@code idle}, {@code working}, {@code paused} or {@code dead}
 * @param running how many jobs run, by the queue that they are of
 * @param delayed how many jobs are delayed, up to some ten thousand seconds; empty if the backend has no delayed jobs, or this user of Redis may not
 *     see them
 * @param lateness how long the earliest delayed job has been due by the clock of Redis, zero if none is due; empty as {@code delayed}
 * @param queuesLeftOut how many queues were too many to look at
 * @param workersLeftOut how many workers were too many to look at
 * @param took how long the look took
 */
public record Fleet(
        boolean whole,
        long processed,
        long failed,
        SortedMap<String, Long> queues,
        SortedMap<String, Duration> headAges,
        SortedMap<String, Long> failures,
        long workers,
        long working,
        Map<String, Long> workersByState,
        SortedMap<String, Long> running,
        OptionalLong delayed,
        Optional<Duration> lateness,
        long queuesLeftOut,
        long workersLeftOut,
        Duration took) {
    /**
     * Copies the maps.
     *
     * @param whole whether each part could be read
     * @param processed how many jobs were executed
     * @param failed how many jobs failed
     * @param queues how many jobs wait on each queue
     * @param headAges how long the head of each queue has been waiting
     * @param failures how many records each failure list has
     * @param workers how many workers are registered
     * @param working how many registered workers hold a job
     * @param workersByState how many registered workers do what
     * @param running how many jobs run, by queue
     * @param delayed how many jobs are delayed
     * @param lateness how long the earliest delayed job has been due
     * @param queuesLeftOut how many queues were too many
     * @param workersLeftOut how many workers were too many
     * @param took how long the look took
     */
    public Fleet {
        queues = copy(queues);
        headAges = copy(headAges);
        failures = copy(failures);
        workersByState = Collections.unmodifiableMap(new HashMap<>(workersByState));
        running = copy(running);
    }

    private static <V> SortedMap<String, V> copy(SortedMap<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    static Fleet of(FleetFigures seen) {
        SortedMap<String, Duration> ages = new TreeMap<>();
        seen.ages().forEach((queue, seconds) -> ages.put(queue, duration(seconds)));
        FleetFigures.Delayed delayed = seen.delayed();
        return new Fleet(
                seen.whole(),
                seen.processed(),
                seen.failed(),
                seen.lengths(),
                ages,
                seen.failures(),
                seen.workers(),
                seen.working(),
                seen.states(),
                seen.running(),
                delayed == null ? OptionalLong.empty() : OptionalLong.of(delayed.jobs()),
                delayed == null ? Optional.empty() : Optional.of(duration(delayed.lateness())),
                seen.queuesLeftOut(),
                seen.workersLeftOut(),
                duration(seen.seconds()));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
