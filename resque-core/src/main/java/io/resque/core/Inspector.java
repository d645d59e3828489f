package io.resque.core;

import io.resque.api.Counters;
import io.resque.api.JobStatus;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.core.internal.fleet.DeadWorkers;
import io.resque.core.internal.fleet.WorkerDirectory;
import io.resque.core.internal.status.LostStatusSearch;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.wire.CounterNames;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Looks at queues, workers and counters of all languages. Writes nothing. Payloads, the keys of workers and counters may hold
 * anything: a value that cannot be read is empty, or 0. Thread-safe. All methods wait for Redis and throw {@link
 * io.resque.api.BackendException} if it does not
 * answer; they take a few round trips, so their results are not of one moment.
 */
public final class Inspector {
    private final QueueBackend backend;
    private final PayloadReader jobs;
    private final WorkerDirectory workers;
    private final DeadWorkers deadWorkers;
    private final CounterReader counters;
    private final StatusUpdates statuses;
    private final BiFunction<Duration, Duration, LostStatusSearch> lostStatuses;
    private final FailedJobs failures;
    private final long maxBytes;

    /** Reads so many bytes at once at most. */
    Inspector(
            QueueBackend backend,
            PayloadReader jobs,
            WorkerDirectory workers,
            DeadWorkers deadWorkers,
            CounterReader counters,
            StatusUpdates statuses,
            BiFunction<Duration, Duration, LostStatusSearch> lostStatuses,
            FailedJobs failures,
            long maxBytes) {
        this.backend = backend;
        this.jobs = jobs;
        this.workers = workers;
        this.deadWorkers = deadWorkers;
        this.counters = counters;
        this.statuses = statuses;
        this.lostStatuses = lostStatuses;
        this.failures = failures;
        this.maxBytes = maxBytes;
    }

    /**
     * The announced queues, also if they are empty now.
     *
     * @return names to lengths, by name
     */
    public SortedMap<String, Long> queues() {
        return new TreeMap<>(backend.queues().sizes());
    }

    /**
     * Looks at jobs without taking them; Jesque's delayed jobs are in a queue of their own, the earliest first. Together they
     * have at most the bytes of the largest payload and 1 MiB more, so there may
     * be fewer than the limit; the next call begins behind them. A job that alone is larger is given as one of the class
     * {@code OversizePayload}, with its size.
     *
     * @param queue name of the queue
     * @param offset how many to pass over, from the head on
     * @param limit how many at the most
     * @return the jobs there are, the next to be taken first; empty for an unknown queue
     * @throws IllegalArgumentException if one of the numbers is negative
     */
    public List<QueuedJob> peek(String queue, long offset, int limit) {
        Objects.requireNonNull(queue, "queue");
        if (offset < 0 || limit < 0) {
            throw new IllegalArgumentException("offset and limit must not be negative, were " + offset + ", " + limit);
        }
        Queues queues = backend.queues();
        return queues.range(queue, offset, limit, maxBytes).stream()
                .map(payload -> jobs.queued(queue, payload))
                .toList();
    }

    /**
     * All workers, also those of which only a heartbeat is left.
     *
     * @return by id
     */
    public List<WorkerInfo> workers() {
        return workers.all();
    }

    /**
     * The workers that {@link Resque#recoverDeadWorkers} would clean up after now.
     *
     * @return their ids
     */
    public List<String> deadWorkers() {
        return deadWorkers.dead();
    }

    /**
     * One worker.
     *
     * @param id its id
     * @return empty if it is neither registered nor has a heartbeat or a job
     */
    public Optional<WorkerInfo> worker(String id) {
        return workers.find(Objects.requireNonNull(id, "id"));
    }

    /**
     * Whether all workers are told to pause, by {@code pause-all-workers}.
     *
     * @return true if they are
     */
    public boolean pausedAll() {
        return backend.workers().isPaused();
    }

    /**
     * How much there is of everything.
     *
     * @return the counters
     */
    public Counters counters() {
        WorkerDirectory.Count seen = workers.count();
        List<Long> counted = counters.all(List.of(CounterNames.PROCESSED, CounterNames.FAILED));
        long pending = backend.queues().sizes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Counters(
                counted.get(0), counted.get(1), pending, seen.registered(), seen.working(), failures.count());
    }

    /**
     * Keys under Resque's names that are something else, such as a string in place of the failures. Whatever is asked for, such a
     * key counts as empty; here it can be seen why.
     *
     * @param more queues to look at beside the announced ones
     * @return the name of each such key, with its problem, such as {@code is a string, not a list}
     */
    public Map<String, String> foreignKeys(String... more) {
        Set<String> queues = new LinkedHashSet<>(backend.queues().names());
        queues.addAll(List.of(more));
        return backend.foreignKeys(queues, backend.workers().ids());
    }

    /**
     * What the server says of itself, such as Redis's {@code redis_version} and {@code maxmemory_policy}.
     *
     * @return empty if it says nothing
     * @throws io.resque.api.BackendException if Redis did not answer, or this user may not ask
     */
    public Map<String, String> server() {
        return backend.server();
    }

    /**
     * How a tracked job stands.
     *
     * @param token as for {@link Resque#status}
     * @return empty if nothing is known of it
     */
    public Optional<JobStatus> status(String token) {
        return statuses.find(Objects.requireNonNull(token, "token"));
    }

    /**
     * Statuses that nobody will end: they say that their job waits or runs, but it is in no queue, and no worker has it. A worker of
     * Ruby's that ran a tracked job leaves such a status, and so does a job that was lost, or that another program removed with
     * its queue. Looks at
     * all keys of this Redis, and if there are such statuses, through all queues.
     *
     * @param olderThan a status that was written later is left out; at least a minute
     * @param time for how long to look, about; the result says if that was too short. At least a second
     * @return the statuses that were found
     * @throws UnsupportedOperationException if the statuses are kept in a store that cannot go through them
     */
    public LostStatuses lostStatuses(Duration olderThan, Duration time) {
        return LostStatuses.of(lostStatuses.apply(olderThan, time).find());
    }

    LostStatuses removeLostStatuses(Duration olderThan, Duration time) {
        return LostStatuses.of(lostStatuses.apply(olderThan, time).remove());
    }

    /**
     * The failures.
     *
     * @return as {@link Resque#failures} gives them
     */
    public FailedJobs failures() {
        return failures;
    }
}
