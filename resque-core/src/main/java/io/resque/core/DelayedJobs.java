package io.resque.core;

import io.resque.api.DelayedJob;
import io.resque.api.JobMatch;
import io.resque.api.spi.Payload;
import io.resque.core.internal.enqueue.DelayLimits;
import io.resque.core.internal.schedule.DelayedBook;
import io.resque.core.internal.support.LookBudget;
import io.resque.core.internal.wire.Places;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Shows and changes the delayed jobs of all languages: those of {@link io.resque.api.Enqueuer#at}, and those of resque-scheduler,
 * node-resque and php-resque. Thread-safe.
 *
 * <p>Jobs are found by what they say, whatever the spelling of their JSON, and read and changed a few hundred at a time, so that Redis is
 * not held up. Each change of a job is one step. {@link #remove} and {@link #clear} remove the status of a tracked job after the job; if
 * Redis stops answering in between, the status may be left. Schedulers can move jobs and other programs can write them meanwhile; a job
 * that is moved or written during a call can be missed. While a scheduler of Ruby or Node holds its lock, jobs that are due are left to it,
 * and do not count as changed: it would lose jobs otherwise. An item that is no job matches nothing. All methods wait for Redis and throw {@link
 * io.resque.api.BackendException} if it does not answer; then some of several jobs may have been changed.
 */
public final class DelayedJobs {
    private static final int AT_ONCE = 200;

    private static final long MOST_BYTES = 16 << 20;

    private final DelayedBook book;
    private final DelayLimits limits;
    private final Clock clock;
    private final long first;
    private final long last;

    DelayedJobs(DelayedBook book, DelayLimits limits, Clock clock) {
        this(book, limits, clock, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private DelayedJobs(DelayedBook book, DelayLimits limits, Clock clock, long first, long last) {
        this.book = book;
        this.limits = limits;
        this.clock = clock;
        this.first = first;
        this.last = last;
    }

    /**
     * Narrows these jobs to the ones that are due between two instants. This object stays as it is.
     *
     * @param from the first instant
     * @param to the last instant, which still counts
     * @return a view whose methods see, and change, no other jobs
     */
    public DelayedJobs between(Instant from, Instant to) {
        return new DelayedJobs(
                book,
                limits,
                clock,
                Math.max(first, DelayLimits.roundedUp(Objects.requireNonNull(from, "from"))),
                Math.min(last, Objects.requireNonNull(to, "to").getEpochSecond()));
    }

    /**
     * Narrows these jobs to the ones that wait to be retried, see {@link io.resque.api.Retry}. This object stays as it is. Such a view reads all
     * delayed jobs to find them.
     *
     * @return a view whose methods see, and change, no other jobs: {@code enqueueNow} runs a retry at once, and {@code remove} cancels it
     */
    public DelayedJobs retries() {
        return new DelayedJobs(book.retries(), limits, clock, first, last);
    }

    /**
     * The number of jobs; resque-scheduler's {@code count_all_scheduled_jobs}.
     *
     * @return 0 or more
     */
    public long count() {
        return book.count(first, last);
    }

    /**
     * When the earliest job is due; in the past if no scheduler has moved it yet.
     *
     * @return empty if there is no job
     */
    public Optional<Instant> nextDueAt() {
        OptionalLong second = book.next(first, last);
        return second.isPresent() ? Optional.of(Instant.ofEpochSecond(second.getAsLong())) : Optional.empty();
    }

    /**
     * The jobs, the earliest first, those of one second in the order in which they were written. They are read while the stream is
     * consumed; {@code limit} ends the reading. Of a job that is larger than any worker of this {@code Resque} takes ({@link
     * ResqueBuilder#maxPayload}), by a MiB or more, only the queue and the first and last bytes are read: its class is {@code OversizePayload}.
     *
     * @return the jobs, and items that are none
     */
    public Stream<DelayedJob> jobs() {
        return jobs(List.of());
    }

    /**
     * The jobs that match, as {@link #jobs()}, but whole, however large they are.
     *
     * @param match finds every job that this matches
     * @param more finds every job that one of these matches, too
     * @return the jobs
     * @throws io.resque.api.InvalidJobException if {@code enqueue} would refuse a class or an argument
     */
    public Stream<DelayedJob> find(JobMatch match, JobMatch... more) {
        return jobs(all(match, more));
    }

    private Stream<DelayedJob> jobs(List<JobMatch> matches) {
        return Stream.iterate(
                        Optional.of(page(matches, "")),
                        Optional::isPresent,
                        page -> page.map(DelayedBook.Page::next).map(from -> page(matches, from)))
                .flatMap(Optional::stream)
                .flatMap(page -> page.jobs().stream())
                .map(DelayedJobs::shown);
    }

    private static DelayedJob shown(DelayedBook.DelayedJob job) {
        return new DelayedJob(
                Instant.ofEpochSecond(job.second()),
                job.job(),
                job.retry().attempt(),
                Optional.ofNullable(job.retry().last()));
    }

    private DelayedBook.Page page(List<JobMatch> matches, String from) {
        return book.page(matches, from, first, last, AT_ONCE);
    }

    /**
     * Looks for jobs from the earliest on, at no more than 5,000 and for no longer than about 300 ms, and says how far it came. Another call goes on
     * from there. If jobs are large, the result can have fewer than {@code limit}: it ends with the jobs that reach 16 MiB together.
     *
     * @param filter which jobs; it is asked in the calling thread
     * @param from empty to begin with the earliest, then the {@code next} of the last page of a view between the same instants
     * @param limit the most jobs to return, at least 1
     * @return the jobs that were found
     * @throws IllegalArgumentException if {@code limit} is less than 1, or the backend refuses to go on from {@code from}
     */
    public DelayedJobsPage search(Predicate<? super DelayedJob> filter, String from, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        LookBudget budget = new LookBudget();
        List<DelayedJob> found = new ArrayList<>();
        long bytes = 0;
        String at = from;
        int count = limit;
        while (at != null && found.size() < limit && bytes < MOST_BYTES && budget.allowsMore()) {
            int most = count;
            DelayedBook.Page page = Places.read(at, place -> book.page(List.of(), place, first, last, most));
            List<DelayedJob> hits =
                    page.jobs().stream().map(DelayedJobs::shown).filter(filter).toList();
            if (found.size() + hits.size() > limit) {
                count = Math.max(1, count / 2); // the next page begins behind the last job that is returned
                continue;
            }
            found.addAll(hits);
            bytes += hits.stream().mapToLong(job -> job.job().raw().length).sum();
            budget.looked(page.lookedAt(), page.bytes());
            at = page.next();
            count = AT_ONCE;
        }
        return new DelayedJobsPage(found, budget.looked(), Optional.ofNullable(at));
    }

    /**
     * Removes the jobs that match, and the statuses of tracked jobs; resque-scheduler's {@code remove_delayed}. The order of the other jobs
     * stays. No listener hears of it.
     *
     * @param match removes every job that this matches
     * @param more removes every job that one of these matches, too
     * @return the number of jobs removed, duplicates included
     * @throws io.resque.api.InvalidJobException if {@code enqueue} would refuse a class or an argument; nothing was removed
     */
    public long remove(JobMatch match, JobMatch... more) {
        return book.remove(all(match, more), first, last);
    }

    /**
     * Puts the jobs that match onto their queues now. A job that names no queue stays. The listeners of the {@code Resque} hear of each job
     * as if a scheduler put it there ({@link io.resque.api.ResqueListener#beforeDelayedEnqueue}), but a job that one of them vetoes stays
     * delayed, and does not count. Any other exception of a listener goes to the caller.
     *
     * @param match enqueues every job that this matches
     * @param more enqueues every job that one of these matches, too
     * @return the number of jobs put on their queues
     * @throws io.resque.api.InvalidJobException if {@code enqueue} would refuse a class or an argument; nothing was enqueued
     */
    public long enqueueNow(JobMatch match, JobMatch... more) {
        return book.enqueueNow(all(match, more), first, last);
    }

    /**
     * Makes the jobs that match due at another instant, which is rounded up to a whole second. If it has passed, they go onto their queues.
     * The listeners of the {@code Resque} hear {@code beforeSchedule} and {@code afterSchedule} of each job with the other instant; if it has
     * passed, they hear what {@link #enqueueNow} tells. A job that one of them vetoes stays as it is, and does not count. Any other exception of a listener goes to the caller. If the statuses of waiting jobs expire ({@link ResqueBuilder#waitingStatusExpiry}), that of a job that was
     * moved expires as if the job had been enqueued for the other instant.
     *
     * @param due when they are due from now on
     * @param match moves every job that this matches
     * @param more moves every job that one of these matches, too
     * @return the number of jobs that were moved; a job that is due then anyway does not count
     * @throws io.resque.api.InvalidJobException if {@code at(due)} would refuse the instant, or {@code enqueue} a class or an argument;
     *     nothing was moved
     */
    public long reschedule(Instant due, JobMatch match, JobMatch... more) {
        Instant now = clock.instant();
        long second = limits.second(now, Objects.requireNonNull(due, "due"));
        return book.reschedule(all(match, more), first, last, second, limits.wait(now, second));
    }

    /**
     * Removes the jobs that a filter chooses, as {@link #search} finds them, but all of them; what {@link #remove(JobMatch, JobMatch...)}
     * says holds for it. The filter is given whole jobs, however large they are.
     *
     * @param filter which jobs, and items that are no jobs; it is asked in the calling thread
     * @return the number of jobs removed, duplicates included
     */
    public long remove(Predicate<? super DelayedJob> filter) {
        return book.remove(shownTo(filter), first, last);
    }

    /**
     * Puts the jobs that a filter chooses onto their queues now, as {@link #remove(Predicate)} finds them; what {@link
     * #enqueueNow(JobMatch, JobMatch...)} says holds for it.
     *
     * @param filter which jobs; it is asked in the calling thread
     * @return the number of jobs put on their queues
     */
    public long enqueueNow(Predicate<? super DelayedJob> filter) {
        return book.enqueueNow(shownTo(filter), first, last);
    }

    /**
     * Makes the jobs that a filter chooses due at another instant, as {@link #remove(Predicate)} finds them; what {@link
     * #reschedule(Instant, JobMatch, JobMatch...)} says holds for it.
     *
     * @param due when they are due from now on
     * @param filter which jobs; it is asked in the calling thread
     * @return the number of jobs that were moved; a job that is due then anyway does not count
     * @throws io.resque.api.InvalidJobException if {@code at(due)} would refuse the instant; nothing was moved
     */
    public long reschedule(Instant due, Predicate<? super DelayedJob> filter) {
        Instant now = clock.instant();
        long second = limits.second(now, Objects.requireNonNull(due, "due"));
        return book.reschedule(shownTo(filter), first, last, second, limits.wait(now, second));
    }

    private static Predicate<DelayedBook.DelayedJob> shownTo(Predicate<? super DelayedJob> filter) {
        Objects.requireNonNull(filter, "filter");
        return job -> filter.test(shown(job));
    }

    /**
     * Removes as many jobs as there are when the call begins, with the statuses of tracked jobs; resque-scheduler's {@code
     * reset_delayed_queue}. Items that are no jobs are removed, too. No listener hears of it.
     *
     * @return the number removed
     */
    public long clear() {
        return book.clear(first, last);
    }

    /**
     * Finds a job again that was shown before, by the second at which it is due and its {@link io.resque.api.QueuedJob#digest}.
     *
     * @param due the second at which it is due
     * @param digest its digest
     * @return empty if it is not there any more
     */
    public Optional<DelayedJob> find(Instant due, String digest) {
        Objects.requireNonNull(digest, "digest");
        return between(due, due)
                .jobs()
                .filter(job -> job.job().digest().equals(digest))
                .findFirst();
    }

    /**
     * Removes one job, by its second and its bytes, also if it is no job; what {@link #remove(JobMatch, JobMatch...)} says holds for it. Equal
     * bytes at the same second go together. A job in whose place {@code OversizePayload} stands has other bytes, so it stays.
     *
     * @param job as it was shown
     * @return whether it was still there and was removed
     */
    public boolean remove(DelayedJob job) {
        return book.remove(job.dueAt().getEpochSecond(), Payload.of(job.job().raw())) > 0;
    }

    /**
     * Puts one job onto its queue now, as {@link #enqueueNow(JobMatch, JobMatch...)} does, by its second and its bytes.
     *
     * @param job as it was shown
     * @return whether it was still there and was put onto its queue; false if it names no queue, or a listener vetoed it
     */
    public boolean enqueueNow(DelayedJob job) {
        return book.enqueueNow(
                        job.dueAt().getEpochSecond(), Payload.of(job.job().raw()))
                > 0;
    }

    /**
     * Makes one job due at another instant, as {@link #reschedule(Instant, JobMatch, JobMatch...)} does, by its second and its bytes.
     *
     * @param due when it is due from now on
     * @param job as it was shown
     * @return whether it was still there and was moved; false if it is due then anyway, or a listener vetoed it
     * @throws io.resque.api.InvalidJobException if {@code at(due)} would refuse the instant; nothing was moved
     */
    public boolean reschedule(Instant due, DelayedJob job) {
        Instant now = clock.instant();
        long second = limits.second(now, Objects.requireNonNull(due, "due"));
        Payload item = Payload.of(job.job().raw());
        return book.reschedule(job.dueAt().getEpochSecond(), item, second, limits.wait(now, second)) > 0;
    }

    private static List<JobMatch> all(JobMatch match, JobMatch... more) {
        return Stream.concat(Stream.of(Objects.requireNonNull(match, "match")), Stream.of(more))
                .toList();
    }
}
