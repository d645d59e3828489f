package io.resque.core;

import io.resque.api.Counters;
import io.resque.api.FailureFilter;
import io.resque.api.Finding;
import io.resque.api.LimitUse;
import io.resque.api.QueuedJob;
import io.resque.api.UniqueLock;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.Locks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.core.internal.diagnosis.Diagnosis;
import io.resque.core.internal.failure.FailureBook;
import io.resque.core.internal.fleet.DeadWorkers;
import io.resque.core.internal.fleet.WorkerDirectory;
import io.resque.core.internal.http.FleetLook;
import io.resque.core.internal.status.LostStatusSearch;
import io.resque.core.internal.support.LookBudget;
import io.resque.core.internal.wire.CounterNames;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.Places;
import io.resque.core.internal.wire.QueueNames;
import io.resque.core.internal.wire.QueuePages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Shows queues, workers and counters of all languages. Writes nothing. A queue is <em>announced</em> when its name is in the set {@code
 * queues}: each library adds the name when it enqueues, and {@link Resque#removeQueue} removes it. Workers of {@code *} and of patterns
 * see only announced queues. Other programs can have written anything into
 * payloads, keys of workers and counters: a value that cannot be read is empty, or 0. Thread-safe. All methods wait for Redis and
 * throw {@link io.resque.api.BackendException} if it does not answer; {@link #fleet} alone does not wait. They make several requests, and Redis can change in
 * between.
 */
public final class Inspector {
    private static final int MOST_FOUND = 5_000;

    private static final Duration LONGEST_LOOK = Duration.ofMillis(300);

    private final QueueBackend backend;
    private final PayloadReader jobs;
    private final WorkerDirectory workers;
    private final DeadWorkers deadWorkers;
    private final CounterReader counters;
    private final BiFunction<Duration, Duration, LostStatusSearch> lostStatuses;
    private final FailureBook failures;
    private final Diagnosis diagnosis;
    private final FleetLook look;
    private final long maxBytes;

    /** Reads so many bytes at once at most. */
    Inspector(
            QueueBackend backend,
            PayloadReader jobs,
            WorkerDirectory workers,
            DeadWorkers deadWorkers,
            CounterReader counters,
            BiFunction<Duration, Duration, LostStatusSearch> lostStatuses,
            FailureBook failures,
            Diagnosis diagnosis,
            FleetLook look,
            long maxBytes) {
        this.backend = backend;
        this.jobs = jobs;
        this.workers = workers;
        this.deadWorkers = deadWorkers;
        this.counters = counters;
        this.lostStatuses = lostStatuses;
        this.failures = failures;
        this.diagnosis = diagnosis;
        this.look = look;
        this.maxBytes = maxBytes;
    }

    /**
     * The announced queues with the number of jobs that wait on each; 0 for a queue that is empty now.
     *
     * @return names to lengths, by name
     */
    public SortedMap<String, Long> queues() {
        return new TreeMap<>(backend.queues().sizes());
    }

    /**
     * How many jobs wait on a queue, announced or not.
     *
     * @param queue its name
     * @return 0 for an unknown queue
     */
    public long queueSize(String queue) {
        return backend.queues().size(QueueNames.known(queue));
    }

    /**
     * Reads jobs of a queue without taking them. If jobs are large, the result can have fewer than {@code limit}: all its
     * payloads together have at most the size of the largest payload and 1 MiB more. A call with a larger offset returns the next
     * ones. If one payload alone is larger, a job of the class {@code OversizePayload} stands in its place, with its size. If
     * Jesque keeps delayed jobs under this queue, returns these, the earliest first.
     *
     * @param queue name of the queue
     * @param offset how many to skip, from the head on
     * @param limit the most jobs to return
     * @return the jobs, first the job that a worker takes next; empty for an unknown queue
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
     * Looks for jobs of a queue from a place on, at no more than 5,000 and for no longer than about 300 ms, and says how far it came. Workers can take
     * jobs meanwhile, so a search that goes on can miss some. The size of the result is limited as for {@link #peek}.
     *
     * @param queue name of the queue
     * @param filter which jobs; it is asked in the calling thread
     * @param start the place to begin with, 0 for the job that a worker takes next
     * @param limit the most jobs to return, at least 1
     * @return the jobs that were found
     * @throws IllegalArgumentException if {@code start} is negative, or {@code limit} less than 1
     */
    public QueueSearch search(String queue, Predicate<? super QueuedJob> filter, long start, int limit) {
        if (start < 0 || limit < 1) {
            throw new IllegalArgumentException(
                    "start must not be negative, and limit at least 1; they were " + start + ", " + limit);
        }
        LookBudget budget = new LookBudget();
        SortedMap<Long, QueuedJob> found = new TreeMap<>();
        long bytes = 0;
        long at = start;
        int count = QueuePages.FIRST_PAGE;
        while (true) {
            List<Payload> page = backend.queues().range(Objects.requireNonNull(queue, "queue"), at, count, maxBytes);
            if (page.isEmpty()) {
                return new QueueSearch(found, at - start, OptionalLong.empty());
            }
            for (Payload payload : page) {
                if (found.size() == limit || bytes >= maxBytes || !budget.allowsMore()) {
                    return new QueueSearch(found, at - start, OptionalLong.of(at));
                }
                QueuedJob job = jobs.queued(queue, payload);
                if (filter.test(job)) {
                    found.put(at, job);
                    bytes += payload.size();
                }
                budget.looked(1, payload.size());
                at++;
            }
            count = QueuePages.next(page);
        }
    }

    /**
     * Finds a job again that {@link #peek} has returned, by its {@link QueuedJob#digest}. It moves towards the head when workers take jobs before
     * it, so the search begins a little behind the place where it was seen, and looks at 5,000 jobs at most.
     *
     * @param queue name of the queue
     * @param place where it was seen, from 0 at the head
     * @param digest its digest
     * @return empty if it is not there any more
     * @throws IllegalArgumentException if {@code place} is negative
     */
    public Optional<QueuedJob> find(String queue, long place, String digest) {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(digest, "digest");
        if (place < 0) {
            throw new IllegalArgumentException("place must not be negative, was " + place);
        }
        QueuePages pages = QueuePages.near(backend.queues(), queue, maxBytes, place);
        int looked = 0;
        for (List<Payload> page = pages.next(); !page.isEmpty() && looked < MOST_FOUND; page = pages.next()) {
            for (Payload payload : page) {
                QueuedJob job = jobs.queued(queue, payload);
                if (job.digest().equals(digest)) {
                    return Optional.of(job);
                }
            }
            looked += page.size();
        }
        return Optional.empty();
    }

    /**
     * All workers, also workers of which only a heartbeat is left.
     *
     * @return by id
     */
    public List<WorkerInfo> workers() {
        return workers.all();
    }

    /**
     * Some of the workers, by id. A page of up to a hundred takes four requests, however many workers there are. A worker that registers or leaves
     * between two pages moves no other.
     *
     * @param after empty for the first page, then the {@code next} of the last page
     * @param limit the most workers to return, at least 1
     * @return the workers whose ids come behind {@code after}
     * @throws IllegalArgumentException if {@code limit} is less than 1
     */
    public WorkerPage workers(String after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        List<String> ids = backend.workers().ids().stream().sorted().toList();
        List<String> behind = ids.stream()
                .filter(id -> after.isEmpty() || id.compareTo(after) > 0)
                .toList();
        List<String> page = behind.subList(0, Math.min(limit, behind.size()));
        return new WorkerPage(
                workers.some(page),
                ids.size(),
                page.size() < behind.size() ? Optional.of(page.get(page.size() - 1)) : Optional.empty());
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
     * The limits that jobs wait for.
     *
     * @param count the largest number of limits
     * @return in no order; empty if the backend does not support limits
     */
    public List<LimitUse> limits(int count) {
        return backend.limits().map(limits -> limits.used(count)).orElse(List.of());
    }

    /**
     * Reads jobs that wait for a limit, without taking them. The result is bounded as that of {@link #peek}.
     *
     * @param limit the full name of the limit
     * @param offset how many to skip, from the job on that waits longest
     * @param count the most jobs to return
     * @return the jobs, the longest wait first; empty if no job waits for the limit
     * @throws IllegalArgumentException if one of the numbers is negative
     */
    public List<QueuedJob> limited(String limit, long offset, int count) {
        Objects.requireNonNull(limit, "limit");
        if (offset < 0 || count < 0) {
            throw new IllegalArgumentException("offset and count must not be negative, were " + offset + ", " + count);
        }
        return backend.limits().map(limits -> limits.range(limit, offset, count, maxBytes)).orElse(List.of()).stream()
                .map(job -> jobs.queued(job.queue(), job.payload()))
                .toList();
    }

    /**
     * The queues that {@link Resque#pauseQueue} has paused; some of them may not exist.
     *
     * @return their names, sorted
     */
    public SortedSet<String> pausedQueues() {
        return new TreeSet<>(backend.queues().paused());
    }

    /**
     * The numbers of jobs, workers and failures. Reads all workers, to count how many run a job.
     *
     * @return the counters
     */
    public Counters counters() {
        WorkerDirectory.Count seen = workers.count();
        return counters(seen.registered(), seen.working());
    }

    /**
     * The same for a caller that has read the workers already, in a few requests, however many workers there are.
     *
     * @param workers as {@link #workers()} returned them
     * @return the counters; the numbers of workers are those of the list
     */
    public Counters counters(List<WorkerInfo> workers) {
        List<WorkerInfo> registered =
                workers.stream().filter(WorkerInfo::registered).toList();
        return counters(
                registered.size(),
                registered.stream().filter(worker -> worker.job().isPresent()).count());
    }

    private Counters counters(long registered, long working) {
        List<Long> counted = counters.all(List.of(CounterNames.PROCESSED, CounterNames.FAILED));
        long pending = backend.queues().sizes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Counters(
                counted.get(0), counted.get(1), pending, registered, working, failures.count(FailureFilter.all()));
    }

    /**
     * Looks at queues, workers and failures of all languages, for metrics, in a thread of its own. All callers and {@code /metrics} share the look that
     * is under way, or the last one, for five seconds, and longer if it took long. A caller that cannot wait for a slow Redis waits for the future with
     * a limit.
     *
     * @return completes with the figures; completes with a {@link io.resque.api.BackendException} if Redis did not answer
     */
    public CompletableFuture<Fleet> fleet() {
        return look.look().thenApply(Fleet::of);
    }

    /**
     * Finds keys that have the name of a Resque key but another type, such as a string in place of the list of failures. All other
     * methods treat such a key as empty; this one shows why.
     *
     * @param more queues whose keys are checked beside the announced queues
     * @return for each such key its name and what is wrong, such as {@code is a string, not a list}
     */
    public Map<String, String> foreignKeys(String... more) {
        return diagnosis.foreignKeys(more);
    }

    /**
     * Finds the keys that {@link #foreignKeys} finds, and returns each as a {@link Finding}, with a sentence for people.
     *
     * @param more queues to look at beside the announced ones
     * @return one for each such key
     */
    public List<Finding> keyFindings(String... more) {
        return diagnosis.keys(more);
    }

    /**
     * Looks for faults, such as dead workers, queues whose jobs no worker takes, and payloads that nobody can read: what {@code
     * bin/resque doctor} prints. Decodes up to a thousand payloads of each queue, and looks at the statuses for up to five seconds. Changes
     * nothing; each finding names the command and the method that mends it.
     *
     * @param olderThan a status that was written later does not count as lost; at least a minute. Jobs that wait or run are never lost
     * @return facts and faults, in the order of {@link Finding.Check}
     * @throws IllegalArgumentException if {@code olderThan} is less than a minute
     */
    public List<Finding> diagnose(Duration olderThan) {
        return diagnosis.of(olderThan, false);
    }

    /**
     * As {@link #diagnose(Duration)} with an hour.
     *
     * @return facts and faults, as there
     */
    public List<Finding> diagnose() {
        return diagnose(Duration.ofHours(1));
    }

    List<Finding> repair(Duration olderThan) {
        return diagnosis.of(olderThan, true);
    }

    /**
     * Facts that the server gives about itself, such as Redis's {@code redis_version} and {@code maxmemory_policy}.
     *
     * @return names and values; empty if it gives none
     * @throws io.resque.api.BackendException if Redis did not answer, or this user has no right to ask
     */
    public Map<String, String> server() {
        return backend.server();
    }

    /**
     * Finds statuses that no worker will end: they say that their job waits or runs, but it is in no queue, and no worker has it.
     * A tracked job leaves such a status if a Ruby worker ran it, if it was lost, or if another program removed its queue. Looks
     * at all keys of this Redis; if there are old statuses of waiting or running jobs, also at all jobs of all queues.
     *
     * @param olderThan only statuses that were written longer ago are found; at least a minute
     * @param time about how long to search, at least a second; the result says if that was too short
     * @return the statuses that were found
     * @throws IllegalArgumentException if {@code olderThan} is less than a minute, or {@code time} less than a second
     * @throws UnsupportedOperationException if the statuses are kept in a store that cannot list them
     */
    public LostStatuses lostStatuses(Duration olderThan, Duration time) {
        return LostStatuses.of(lostStatuses.apply(olderThan, time).find());
    }

    LostStatuses removeLostStatuses(Duration olderThan, Duration time) {
        return LostStatuses.of(lostStatuses.apply(olderThan, time).remove());
    }

    /**
     * Reads the locks of unique jobs, in parts that do not keep Redis for long. Locks that are taken or freed meanwhile can be missed.
     *
     * @return the locks, by key; empty if the backend has none
     */
    public List<UniqueLock> locks() {
        SortedMap<String, UniqueLock> found = new TreeMap<>();
        Set<String> registered = backend.workers().ids();
        String from = backend.locks().isPresent() ? "" : null;
        while (from != null) {
            Locks.Page page = backend.locks().orElseThrow().page(from);
            page.locks().forEach(lock -> found.put(lock.key(), shown(lock, registered)));
            from = page.next();
        }
        return List.copyOf(found.values());
    }

    /**
     * Reads locks of unique jobs in parts, for no longer than about 300 ms: to find them, the backend walks through all keys. A lock can be in two
     * parts.
     *
     * @param from empty for the first part, then the {@code next} of the last part
     * @param limit ends the reading when so many are found, at least 1; the result can have up to a thousand more
     * @return the locks of this part
     * @throws IllegalArgumentException if {@code limit} is less than 1, or the backend refuses to go on from {@code from}
     */
    public LocksFound locks(String from, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        long begun = System.nanoTime();
        Set<String> registered = backend.workers().ids();
        SortedMap<String, UniqueLock> found = new TreeMap<>();
        String at = backend.locks().isPresent() ? from : null;
        boolean begins = true;
        while (at != null && (begins || found.size() < limit && System.nanoTime() - begun < LONGEST_LOOK.toNanos())) {
            begins = false;
            Locks.Page page = Places.read(at, backend.locks().orElseThrow()::page);
            page.locks().forEach(lock -> found.put(lock.key(), shown(lock, registered)));
            at = page.next();
        }
        return new LocksFound(List.copyOf(found.values()), Optional.ofNullable(at));
    }

    private static UniqueLock shown(HeldLock lock, Set<String> registered) {
        return new UniqueLock(
                lock.key(),
                Optional.ofNullable(lock.kind()),
                lock.state() == null
                        ? UniqueLock.State.UNKNOWN
                        : UniqueLock.State.valueOf(lock.state().name()),
                Optional.ofNullable(lock.owner()),
                Optional.ofNullable(lock.worker()),
                Optional.ofNullable(lock.since()),
                Optional.ofNullable(lock.expiry()),
                lock.owner() == null || lock.worker() != null && !registered.contains(lock.worker()));
    }

    /**
     * Frees a lock, if it still has the same owner and state. Its job stays where it is, and an equal job can be enqueued, or run beside it.
     *
     * @param lock as {@link #locks} returned it
     * @return whether it was freed
     */
    public boolean freeLock(UniqueLock lock) {
        return backend.locks().isPresent()
                && backend.locks()
                        .orElseThrow()
                        .free(new HeldLock(
                                lock.key(),
                                lock.kind().orElse(null),
                                lock.state() == UniqueLock.State.UNKNOWN
                                        ? null
                                        : HeldLock.State.valueOf(lock.state().name()),
                                lock.owner().orElse(null),
                                lock.worker().orElse(null),
                                lock.since().orElse(null),
                                lock.expiry().orElse(null)));
    }
}
