package io.resque.backend.memory;

import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Subscription;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that is kept under one namespace. The lock of the memory guards it. */
final class Namespace {
    private static final String PROCESSED = "processed";
    private static final String FAILED = "failed";

    private final Map<String, Deque<Payload>> queues = new HashMap<>();
    private final Map<FailureList, List<Payload>> failures = new HashMap<>();
    private final Clock clock;

    private long setAside;

    /** Payloads that were too large for their worker. */
    final Map<String, Payload> oversize = new HashMap<>();

    final Set<String> announced = new LinkedHashSet<>();
    final Set<String> pausedQueues = new TreeSet<>();
    final Set<String> failureLists = new TreeSet<>();
    final Map<String, RegisteredWorker> workers = new HashMap<>();
    final Map<String, Long> counters = new HashMap<>();
    final StatusRecords statuses;
    final DelayedLists delayed = new DelayedLists();
    final NavigableMap<String, RecurringState> recurring = new TreeMap<>();
    final LockRecords locks = new LockRecords(this::now);
    final DeathCounts deaths;
    final Map<String, LimitSlots> limits = new TreeMap<>();
    /** The instants at which the last jobs of each rate began, or will begin. */
    final Map<String, Deque<Instant>> rates = new HashMap<>();

    final NotedRetries retries;
    /** The retry policies of workers, by their names. They stay, since a memory lives no longer than its process. */
    final Map<String, Payload> policies = new HashMap<>();

    final HistoryRecords history;

    boolean paused;

    Namespace(Clock clock) {
        this.clock = clock;
        statuses = new StatusRecords(clock);
        deaths = new DeathCounts(clock);
        retries = new NotedRetries(clock);
        history = new HistoryRecords(this::now);
    }

    LimitSlots slots(String limit) {
        return limits.computeIfAbsent(limit, absent -> new LimitSlots());
    }

    Instant instant() {
        return clock.instant();
    }

    /** To the second, as Redis tells it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** A queue to read and take from. If it does not exist, an empty list that is not kept. */
    Deque<Payload> queue(String name) {
        return queues.getOrDefault(name, new ArrayDeque<>());
    }

    /** A queue to write to, which is announced by that. */
    Deque<Payload> announce(String name) {
        announced.add(name);
        return queues.computeIfAbsent(name, absent -> new ArrayDeque<>());
    }

    void append(String queue, Collection<Payload> payloads) {
        announce(queue).addAll(payloads);
    }

    long removeQueue(String name) {
        announced.remove(name);
        Deque<Payload> removed = queues.remove(name);
        if (removed == null) {
            return 0;
        }
        locks.release(removed);
        return removed.size();
    }

    /** Whether so many workers hold jobs of a queue that no other may take one. */
    boolean isFull(Subscription.Source source) {
        return source.limit() > 0
                && workers.values().stream()
                                .filter(worker -> worker.holdsLimited(source.queue()))
                                .count()
                        >= source.limit();
    }

    /** Keeps a payload that is too large for its worker, and gives a small one in its place. */
    Payload setAside(Payload payload) {
        String name = Long.toString(++setAside);
        oversize.put(name, payload);
        return WorkerRecord.standIn(payload, name);
    }

    List<Payload> failures(FailureList list) {
        return failures.computeIfAbsent(list, absent -> new ArrayList<>());
    }

    void addFailure(FailureEntry entry) {
        if (entry.list().queue() != null) {
            failureLists.add(entry.list().queue());
        }
        failures(entry.list()).add(entry.record());
    }

    /** Writes what follows from the end of a worker's job: all of it, or nothing if an effect is not known. */
    void apply(List<Effect> effects, String worker) {
        List<Runnable> writes = new ArrayList<>();
        effects.forEach(effect -> writes.add(write(effect, worker)));
        writes.forEach(Runnable::run);
    }

    private Runnable write(Effect effect, String worker) {
        if (effect instanceof Effect.Count count) {
            return () -> count(count, worker);
        } else if (effect instanceof Effect.RecordFailure failure) {
            return () -> addFailure(failure.entry());
        } else if (effect instanceof Effect.ChangeStatus status) {
            return () -> statuses.write(status.change());
        } else if (effect instanceof Effect.Retry retry) {
            return () -> runAgain(retry);
        } else if (effect instanceof Effect.FreeSlot slot) {
            return () -> {
                slots(slot.limit()).free(new LimitSlots.Holder(worker, slot.job()));
                slots(slot.limit()).sendBack(this);
            };
        } else if (effect instanceof Effect.ReleaseLocks release) {
            return () -> locks.release(release.claim(), release.second(), worker);
        }
        if (effect instanceof Effect.NoteRetry note) {
            return () -> retries.note(note);
        } else if (effect instanceof Effect.ForgetRetry forget) {
            return () -> retries.forget(forget);
        }
        throw new UnsupportedOperationException("This version of resque-backend-memory does not know the effect "
                + effect + "; take the version of resque-api");
    }

    private void runAgain(Effect.Retry retry) {
        if (retry.second() <= now().getEpochSecond()) {
            append(retry.queue(), List.of(retry.payload()));
        } else {
            delayed.add(retry.second(), retry.item());
        }
        if (retry.isCounted()) {
            count(Effect.Retry.RETRIED, 1);
        }
    }

    private void count(Effect.Count count, String worker) {
        if (count.processed()) {
            count(PROCESSED, 1);
            count(PROCESSED + ":" + worker, 1);
        }
        if (count.failed()) {
            count(FAILED, 1);
            count(FAILED + ":" + worker, 1);
        }
    }

    void removeFailures(FailureList list) {
        failures.remove(list);
        if (list.queue() != null) {
            failureLists.remove(list.queue());
        }
    }

    long count(String counter, long by) {
        return counters.merge(counter, by, Long::sum);
    }

    void addWorker(RegisteredWorker worker) {
        workers.put(worker.id, worker);
        counters.putIfAbsent(PROCESSED, 0L);
        counters.putIfAbsent(FAILED, 0L);
    }

    /** Removes a worker and its counters. */
    void removeWorker(String worker) {
        workers.remove(worker);
        counters.remove(PROCESSED + ":" + worker);
        counters.remove(FAILED + ":" + worker);
    }
}
