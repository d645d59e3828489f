package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.core.internal.failure.FailureBook;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Reads, retries and removes the failure records of all languages. Thread-safe.
 *
 * <p>Lists are read and changed in pages of a few hundred records, so that a long list neither holds up Redis nor fills the
 * memory. Other programs can add and remove records at the same time. A record is changed only if it still has the content that
 * was read; a record that has moved in its list is found again. One step changes the record and pushes its job. So if two programs
 * retry a record at once, its job is pushed once, and no other record is changed. All methods wait for Redis and throw
 * {@link io.resque.api.BackendException} if it does not answer; then some of several records may have been changed.
 */
public final class FailedJobs {
    private final FailureBook book;

    FailedJobs(FailureBook book) {
        this.book = book;
    }

    /**
     * The same records, for another way of retrying: a job of Rails' ActiveJob has all its attempts again, since {@code executions} and {@code
     * exception_executions} in its hash are set back. Otherwise it is pushed as Ruby pushes it, and a job that had used up its attempts
     * fails at its next run again. Other jobs begin at their first run in any case.
     *
     * @return reads, retries and removes the same records
     */
    public FailedJobs resettingAttempts() {
        return new FailedJobs(book.anew());
    }

    /**
     * The failure lists: {@code failed}, and the lists of single queues. Workers write lists of single queues if
     * {@link ResqueBuilder#failureLists} says so; Ruby's workers do with {@code redis_multi_queue}.
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
     * The number of records that match a filter. Reads all records if the filter has a condition.
     *
     * @param filter which to count
     * @return 0 or more
     */
    public long count(FailureFilter filter) {
        return book.count(filter);
    }

    /**
     * How many records there are of each class, of wrapped jobs by the class by which people know them ({@link
     * FailedJob#innerClass}). Reads all records.
     *
     * @return class names to numbers, by name; records whose class cannot be read count under the empty name
     */
    public Map<String, Long> countByClass() {
        return countBy(FailureFilter.all(), FailedJob::innerClass);
    }

    /**
     * How many records there are of each kind. Reads all records.
     *
     * @param filter which to count
     * @param kind what to count by, such as {@code FailedJob::exception} or {@code FailedJob::queue}
     * @return kinds to numbers, by name
     */
    public Map<String, Long> countBy(FailureFilter filter, Function<FailedJob, String> kind) {
        return book.countBy(filter, kind);
    }

    /**
     * Failures from the oldest on, list by list. If records are large, the result can have fewer than {@code limit}: it ends with
     * the record that reaches the size of the largest payload and 1 MiB more. A call with a larger offset returns the next ones.
     *
     * @param filter which failures
     * @param offset how many of these to skip
     * @param limit the most failures to return
     * @return the failures, empty if there are no more
     * @throws IllegalArgumentException if one of the numbers is negative, or the filter names no failure list
     */
    public List<FailedJob> oldest(FailureFilter filter, long offset, int limit) {
        return book.list(filter, offset, limit, false);
    }

    /**
     * Failures from the newest down, list by list; the size of the result is limited as for {@link #oldest}.
     *
     * @param filter which failures
     * @param offset how many of these to skip
     * @param limit the most failures to return
     * @return the failures, empty if there are no more
     * @throws IllegalArgumentException as {@link #oldest}
     */
    public List<FailedJob> newest(FailureFilter filter, long offset, int limit) {
        return book.list(filter, offset, limit, true);
    }

    /**
     * Looks for failures from the newest down, list by list, at no more than 5,000 records and for no longer than about 300 ms, and says how far
     * it came. Another call goes on from there, so that a rare failure among many is found in several short steps. Records that are added
     * meanwhile are not looked at; if older records are removed meanwhile, some can be found twice. The size of the result is limited as for
     * {@link #oldest}.
     *
     * @param filter which failures
     * @param from empty to begin with the newest, then the {@code next} of the last page
     * @param limit the most failures to return, at least 1
     * @return the failures that were found
     * @throws IllegalArgumentException if {@code limit} is less than 1, {@code from} is no {@code next}, or the filter names no failure list
     */
    public FailurePage search(FailureFilter filter, String from, int limit) {
        return FailurePage.of(book.search(filter, from, limit));
    }

    /**
     * Counts the newest failures by exception and class; looks at as many as {@link #search} does.
     *
     * @param filter which failures
     * @return the groups, the largest first
     * @throws IllegalArgumentException if the filter names no failure list
     */
    public FailureGroups groups(FailureFilter filter) {
        FailureGroups.Counter counter = new FailureGroups.Counter();
        FailureBook.Found looked = book.newest(filter, counter::add);
        return new FailureGroups(counter.groups(), looked.lookedAt(), looked.of());
    }

    /**
     * Finds the records again that references name, as they stand there now. A record that has moved is found; one that is gone, or has changed
     * since it was retried, is left out. If a record is not where it was, the records before it are read, too.
     *
     * @param refs the references, such as from the fields of a form
     * @return the failures that were found, in no order; {@link #retry(Collection)} and the other methods take them
     * @throws IllegalArgumentException if a reference names no failure list
     */
    public List<FailedJob> find(Collection<FailureRef> refs) {
        return book.find(refs);
    }

    /**
     * Retries a failure as Ruby does: enqueues a job with its class and arguments onto the queue that it came from. The record
     * stays, with the time in {@code retried_at}, and can be retried again later. If the record holds the payload only as text,
     * the job in this text is enqueued. The new job has no id, so it is not tracked: the status of the failed job stays {@code FAILED},
     * however the new job ends.
     *
     * @param failure as it was listed
     * @return whether it was retried; false if the record is gone, has changed, or was retried within this second
     * @throws io.resque.api.InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retry(FailedJob failure) {
        return book.retryOne(failure, false);
    }

    /**
     * Retries several failures, in their order. A failure that cannot be retried is skipped.
     *
     * @param chosen as they were listed
     * @return how many were retried
     */
    public long retry(Collection<FailedJob> chosen) {
        return book.retryMany(chosen, false);
    }

    /**
     * Retries each failure of a filter that exists when the call begins. This includes failures that were retried before, unless
     * the filter leaves them out. As in Ruby it begins with the oldest in the common list, and with the newest in the list of a
     * queue. If other programs remove records during the call, it can skip some.
     *
     * @param filter which failures
     * @return how many were retried
     */
    public long retryAll(FailureFilter filter) {
        return retryAll(filter, done -> {});
    }

    /**
     * As {@link #retryAll(FailureFilter)}, and tells how far it is. 100,000 failures take seconds.
     *
     * @param filter which failures
     * @param progress is told after each step how many were retried so far, in the calling thread
     * @return how many were retried
     */
    public long retryAll(FailureFilter filter, LongConsumer progress) {
        return book.retryAll(filter, false, progress);
    }

    /**
     * Retries a failure as {@link #retry(FailedJob)} does, and removes its record in the same step.
     *
     * @param failure as it was listed
     * @return whether it was retried; false if the record is gone or has changed
     * @throws io.resque.api.InvalidJobException if its queue or its job cannot be read; nothing was written
     */
    public boolean retryAndRemove(FailedJob failure) {
        return book.retryOne(failure, true);
    }

    /**
     * Retries several failures, in their order, and removes their records. Records that cannot be retried stay.
     *
     * @param chosen as they were listed
     * @return how many were retried
     */
    public long retryAndRemove(Collection<FailedJob> chosen) {
        return book.retryMany(chosen, true);
    }

    /**
     * Retries all failures of a filter as {@link #retryAll} does, and removes their records.
     *
     * @param filter which failures
     * @return how many were retried
     */
    public long retryAndRemoveAll(FailureFilter filter) {
        return book.retryAll(filter, true, done -> {});
    }

    /**
     * Removes a failure.
     *
     * @param failure as it was listed
     * @return whether it was removed; false if the record is gone or has changed
     */
    public boolean remove(FailedJob failure) {
        return book.remove(List.of(failure)) == 1;
    }

    /**
     * Removes several failures.
     *
     * @param chosen as they were listed
     * @return how many were removed
     */
    public long remove(Collection<FailedJob> chosen) {
        return book.remove(chosen);
    }

    /**
     * Removes each failure of a filter that exists when the call begins, and has not changed since it was read. Reads all records, a few
     * hundred at a time; {@link #clear()} removes all without reading them. The names of the lists stay.
     *
     * @param filter which failures
     * @return how many were removed
     */
    public long removeAll(FailureFilter filter) {
        return removeAll(filter, done -> {});
    }

    /**
     * As {@link #removeAll(FailureFilter)}, and tells how far it is.
     *
     * @param filter which failures
     * @param progress is told after each step how many were removed so far, in the calling thread
     * @return how many were removed
     */
    public long removeAll(FailureFilter filter, LongConsumer progress) {
        return book.removeAll(filter, progress);
    }

    /**
     * Removes all failures of all lists, one list after the other. The names of the lists stay, as in Ruby. Unlike {@code
     * removeAll(FailureFilter.all())} it does not read the records, so it takes one step for each list, and also removes records that are
     * added or changed until then. Only while payloads are set aside ({@link #countSetAside}) it reads the records first, to remove those
     * payloads, too.
     *
     * @return the number removed
     */
    public long clear() {
        return book.clear();
    }

    /**
     * Removes all failures of one list.
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
        return removeAll(FailureFilter.all().retried(true));
    }

    /**
     * The number of payloads that are set aside since they were too large for the worker that reserved them. The failure record of such a
     * payload, of the class {@code OversizePayload}, names the place of its bytes. A retry of the record moves them back to their
     * queue. If all records that name them are removed, the bytes are removed, too.
     *
     * @return 0 or more; includes payloads whose records another library has removed
     */
    public long countSetAside() {
        return book.setAside();
    }
}
