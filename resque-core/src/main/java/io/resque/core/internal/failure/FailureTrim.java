package io.resque.core.internal.failure;

import io.resque.api.BackendException;
import io.resque.api.FailedJob;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.FailureReader;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Keeps failure lists within their limits: a second after a failure was recorded, on a thread of its own, so that
 * neither a worker waits for it nor a burst of failures makes it run more often. Thread-safe.
 */
final class FailureTrim implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;

    /** So many pages of old records go at a time; the next failure removes the rest. */
    private static final int PAGES = 20;

    private final Failures failures;
    private final FailureRecords records;
    private final FailureEditor edits;
    private final FailureReader reader;
    private final Clock clock;
    private final FailureSettings settings;
    private final DaemonThreads threads = new DaemonThreads();
    private final Set<FailureList> due = new HashSet<>();
    private @Nullable ScheduledThreadPoolExecutor thread;
    private boolean closed;

    FailureTrim(
            Failures failures, FailureRecords records, FailureReader reader, Clock clock, FailureSettings settings) {
        this.failures = failures;
        this.records = records;
        this.edits = new FailureEditor(failures, records, reader);
        this.reader = reader;
        this.clock = clock;
        this.settings = settings;
    }

    synchronized void due(FailureList list) {
        if (closed) {
            return;
        }
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-failures"));
            thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }
        if (due.isEmpty()) {
            thread.schedule(this::trimDue, 1, TimeUnit.SECONDS);
        }
        due.add(list);
    }

    private synchronized Set<FailureList> takeDue() {
        Set<FailureList> lists = Set.copyOf(due);
        due.clear();
        return lists;
    }

    private void trimDue() {
        for (FailureList list : takeDue()) {
            try {
                if (settings.limit() != null) {
                    edits.trim(list, settings.limit());
                }
                if (settings.age() != null) {
                    removeBefore(list, clock.instant().minus(settings.age()));
                }
            } catch (BackendException e) {
                LOG.warn(
                        "The list {} was not trimmed; the next failure tries again: {}",
                        JsonRules.forLog(list.name()),
                        JsonRules.forLog(e.getMessage()));
            } catch (RuntimeException | Error e) {
                LOG.error("The list {} was not trimmed", JsonRules.forLog(list.name()), e);
            }
        }
    }

    private void removeBefore(FailureList list, Instant limit) {
        for (int i = 0; i < PAGES; i++) {
            FailurePager pager = FailurePager.of(records, reader, list, false);
            List<FailedJob> page = pager.next();
            // A record whose time cannot be read is as old as the next one behind it.
            int last = page.size() - 1;
            while (last >= 0 && page.get(last).failedAt().filter(limit::isAfter).isEmpty()) {
                last--;
            }
            if (last < 0 && isUnknown(page) && isBefore(limit, pager)) {
                last = page.size() - 1;
            }
            if (last < 0) {
                return;
            }
            List<FailureEdit> old = edits.removals(list, page.subList(0, last + 1));
            // If another process removes them at the same time, they are left to it.
            failures.edit(list, old);
            if (old.size() < page.size()) {
                return;
            }
        }
    }

    private static boolean isUnknown(List<FailedJob> page) {
        return page.stream().allMatch(failure -> failure.failedAt().isEmpty());
    }

    /** Whether the next record whose time can be read is older. */
    private static boolean isBefore(Instant limit, FailurePager pager) {
        for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
            if (!isUnknown(page)) {
                return page.stream()
                        .flatMap(failure -> failure.failedAt().stream())
                        .anyMatch(limit::isAfter);
            }
        }
        return false;
    }

    /** Trims the lists that are due, once more. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.shutdown();
            trimDue();
        }
    }
}
