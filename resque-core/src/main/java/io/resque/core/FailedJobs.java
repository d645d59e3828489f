package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JsonRules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The failures of all languages: looks at them, retries and removes them. Thread-safe.
 *
 * <p>Lists are read and changed in pages of a few hundred records, so that neither Redis nor memory is taken up by a long
 * one. Meanwhile others may add and remove: each record is changed only if it still stands there as it was seen, at once
 * with the job that it pushes, and one that has moved is found again. So a record is never retried twice by two who try
 * it at once, and no change ever hits another record. All methods wait for Redis and throw
 * {@link io.resque.api.BackendException} if it does not answer; of several records some may then be done.
 */
public final class FailedJobs {
    private static final Logger LOG = Log.FAILED_JOBS;

    private final Failures failures;
    private final FailureRecords records;
    private final FailureReader reader;
    private final FailureRetry retry;
    private final FailureEdits edits;
    private final Clock clock;
    private final long maxBytes;

    FailedJobs(Services services) {
        failures = services.backend().failures();
        reader = new FailureReader(services.serializer());
        retry = new FailureRetry(failures, services.serializer());
        maxBytes = services.maxPayload().page();
        records = new FailureRecords(failures, maxBytes);
        edits = new FailureEdits(failures, records, reader);
        clock = services.clock();
    }

    /**
     * The lists there are: {@code failed}, and those of single queues, which workers write if they are told to by
     * {@link ResqueBuilder#failureLists}, and Ruby's with {@code redis_multi_queue}.
     *
     * @return names to numbers of records; {@code failed} first, then by name
     */
    public Map<String, Long> lists() {
        Map<String, Long> counts = new LinkedHashMap<>();
        failures.lists().forEach(list -> counts.put(list.name(), failures.count(list)));
        return counts;
    }

    /**
     * The number of records in all lists.
     *
     * @return 0 or more
     */
    public long count() {
        return count(FailureFilter.all());
    }

    /**
     * The number of some records. Reads them all if the filter has a condition.
     *
     * @param filter which
     * @return 0 or more
     */
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

    /**
     * How many records there are of each class.
     *
     * @return class names to numbers, by name; those whose class cannot be read under the empty name
     */
    public Map<String, Long> countByClass() {
        return countBy(FailureFilter.all(), FailedJob::jobClass);
    }

    /**
     * How many records there are of each kind. Reads them all.
     *
     * @param filter which to count
     * @param kind what to count by, such as {@code FailedJob::exception} or {@code FailedJob::queue}
     * @return kinds to numbers, by name
     */
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

    /**
     * Failures from the oldest on, list by list. Fewer than the limit where they are large: no more than the largest payload
     * and 1 MiB, or one more than that; the rest begins behind them.
     *
     * @param filter which
     * @param offset how many of these to pass over
     * @param limit how many at the most
     * @return what there is
     * @throws IllegalArgumentException if one of the numbers is negative, or the filter names no failure list
     */
    public List<FailedJob> oldest(FailureFilter filter, long offset, int limit) {
        return list(filter, offset, limit, false);
    }

    /**
     * Failures from the newest down, list by list; as many as {@link #oldest} gives.
     *
     * @param filter which
     * @param offset how many of these to pass over
     * @param limit how many at the most
     * @return what there is
     * @throws IllegalArgumentException as {@link #oldest}
     */
    public List<FailedJob> newest(FailureFilter filter, long offset, int limit) {
        return list(filter, offset, limit, true);
    }

    private List<FailedJob> list(FailureFilter filter, long offset, int limit, boolean newestFirst) {
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
     * Retries a failure as Ruby does: its class and arguments go to the queue they came from, and the record stays, with
     * the time in {@code retried_at}. It may be retried again later. A record whose payload could only be kept as text is
     * retried with what the text says. The new job has no id: nothing tracks it.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone, has changed, or was retried in this very second
     * @throws InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retry(FailedJob failure) {
        return retryOne(failure, false);
    }

    /**
     * Retries several failures, in their order. Those that cannot be are passed over.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long retry(Collection<FailedJob> chosen) {
        return retryMany(chosen, false);
    }

    /**
     * Retries all failures of a filter that there are when it begins, also those that were retried before, unless the
     * filter leaves them out. As in Ruby it begins with the oldest in the common list, and with the newest in that of a
     * queue. What others remove meanwhile may make it pass over some.
     *
     * @param filter which
     * @return how many were done
     */
    public long retryAll(FailureFilter filter) {
        return retryAll(filter, false);
    }

    /**
     * Retries a failure as {@link #retry(FailedJob)} does, and removes its record at once with it.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone or has changed
     * @throws InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retryAndRemove(FailedJob failure) {
        return retryOne(failure, true);
    }

    /**
     * Retries several failures, in their order, and removes their records. Those that cannot be retried stay.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long retryAndRemove(Collection<FailedJob> chosen) {
        return retryMany(chosen, true);
    }

    /**
     * Retries all failures of a filter as {@link #retryAll} does, and removes their records.
     *
     * @param filter which
     * @return how many were done
     */
    public long retryAndRemoveAll(FailureFilter filter) {
        return retryAll(filter, true);
    }

    /**
     * Removes a failure.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone or has changed
     */
    public boolean remove(FailedJob failure) {
        return remove(List.of(failure)) == 1;
    }

    /**
     * Removes several failures.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long remove(Collection<FailedJob> chosen) {
        long done = 0;
        for (Map.Entry<FailureList, List<FailedJob>> of : byList(chosen).entrySet()) {
            done += edits.apply(of.getKey(), edits.removals(of.getKey(), of.getValue()));
        }
        return done;
    }

    /**
     * Removes all failures of a filter that there are when it begins.
     *
     * @param filter which
     * @return how many were done
     */
    public long removeAll(FailureFilter filter) {
        long done = 0;
        for (FailureList list : lists(filter)) {
            // From the newest down: what others remove only moves records that have been looked at already.
            FailurePager pager = pager(list, true);
            for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                done += edits.apply(
                        list,
                        edits.removals(
                                list, page.stream().filter(filter::matches).toList()));
            }
        }
        return done;
    }

    /**
     * Removes all failures of all lists, each list at once. The names of the lists stay, as in Ruby.
     *
     * @return the number removed
     */
    public long clear() {
        long removed = 0;
        for (FailureList list : failures.lists()) {
            removed += edits.trim(list, 0);
        }
        return removed;
    }

    /**
     * Removes all failures of one list, at once.
     *
     * @param list its name, {@code failed} or {@code <queue>_failed}
     * @return the number removed
     * @throws IllegalArgumentException if the name is neither
     */
    public long clear(String list) {
        return edits.trim(named(list), 0);
    }

    /**
     * Removes all failures that have been retried.
     *
     * @return the number removed
     */
    public long clearRetried() {
        return removeAll(FailureFilter.all().retried(true));
    }

    /**
     * How many payloads were set aside, since they were too large for the worker that reserved them. Their failure records,
     * of the class {@code OversizePayload}, tell where they are; to retry one puts it back, to remove the last that
     * tells of it removes it.
     *
     * @return 0 or more; also those whose records another library has removed
     */
    public long setAside() {
        return failures.aside();
    }

    private boolean retryOne(FailedJob failure, boolean remove) {
        FailureList list = named(failure.list());
        FailureEdit edit = retry.edit(failure, list, remove, clock.instant());
        return edit != null && edits.apply(list, List.of(edit)) == 1;
    }

    private long retryMany(Collection<FailedJob> chosen, boolean remove) {
        long done = 0;
        for (Map.Entry<FailureList, List<FailedJob>> of : byList(chosen).entrySet()) {
            done += edits.apply(of.getKey(), retries(of.getKey(), of.getValue(), remove));
        }
        return done;
    }

    private long retryAll(FailureFilter filter, boolean remove) {
        long done = 0;
        for (FailureList list : lists(filter)) {
            FailurePager pager = pager(list, list.queue() != null);
            for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
                List<FailedJob> chosen = page.stream().filter(filter::matches).toList();
                long made = edits.apply(list, retries(list, chosen, remove));
                done += made;
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
