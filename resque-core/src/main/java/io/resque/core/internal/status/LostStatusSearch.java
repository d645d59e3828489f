package io.resque.core.internal.status;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobState;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Queues;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.support.Durations;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.QueuePages;
import io.resque.core.internal.wire.WorkerPages;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for statuses that nobody will end: first for all that say that their job waits or runs, then for their jobs, among
 * the delayed ones, in all queues and with all workers. In this order, since a job goes from a queue to a worker. Good for one search.
 */
public final class LostStatusSearch {
    private static final int MOST = 10_000;
    private static final int DELAYED_AT_ONCE = 200;
    private static final String WORKERS = "workers were looked at, so nothing can be told";
    private static final String AGAIN = "statuses were looked at a second time";

    private final StatusStore statuses;
    private final @Nullable DelayedItems delayed;
    private final Queues queues;
    private final Workers workers;
    private final PayloadReader reader;
    private final long maxBytes;
    private final Duration olderThan;

    /** When the search for statuses ends. */
    private final long middle;

    private final long end;

    /** Statuses whose job has not been found. */
    private final Map<String, StatusRecord> left = new HashMap<>();

    private long unended;
    private String stopped = "";

    /**
     * Begins its time.
     *
     * @param maxBytes how many bytes of a queue are read at once at most
     * @param olderThan a status that was written later is left out
     * @param time for all that is looked at
     */
    public LostStatusSearch(
            StatusStore statuses,
            @Nullable DelayedItems delayed,
            Queues queues,
            Workers workers,
            PayloadReader reader,
            long maxBytes,
            Duration olderThan,
            Duration time) {
        this.statuses = statuses;
        this.delayed = delayed;
        this.queues = queues;
        this.workers = workers;
        this.reader = reader;
        this.maxBytes = maxBytes;
        this.olderThan = atLeastAMinute(olderThan);
        long nanos = Durations.nanos(Durations.atLeastASecond("time", time));
        long now = System.nanoTime();
        this.middle = now + nanos / 2;
        this.end = now + nanos;
    }

    public static Duration atLeastAMinute(Duration age) {
        if (Objects.requireNonNull(age, "olderThan").compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("olderThan must be at least a minute, was " + age
                    + ": a status and its job are not written at once");
        }
        return Durations.notNegative("olderThan", age);
    }

    /**
     * What a search found.
     *
     * @param tokens of statuses that nobody will end
     * @param unended how many statuses say that their job waits or runs, and were written long enough ago
     * @param stopped why not all statuses were looked at; empty if all were
     */
    public record Found(List<String> tokens, long unended, String stopped) {}

    /** Leaves out statuses that have changed since: a job may have been taken, and ended, before its queue was looked through. */
    public Found find() {
        look(1);
        left.entrySet().removeIf(each -> !isInTimeFor(AGAIN) || !stands(each.getKey(), each.getValue()));
        return lost(left.keySet());
    }

    private boolean stands(String token, StatusRecord record) {
        return statuses.find(token).filter(record::equals).isPresent();
    }

    private boolean isInTimeFor(String rest) {
        if (System.nanoTime() - end > 0) {
            stopped = "the time was over before all " + rest;
            return false;
        }
        return true;
    }

    /** Looks a second time for the jobs that were not found, since a job may have gone from a worker back to its queue. */
    public Found remove() {
        look(2);
        return lost(left.isEmpty() || !isInTimeFor(WORKERS) ? Set.of() : statuses.removeUnchanged(left));
    }

    private Found lost(Set<String> tokens) {
        return new Found(tokens.stream().sorted().toList(), unended, stopped);
    }

    private void look(int times) {
        collect();
        unended = left.size();
        for (int time = 0; time < times && !left.isEmpty(); time++) {
            if (!passDelayed() || !passQueues() || !passWorkers()) {
                left.clear();
            }
        }
    }

    private void collect() {
        @Nullable String next = "";
        while (next != null && stopped.isEmpty()) {
            StatusPage page = statuses.unended(next);
            page.unended().forEach((token, record) -> {
                if (!record.updated().plus(olderThan).isBefore(page.readAt())) {
                    return;
                }
                if (left.size() < MOST) {
                    left.put(token, record);
                } else {
                    stopped = "of more statuses that wait or run, " + MOST + " were looked at";
                }
            });
            next = page.next();
            if (next != null && System.nanoTime() - middle > 0) {
                stopped = "the time was over before all statuses were looked at";
            }
        }
    }

    private boolean passDelayed() {
        DelayedItems items = delayed;
        @Nullable String from = items == null ? null : "";
        while (items != null && from != null && !left.isEmpty()) {
            DelayedPage page;
            try {
                page = items.page(from, Long.MIN_VALUE, Long.MAX_VALUE, DELAYED_AT_ONCE, maxBytes);
            } catch (BackendUnavailableException e) {
                throw e;
            } catch (BackendException e) {
                stopped = "the delayed jobs cannot be looked through, so nothing can be told: " + e.getMessage();
                return false;
            }
            page.items().stream().map(DelayedItem::item).forEach(this::pass);
            from = page.next();
            if (!isInTimeFor("delayed jobs were looked at, so nothing can be told")) {
                return false;
            }
        }
        return true;
    }

    private boolean passQueues() {
        for (String queue : queues.names()) {
            try {
                QueuePages pages = new QueuePages(queues, queue, maxBytes);
                for (List<Payload> page = pages.next(); !page.isEmpty(); page = pages.next()) {
                    page.forEach(this::pass);
                    if (left.isEmpty()) {
                        return true;
                    }
                    if (!isInTimeFor("queues were looked through, so nothing can be told")) {
                        return false;
                    }
                }
            } catch (BackendUnavailableException e) {
                throw e;
            } catch (BackendException e) {
                stopped = "the queue " + JsonRules.forLog(queue) + " cannot be looked through, so nothing can be told: "
                        + e.getMessage();
                return false;
            }
        }
        return true;
    }

    private boolean passWorkers() {
        WorkerPages.whileTrue(workers, page -> {
            page.forEach(this::pass);
            return isInTimeFor(WORKERS);
        });
        return isInTimeFor(WORKERS);
    }

    private void pass(WorkerSnapshot seen) {
        Payload record = seen.record();
        if (seen.held() != null) {
            pass(seen.held().payload());
        } else if (record != null) {
            pass(reader.payloadOfRecord(record));
        }
        if (seen.busy()
                && seen.held() == null) { // another program has removed its record: any job that runs may be its job
            left.values().removeIf(status -> status.state() == JobState.RUNNING);
        }
    }

    private void pass(Payload job) {
        String token = reader.token(job);
        if (token != null) {
            left.remove(token);
        }
    }
}
