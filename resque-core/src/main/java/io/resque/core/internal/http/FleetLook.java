package io.resque.core.internal.http;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueHead;
import io.resque.api.spi.Queues;
import io.resque.core.internal.fleet.WorkerDirectory;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.CounterNames;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks at queues and workers of all languages, in a thread of its own. All callers share the look that is under way, or a recent
 * one. Reads a bounded number of each, and of bytes. Thread-safe.
 */
public final class FleetLook {
    private static final Logger LOG = Log.HTTP;

    static final int MOST_QUEUES = 10_000;
    static final int MOST_WORKERS = 5_000;
    static final int MOST_LISTS = 1_000;

    /** So many parts of the delayed jobs are counted, each of a thousand seconds. */
    private static final int MOST_DELAYED = 10;

    /** Of a larger payload at a head, only a stand-in is read. */
    private static final long MOST_OF_A_HEAD = 16 << 10;

    private static final int HEADS_AT_ONCE = 500;
    private static final long MOST_OF_HEADS = 16 << 20;
    private static final long MOST_OF_RECORDS = 32 << 20;

    static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long FAILURE_KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After a look that took long, this many times as long passes before the next, so that Redis has time for others. */
    private static final int REST = 5;

    private final QueueBackend backend;
    private final WorkerDirectory directory;
    private final CounterReader counters;
    private final Clock clock;
    private final HeadAges ages;
    private final DaemonThreads threads = new DaemonThreads();

    /** Parts that could not be read, and of which the log has told. */
    private final Set<String> troubled = new HashSet<>();

    private @Nullable CompletableFuture<FleetFigures> last;
    private boolean looking;
    private long staleAt;

    public FleetLook(
            QueueBackend backend, WorkerDirectory directory, CounterReader counters, PayloadReader jobs, Clock clock) {
        this.backend = backend;
        this.directory = directory;
        this.counters = counters;
        this.clock = clock;
        this.ages = new HeadAges(jobs);
    }

    /** The look that is under way, or the last one if it is recent; ends with the exception of the backend if it failed. */
    public synchronized CompletableFuture<FleetFigures> look() {
        CompletableFuture<FleetFigures> current = last;
        if (current != null && (looking || System.nanoTime() - staleAt < 0)) {
            return current;
        }
        CompletableFuture<FleetFigures> next = new CompletableFuture<>();
        threads.make(() -> look(next), "resque-look").start();
        looking = true;
        last = next;
        return next;
    }

    private void look(CompletableFuture<FleetFigures> result) {
        long begun = System.nanoTime();
        FleetFigures fleet = null;
        Throwable failure = null;
        try {
            fleet = new Look().run(begun);
        } catch (RuntimeException | Error e) {
            LOG.debug("Redis cannot be looked at: {}", Throwables.text(e));
            failure = e;
        }
        long now = System.nanoTime();
        synchronized (this) {
            looking = false;
            staleAt = now + (fleet == null ? FAILURE_KEPT_NANOS : Math.max(KEPT_NANOS, REST * (now - begun)));
        }
        if (fleet != null) {
            result.complete(fleet);
        } else {
            result.completeExceptionally(failure);
        }
    }

    /** One look at all. */
    private final class Look {
        private final Instant now = clock.instant();
        private boolean whole = true;
        private long processed;
        private long failed;
        private final SortedMap<String, Long> lengths = new TreeMap<>();
        private final SortedMap<String, Double> seconds = new TreeMap<>();
        private final SortedMap<String, Long> failures = new TreeMap<>();
        private final SortedMap<String, Long> running = new TreeMap<>();
        private final Map<String, Instant> taken = new HashMap<>();
        private final Map<String, Long> states = new LinkedHashMap<>();
        private FleetFigures.@Nullable Delayed delayed;
        private long workers;
        private long working;
        private long queuesLeftOut;
        private long workersLeftOut;
        private long workersLookedAt;
        private long bytesOfRecords;

        FleetFigures run(long begun) {
            part("counters", this::counters);
            part("workers", this::workers); // before the queues: a job is never counted in neither
            part("queues", this::queues);
            part("failures", this::failures);
            part("delayed jobs", this::delayed);
            return new FleetFigures(
                    whole,
                    processed,
                    failed,
                    lengths,
                    seconds,
                    failures,
                    workers,
                    working,
                    states,
                    running,
                    delayed,
                    queuesLeftOut,
                    workersLeftOut,
                    (System.nanoTime() - begun) / 1e9);
        }

        /** A key of another type, or a right that is missing, must not hide the rest. */
        private void part(String what, Runnable read) {
            try {
                read.run();
            } catch (BackendUnavailableException e) {
                throw e;
            } catch (BackendException e) {
                failed(what, e);
                return;
            }
        }

        private void failed(String what, BackendException e) {
            whole = false;
            if (troubled.add(what)) { // once, not with each scrape
                LOG.warn("Metrics do not tell all of the {}: {}", what, JsonRules.forLog(e.getMessage()));
            }
        }

        private void counters() {
            List<Long> counts = counters.all(List.of(CounterNames.PROCESSED, CounterNames.FAILED));
            processed = counts.get(0);
            failed = counts.get(1);
        }

        private void queues() {
            Queues queues = backend.queues();
            List<String> all = List.copyOf(queues.names());
            List<String> names = all.stream().sorted().limit(MOST_QUEUES).toList();
            queuesLeftOut = all.size() - names.size();
            try {
                heads(queues, names);
            } catch (BackendUnavailableException e) {
                throw e;
            } catch (BackendException e) { // such as a user who may not LINDEX
                failed("heads of queues", e);
                Map<String, Long> sizes = queues.sizes();
                names.forEach(name -> lengths.put(name, sizes.getOrDefault(name, 0L)));
            }
        }

        private void heads(Queues queues, List<String> names) {
            long bytes = 0;
            ages.looks();
            for (int from = 0; from < names.size(); from += HEADS_AT_ONCE) {
                List<String> page = names.subList(from, Math.min(names.size(), from + HEADS_AT_ONCE));
                List<QueueHead> heads = queues.heads(page, bytes < MOST_OF_HEADS ? MOST_OF_A_HEAD : 0);
                for (int i = 0; i < heads.size(); i++) {
                    QueueHead head = heads.get(i);
                    lengths.put(page.get(i), head.size());
                    Payload first = head.first();
                    if (first != null) {
                        bytes += first.size();
                        seconds.put(page.get(i), age(page.get(i), first, head.size()));
                    }
                }
            }
            ages.looked();
        }

        private double age(String queue, Payload head, long size) {
            Instant since = ages.since(queue, head, size, taken.getOrDefault(queue, Instant.MIN), now);
            return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
        }

        private void workers() {
            for (String state : List.of("idle", "working", "paused", "dead")) {
                states.put(state, 0L);
            }
            workersLeftOut = directory.whileTrue(page -> {
                for (WorkerInfo worker : page) {
                    bytesOfRecords += worker.job().map(job -> job.raw().length).orElse(0);
                    if (worker.registered()) {
                        count(worker);
                    }
                }
                workersLookedAt += page.size();
                return workersLookedAt < MOST_WORKERS && bytesOfRecords < MOST_OF_RECORDS;
            });
        }

        private void count(WorkerInfo worker) {
            workers++;
            working += worker.job().isPresent() ? 1 : 0;
            if (worker.life() == WorkerInfo.Life.DEAD) {
                states.merge("dead", 1L, Long::sum);
                return;
            }
            states.merge(worker.state().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
            worker.job().ifPresent(job -> {
                running.merge(job.queue(), 1L, Long::sum);
                worker.runAt()
                        .ifPresent(since ->
                                taken.merge(job.queue(), since, (one, other) -> one.isAfter(other) ? one : other));
            });
        }

        /** A program that moves no delayed jobs may lack the right to see them, which is no trouble. */
        private void delayed() {
            DelayedItems items = backend.delayed().orElse(null);
            if (items == null) {
                return;
            }
            try {
                long jobs = count(items); // first: the refusal of a script does not name the right
                DelayedPage first = items.due("", null, 1, 1);
                long due = first.items().isEmpty()
                        ? first.now()
                        : first.items().get(0).second();
                delayed = new FleetFigures.Delayed(jobs, Math.max(0, first.now() - due));
            } catch (BackendException e) {
                if (!String.valueOf(e.getMessage()).contains("NOPERM")) {
                    throw e;
                }
                LOG.debug("Metrics do not tell of delayed jobs: {}", JsonRules.forLog(e.getMessage()));
            }
        }

        private long count(DelayedItems items) {
            long jobs = 0;
            String from = "";
            for (int i = 0; i < MOST_DELAYED && from != null; i++) {
                DelayedCount part = items.count(from, Long.MIN_VALUE, Long.MAX_VALUE);
                jobs += part.items();
                from = part.next();
            }
            return jobs;
        }

        private void failures() {
            int left = MOST_LISTS;
            for (FailureList list : backend.failures().lists()) {
                if (left-- > 0) {
                    failures.put(list.name(), backend.failures().count(list));
                }
            }
        }
    }
}
