package io.resque.backend.memory;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Failures;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The ports over one opening of a memory. */
final class MemoryBackend implements QueueBackend {
    private final MemoryOpening opening;
    private final Queues queues;
    private final Workers workers;
    private final Failures failures;
    private final Statistics statistics;
    private final StatusStore statuses;
    private final DelayedItems delayed;
    private final RecurringEntries recurring;
    private final Limits limits;
    private final Locks locks;
    private final HistoryStore history;

    MemoryBackend(Memory memory, String namespace) {
        opening = new MemoryOpening(memory, namespace);
        queues = new MemoryQueues(opening);
        workers = new MemoryWorkers(opening);
        failures = new MemoryFailures(opening);
        statistics = new MemoryStatistics(opening);
        statuses = new MemoryStatusStore(opening);
        delayed = new MemoryDelayedItems(opening);
        recurring = new MemoryRecurringEntries(opening);
        limits = new MemoryLimits(opening);
        locks = new MemoryLocks(opening);
        history = new MemoryHistory(opening);
    }

    @Override
    public Queues queues() {
        return queues;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public StatusStore statuses() {
        return statuses;
    }

    @Override
    public Optional<DelayedItems> delayed() {
        return Optional.of(delayed);
    }

    @Override
    public Optional<RecurringEntries> recurring() {
        return Optional.of(recurring);
    }

    @Override
    public Optional<Limits> limits() {
        return Optional.of(limits);
    }

    @Override
    public Optional<Locks> locks() {
        return Optional.of(locks);
    }

    @Override
    public Optional<HistoryStore> history() {
        return Optional.of(history);
    }

    @Override
    public Set<Class<? extends Effect>> effects() {
        return Set.of(
                Effect.Count.class,
                Effect.RecordFailure.class,
                Effect.ChangeStatus.class,
                Effect.Retry.class,
                Effect.FreeSlot.class,
                Effect.ReleaseLocks.class,
                Effect.NoteRetry.class,
                Effect.ForgetRetry.class);
    }

    /** Puts the clock of the whole memory forward. */
    void advance(Duration by) {
        opening.advance(by);
    }

    @Override
    public String endpoint() {
        return opening.endpoint();
    }

    @Override
    public void close() {
        opening.close();
    }
}
