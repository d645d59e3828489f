package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.FailureReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads, retries and removes the failure records of all languages, in pages. Each record is changed only if it still stands there
 * as it was seen, together with the job that it pushes; a record that has moved is found again. Thread-safe.
 */
public final class FailureBook {
    private static final Logger LOG = Log.FAILED_JOBS;

    private final Failures failures;
    private final JobSerializer serializer;
    private final FailureRecords records;
    private final FailureReader reader;
    private final FailureRetry retry;
    private final FailureEditor edits;
    private final Clock clock;
    private final long maxBytes;

    /** Reads so many bytes of records at once at most. */
    public FailureBook(Failures failures, JobSerializer serializer, Clock clock, long maxBytes) {
        this(failures, serializer, clock, maxBytes, false);
    }

    private FailureBook(Failures failures, JobSerializer serializer, Clock clock, long maxBytes, boolean isAnew) {
        this.failures = failures;
        this.serializer = serializer;
        this.reader = new FailureReader(serializer);
        this.retry = new FailureRetry(failures, serializer, isAnew);
        this.maxBytes = maxBytes;
        this.records = new FailureRecords(failures, maxBytes);
        this.edits = new FailureEditor(failures, records, reader);
        this.clock = clock;
    }

    /** The same records. A job of ActiveJob that is retried here has all its attempts again. */
    public FailureBook anew() {
        return new FailureBook(failures, serializer, clock, maxBytes, true);
    }

    public Map<String, Long> lists() {
        Map<String, Long> counts = new LinkedHashMap<>();
        failures.lists().forEach(list -> counts.put(list.name(), failures.count(list)));
        return counts;
    }

    public long count(FailureFilter filter) {
        long count = 0;
        for (FailureList list : lists(filter)) {
            if (filter.isUnconditional()) {
                count += failures.count(list);
            } else {
                FailurePager pager = pager(list, false);
                for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                    count += page.stream().filter(filter::matches).count();
                }
            }
        }
        return count;
    }

    public Map<String, Long> countBy(FailureFilter filter, Function<FailedJob, String> kind) {
        Map<String, Long> counts = new TreeMap<>();
        for (FailureList list : lists(filter)) {
            FailurePager pager = pager(list, false);
            for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                page.stream()
                        .filter(filter::matches)
                        .forEach(failure -> counts.merge(kind.apply(failure), 1L, Long::sum));
            }
        }
        return counts;
    }

    public List<FailedJob> list(FailureFilter filter, long offset, int limit, boolean newestFirst) {
        if (offset < 0 || limit < 0) {
            throw new IllegalArgumentException("offset and limit must not be negative, were " + offset + ", " + limit);
        }
        boolean all = filter.isUnconditional();
        int size = all ? Math.max(1, Math.min(limit, FailurePager.PAGE)) : FailurePager.PAGE;
        List<FailedJob> found = new ArrayList<>();
        long toSkip = offset;
        long bytes = 0;
        for (FailureList list : lists(filter)) {
            long count = failures.count(list);
            FailurePager pager = new FailurePager(records, reader, list, newestFirst, count, size);
            if (all) {
                long skipped = Math.min(count, toSkip);
                pager.skip(skipped);
                toSkip -= skipped;
            }
            while (found.size() < limit && bytes < maxBytes) {
                List<FailedJob> page = pager.next();
                if (page.isEmpty()) {
                    break;
                }
                for (FailedJob failure : page) {
                    if (found.size() < limit && bytes < maxBytes && filter.matches(failure) && toSkip-- <= 0) {
                        toSkip = 0;
                        found.add(failure);
                        bytes += failure.raw().length;
                    }
                }
            }
        }
        return found;
    }

    /**
     * What a look at a part of the failures has found.
     *
     * @param lookedAt how many records it looked at
     * @param of how many there are in the lists
     * @param next where another look goes on; null at the end
     */
    public record Found(
            List<FailedJob> failures,
            long lookedAt,
            long of,
            @Nullable String next) {}

    public Found search(FailureFilter filter, String from, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        List<FailedJob> found = new ArrayList<>();
        long[] bytes = new long[1];
        FailureScan scan = scan(filter, from, failure -> {
            if (filter.matches(failure)) {
                found.add(failure);
                bytes[0] += failure.raw().length;
            }
            return found.size() < limit && bytes[0] < maxBytes;
        });
        return new Found(found, scan.lookedAt(), countAll(filter), scan.next());
    }

    /** Gives the newest records that match to {@code use}; the result has none. */
    public Found newest(FailureFilter filter, Consumer<FailedJob> use) {
        FailureScan scan = scan(filter, "", failure -> {
            if (filter.matches(failure)) {
                use.accept(failure);
            }
            return true;
        });
        return new Found(List.of(), scan.lookedAt(), countAll(filter), scan.next());
    }

    private FailureScan scan(FailureFilter filter, String from, Predicate<FailedJob> use) {
        FailureScan scan = new FailureScan(records, reader);
        scan.run(lists(filter), from, use);
        return scan;
    }

    private long countAll(FailureFilter filter) {
        return lists(filter).stream().mapToLong(failures::count).sum();
    }

    /** The records that these references name, in no order. A record that is gone or has changed is left out. */
    public List<FailedJob> find(Collection<FailureRef> refs) {
        Map<FailureList, List<FailureRef>> byList = new LinkedHashMap<>();
        refs.forEach(ref -> byList.computeIfAbsent(named(ref.list()), list -> new ArrayList<>())
                .add(ref));
        List<FailedJob> found = new ArrayList<>();
        byList.forEach((list, some) -> found.addAll(new ReferredFailures(some).in(records, reader, list)));
        return found;
    }

    public long remove(Collection<FailedJob> chosen) {
        long done = 0;
        for (Map.Entry<FailureList, List<FailedJob>> of : byList(chosen).entrySet()) {
            done += edits.apply(of.getKey(), edits.removals(of.getKey(), of.getValue()));
        }
        return done;
    }

    public long removeAll(FailureFilter filter, LongConsumer progress) {
        long done = 0;
        for (FailureList list : lists(filter)) {
            // From the newest down: if others remove records, only records move that have been looked at already.
            FailurePager pager = pager(list, true);
            for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                done += edits.apply(
                        list,
                        edits.removals(
                                list, page.stream().filter(filter::matches).toList()));
                progress.accept(done);
            }
        }
        return done;
    }

    public long clear() {
        long removed = 0;
        for (FailureList list : failures.lists()) {
            removed += edits.trim(list, 0);
        }
        return removed;
    }

    public long clear(String list) {
        return edits.trim(named(list), 0);
    }

    public long setAside() {
        return failures.aside();
    }

    public boolean retryOne(FailedJob failure, boolean remove) {
        FailureList list = named(failure.list());
        FailureEdit edit = retry.edit(failure, list, remove, clock.instant());
        return edit != null && edits.apply(list, List.of(edit)) == 1;
    }

    public long retryMany(Collection<FailedJob> chosen, boolean remove) {
        long done = 0;
        for (Map.Entry<FailureList, List<FailedJob>> of : byList(chosen).entrySet()) {
            done += edits.apply(of.getKey(), retries(of.getKey(), of.getValue(), remove));
        }
        return done;
    }

    public long retryAll(FailureFilter filter, boolean remove, LongConsumer progress) {
        long done = 0;
        for (FailureList list : lists(filter)) {
            FailurePager pager = pager(list, list.queue() != null);
            for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                List<FailedJob> chosen = page.stream().filter(filter::matches).toList();
                long made = edits.apply(list, retries(list, chosen, remove));
                done += made;
                progress.accept(done);
                pager.removed(remove ? made : 0);
            }
        }
        return done;
    }

    private List<FailureEdit> retries(FailureList list, List<FailedJob> chosen, boolean remove) {
        List<FailureEdit> wanted = new ArrayList<>();
        int refused = 0;
        String last = "";
        for (FailedJob failure : chosen) {
            try {
                FailureEdit edit = retry.edit(failure, list, remove, clock.instant());
                if (edit != null) {
                    wanted.add(edit);
                }
            } catch (InvalidJobException e) {
                refused++;
                last = e.getMessage();
            }
        }
        if (refused > 0) {
            LOG.warn(
                    "{} of {} failures of {} are passed over: {}",
                    refused,
                    chosen.size(),
                    JsonRules.forLog(list.name()),
                    JsonRules.forLog(last));
        }
        return wanted;
    }

    /** Each record once, however often it was given. */
    private static Map<FailureList, List<FailedJob>> byList(Collection<FailedJob> chosen) {
        Map<FailureList, List<FailedJob>> byList = new LinkedHashMap<>();
        for (FailedJob failure : new LinkedHashSet<>(chosen)) {
            byList.computeIfAbsent(named(failure.list()), list -> new ArrayList<>())
                    .add(failure);
        }
        return byList;
    }

    private List<FailureList> lists(FailureFilter filter) {
        @Nullable String only = filter.list().orElse(null);
        return only == null ? failures.lists() : List.of(named(only));
    }

    private static FailureList named(String list) {
        return FailureList.named(list)
                .orElseThrow(() -> new IllegalArgumentException("\"" + list
                        + "\" is no failure list; these are \"failed\" and, for each queue, \"<queue>_failed\""));
    }

    private FailurePager pager(FailureList list, boolean newestFirst) {
        return FailurePager.of(records, reader, list, newestFirst);
    }
}
