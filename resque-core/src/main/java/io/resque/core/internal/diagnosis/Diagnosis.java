package io.resque.core.internal.diagnosis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.FailureFilter;
import io.resque.api.Finding;
import io.resque.api.MalformedPayloadException;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.core.internal.failure.FailureBook;
import io.resque.core.internal.fleet.WorkerDirectory;
import io.resque.core.internal.status.LostStatusSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Looks at Redis, its queues and its workers, and has {@link Findings} judge each fact. Thread-safe. */
public final class Diagnosis {
    /** So many payloads of each queue are decoded, or so many bytes. */
    private static final int MOST_PAYLOADS = 1_000;

    private static final long MOST_BYTES = 1 << 20;
    private static final int PAGE = 100;

    /** How long a look at the statuses may take, and a removal. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration REMOVAL = Duration.ofMinutes(5);

    private final QueueBackend backend;
    private final JobSerializer serializer;
    private final WorkerDirectory workers;
    private final FailureBook failures;
    private final BiFunction<Duration, Duration, LostStatusSearch> lostStatuses;
    private final @Nullable DelayedFindings delayed;
    private final @Nullable RecurringFindings recurring;
    private final long maxBytes;

    /**
     * For one backend.
     *
     * @param lostStatuses begins a search, from the age of the statuses and the time for the search
     * @param delayed null if the backend does not support delayed jobs
     * @param recurring null if the backend does not support recurring jobs
     * @param maxBytes how many bytes of a queue are read at once at most
     */
    public Diagnosis(
            QueueBackend backend,
            JobSerializer serializer,
            WorkerDirectory workers,
            FailureBook failures,
            BiFunction<Duration, Duration, LostStatusSearch> lostStatuses,
            @Nullable DelayedFindings delayed,
            @Nullable RecurringFindings recurring,
            long maxBytes) {
        this.backend = backend;
        this.serializer = serializer;
        this.workers = workers;
        this.failures = failures;
        this.lostStatuses = lostStatuses;
        this.delayed = delayed;
        this.recurring = recurring;
        this.maxBytes = maxBytes;
    }

    /**
     * Everything that can be found, in the order of the checks.
     *
     * @param age statuses that were written later than so long ago are left out
     * @param removeLost whether the statuses that nobody will end are removed, and what other libraries have left of delayed jobs is
     *     mended
     * @throws BackendUnavailableException if Redis does not answer
     */
    public List<Finding> of(Duration age, boolean removeLost) {
        LostStatusSearch.atLeastAMinute(age); // before any request: the search itself comes last
        List<Finding> findings = new ArrayList<>();
        boolean paused = backend.workers().isPaused(); // the first command also connects
        long begin = System.nanoTime();
        backend.workers().isPaused();
        findings.add(Findings.connection(Duration.ofNanos(System.nanoTime() - begin)));
        ifTold(findings, Finding.Check.SERVER, () -> findings.addAll(Findings.server(backend.server())));
        findings.add(Findings.pause(paused));
        List<WorkerInfo> seen = workers.all();
        findings.addAll(Findings.workers(seen, unreadableHeartbeats(seen), Instant.now()));
        WorkedQueues worked = new WorkedQueues(seen);
        Map<String, Long> queues = new TreeMap<>(backend.queues().sizes());
        Set<String> pausedQueues = new TreeSet<>(backend.queues().paused());
        ActiveJobFindings rails = new ActiveJobFindings();
        queues.forEach((queue, size) ->
                findings.add(queue(queue, size, worked.has(queue), pausedQueues.contains(queue), rails)));
        pausedQueues.removeAll(queues.keySet());
        pausedQueues.forEach(queue -> findings.add(queue(queue, 0, worked.has(queue), true, rails)));
        findings.addAll(worked.missing(queues));
        ifTold(findings, Finding.Check.LIMITS, () -> findings.addAll(Findings.limits(backend)));
        ifTold(findings, Finding.Check.LOCKS, () -> findings.addAll(new LockFindings(backend, workers, LOOK).all()));
        findings.add(Findings.failures(failures.count(FailureFilter.all())));
        ifTold(findings, Finding.Check.OVERSIZE, () -> {
            long payloads = failures.setAside();
            if (payloads > 0) {
                findings.add(Findings.oversize(payloads));
            }
        });
        DelayedFindings later = delayed;
        if (later != null) {
            ifTold(findings, Finding.Check.SCHEDULER, () -> findings.addAll(later.scheduler()));
            ifTold(
                    findings,
                    Finding.Check.DELAYED,
                    () -> findings.add(later.leftBehind(removeLost, removeLost ? REMOVAL : LOOK)));
        }
        RecurringFindings again = recurring;
        if (again != null) {
            ifTold(findings, Finding.Check.SCHEDULER, () -> findings.addAll(again.all(rails)));
        }
        ifTold(
                findings,
                Finding.Check.FAILURES,
                () -> failures.list(FailureFilter.all(), 0, PAGE, true).forEach(rails::seen));
        findings.addAll(rails.all());
        LostStatusSearch search = lostStatuses.apply(age, removeLost ? REMOVAL : LOOK);
        ifTold(findings, Finding.Check.STATUSES, () -> findings.add(statuses(search, removeLost)));
        findings.addAll(keys());
        return findings;
    }

    private Map<String, String> unreadableHeartbeats(List<WorkerInfo> all) {
        List<String> unclear = all.stream()
                .filter(worker -> worker.life() == WorkerInfo.Life.UNKNOWN)
                .map(WorkerInfo::id)
                .toList();
        Map<String, String> unreadable = new HashMap<>();
        for (WorkerSnapshot seen : unclear.isEmpty()
                ? List.<WorkerSnapshot>of()
                : backend.workers().inspect(unclear)) {
            if (seen.heartbeat() != null && seen.heartbeatAt().isEmpty()) {
                unreadable.put(seen.id(), seen.heartbeat());
            }
        }
        return unreadable;
    }

    /** The keys of another type; queues that are not announced are looked at if they are named. */
    public List<Finding> keys(String... more) {
        return foreignKeys(more).entrySet().stream()
                .map(key -> Findings.foreignKey(key.getKey(), key.getValue()))
                .toList();
    }

    /** Names and problems of the same keys. */
    public Map<String, String> foreignKeys(String... more) {
        Set<String> queues = new LinkedHashSet<>(backend.queues().names());
        queues.addAll(List.of(more));
        return backend.foreignKeys(queues, backend.workers().ids());
    }

    /** A check that Redis refuses becomes a finding. */
    private static void ifTold(List<Finding> findings, Finding.Check check, Runnable look) {
        try {
            look.run();
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            findings.add(Findings.untold(check, e));
        }
    }

    private static Finding statuses(LostStatusSearch search, boolean remove) {
        try {
            return Findings.statuses(remove ? search.remove() : search.find(), remove);
        } catch (UnsupportedOperationException e) { // the store cannot go through its statuses
            return Findings.untold(Finding.Check.STATUSES, e);
        }
    }

    private Finding queue(String queue, long size, boolean worked, boolean paused, ActiveJobFindings rails) {
        int looked = 0;
        long bytes = 0;
        long unreadable = 0;
        List<Payload> page;
        do {
            page = backend.queues().range(queue, looked, PAGE, maxBytes);
            for (Payload payload : page) {
                bytes += payload.size();
                unreadable += isReadable(queue, payload, rails) ? 0 : 1;
            }
            looked += page.size();
        } while (!page.isEmpty() && looked < MOST_PAYLOADS && bytes < MOST_BYTES);
        return Findings.queue(queue, size, looked, unreadable, worked, paused);
    }

    private boolean isReadable(String queue, Payload payload, ActiveJobFindings rails) {
        try {
            if (serializer.decode(payload) instanceof Map<?, ?> tree && tree.get("class") instanceof String) {
                rails.seen(queue, tree);
                return true;
            }
            return false;
        } catch (MalformedPayloadException e) {
            return false;
        }
    }
}
