package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.core.internal.failure.FailureBook;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The failures of all languages: looks at them, retries and removes them. Thread-safe.
 *
 * <p>Lists are read and changed in pages of a few hundred records, so that a long list neither holds up Redis nor fills the
 * memory. Other programs may add and remove records at the same time: each record is changed only if it still stands there as it was
 * seen, in one step with the job that it pushes, and a record that has moved is found again. So two programs that retry a record at
 * once never push its job twice, and no change ever hits another record. All methods wait for Redis and throw
 * {@link io.resque.api.BackendException} if it does not answer; of several records some may then be done.
 */
public final class FailedJobs {
    private final FailureBook book;

    FailedJobs(FailureBook book) {
        this.book = book;
    }

    /**
     * The lists there are: {@code failed}, and those of single queues, which workers write if
     * {@link ResqueBuilder#failureLists} says so, and Ruby's with {@code redis_multi_queue}.
     *
     * @return names to numbers of records; {@code failed} first, then by name
     */
    public Map<String, Long> lists() {
        return book.lists();
    }

    /**
     * The number of records in all lists.
     *
     * @return 0 or more
     */
    public long count() {
        return book.count(FailureFilter.all());
    }

    /**
     * The number of some records. Reads them all if the filter has a condition.
     *
     * @param filter which
     * @return 0 or more
     */
    public long count(FailureFilter filter) {
        return book.count(filter);
    }

    /**
     * How many records there are of each class.
     *
     * @return class names to numbers, by name; records whose class cannot be read count under the empty name
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
        return book.countBy(filter, kind);
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
        return book.list(filter, offset, limit, false);
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
        return book.list(filter, offset, limit, true);
    }
    /**
     * Retries a failure as Ruby does: its class and arguments go to the queue they came from, and the record stays, with
     * the time in {@code retried_at}. It may be retried again later. A record whose payload could only be kept as text is
     * retried as the text says. The new job has no id: nothing tracks it.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone, has changed, or was retried in this very second
     * @throws io.resque.api.InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retry(FailedJob failure) {
        return book.retryOne(failure, false);
    }

    /**
     * Retries several failures, in their order. A failure that cannot be retried is passed over.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long retry(Collection<FailedJob> chosen) {
        return book.retryMany(chosen, false);
    }

    /**
     * Retries each failure of a filter that exists when the call begins. This includes failures that were retried before, unless
     * the filter leaves them out. As in Ruby it begins with the oldest in the common list, and with the newest in the list of a
     * queue. If other programs remove records during the call, it may pass over some.
     *
     * @param filter which
     * @return how many were done
     */
    public long retryAll(FailureFilter filter) {
        return book.retryAll(filter, false);
    }

    /**
     * Retries a failure as {@link #retry(FailedJob)} does, and removes its record at once with it.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone or has changed
     * @throws io.resque.api.InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retryAndRemove(FailedJob failure) {
        return book.retryOne(failure, true);
    }

    /**
     * Retries several failures, in their order, and removes their records. Records that cannot be retried stay.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long retryAndRemove(Collection<FailedJob> chosen) {
        return book.retryMany(chosen, true);
    }

    /**
     * Retries all failures of a filter as {@link #retryAll} does, and removes their records.
     *
     * @param filter which
     * @return how many were done
     */
    public long retryAndRemoveAll(FailureFilter filter) {
        return book.retryAll(filter, true);
    }

    /**
     * Removes a failure.
     *
     * @param failure as it was listed
     * @return whether it was done; false if the record is gone or has changed
     */
    public boolean remove(FailedJob failure) {
        return book.remove(List.of(failure)) == 1;
    }

    /**
     * Removes several failures.
     *
     * @param chosen as they were listed
     * @return how many were done
     */
    public long remove(Collection<FailedJob> chosen) {
        return book.remove(chosen);
    }

    /**
     * Removes all failures of a filter that there are when it begins.
     *
     * @param filter which
     * @return how many were done
     */
    public long removeAll(FailureFilter filter) {
        return book.removeAll(filter);
    }

    /**
     * Removes all failures of all lists, each list at once. The names of the lists stay, as in Ruby.
     *
     * @return the number removed
     */
    public long clear() {
        return book.clear();
    }

    /**
     * Removes all failures of one list, at once.
     *
     * @param list its name, {@code failed} or {@code <queue>_failed}
     * @return the number removed
     * @throws IllegalArgumentException if the name is neither
     */
    public long clear(String list) {
        return book.clear(list);
    }

    /**
     * Removes all failures that have been retried.
     *
     * @return the number removed
     */
    public long clearRetried() {
        return book.removeAll(FailureFilter.all().retried(true));
    }

    /**
     * How many payloads were set aside, since they were too large for the worker that reserved them. Their failure records,
     * of the class {@code OversizePayload}, tell where they are; to retry one puts it back, to remove the last that
     * tells of it removes it.
     *
     * @return 0 or more; includes payloads whose records another library has removed
     */
    public long setAside() {
        return book.setAside();
    }
}
