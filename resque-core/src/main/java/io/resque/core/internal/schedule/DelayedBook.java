package io.resque.core.internal.schedule;

import io.resque.api.JobMatch;
import io.resque.api.MalformedPayloadException;
import io.resque.api.QueuedJob;
import io.resque.api.ResqueListener;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.RetryShape;
import io.resque.core.internal.wire.WantedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that a user can do with delayed jobs, of all languages, while schedulers move them: show, count, remove, move to another time.
 * Jobs are found by what they say, and changed by their bytes. Thread-safe.
 */
public final class DelayedBook {
    /** What one call reads or takes away, which takes Redis less than a millisecond. */
    private static final int AT_ONCE = 200;

    private static final long BYTES = 1 << 20;

    /** So many hits, or hits of so many bytes, are held in memory, and then changed. */
    private static final int HITS = 50_000;

    private static final long HIT_BYTES = 4 << 20;

    private final DelayedItems items;
    private final ForeignLocks locks;
    private final PayloadReader reader;
    private final ArgumentRules rules;
    private final StatusUpdates statuses;
    private final RubyRetries ruby;
    private final boolean onlyRetries;
    private final ListenerChain listeners;
    private final long largest;

    /**
     * For one backend.
     *
     * @param lockPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for Ruby's schedulers: what is due is left to them while one of
     *     them holds its lock
     * @param listeners who hears of jobs that go onto their queues, or to another second
     * @param largest of a larger item, in bytes, only a stand-in is shown
     */
    public DelayedBook(
            DelayedItems items,
            String lockPrefix,
            PayloadReader reader,
            ArgumentRules rules,
            StatusUpdates statuses,
            RubyRetries ruby,
            ListenerChain listeners,
            long largest) {
        this(items, new ForeignLocks(lockPrefix), reader, rules, statuses, ruby, listeners, largest, false);
    }

    private DelayedBook(
            DelayedItems items,
            ForeignLocks locks,
            PayloadReader reader,
            ArgumentRules rules,
            StatusUpdates statuses,
            RubyRetries ruby,
            ListenerChain listeners,
            long largest,
            boolean onlyRetries) {
        this.items = items;
        this.locks = locks;
        this.reader = reader;
        this.rules = rules;
        this.statuses = statuses;
        this.ruby = ruby;
        this.listeners = listeners;
        this.largest = largest;
        this.onlyRetries = onlyRetries;
    }

    /** The same of those jobs alone that wait to be retried. */
    public DelayedBook retries() {
        return new DelayedBook(items, locks, reader, rules, statuses, ruby, listeners, largest, true);
    }

    /** A job with the second at which it is due. */
    public record DelayedJob(long second, QueuedJob job, RetryShape retry) {}

    /**
     * Some jobs, the earliest first.
     *
     * @param lookedAt how many were looked at to find these
     * @param bytes how many bytes these had
     * @param next where the next page begins; null at the end
     */
    public record Page(
            List<DelayedJob> jobs,
            int lookedAt,
            long bytes,
            @Nullable String next) {}

    Page page(String from, long first, long last, int count) {
        return page(List.of(), from, first, last, count);
    }

    /**
     * Some of the jobs that match any of these; of all jobs if there are no matches. A page can be empty and have a next one.
     *
     * @param count how many jobs are read at most
     */
    public Page page(List<JobMatch> matches, String from, long first, long last, int count) {
        List<WantedJob> wanted = wanted(matches);
        long most = wanted.isEmpty() ? largest : Long.MAX_VALUE; // a match needs the whole job
        DelayedPage page = items.page(from, first, last, Math.min(count, AT_ONCE), BYTES, most);
        return new Page(
                page.items().stream()
                        .filter(item -> wanted.isEmpty() && !onlyRetries || isWanted(wanted, job(item)))
                        .map(this::shown)
                        .toList(),
                page.items().size(),
                page.items().stream().mapToLong(item -> item.item().size()).sum(),
                page.next());
    }

    private List<WantedJob> wanted(List<JobMatch> matches) {
        return matches.stream().map(match -> WantedJob.of(match, rules)).toList();
    }

    /** Null if it is no job, so that it cannot match. */
    private PayloadShape.@Nullable ReadJob job(DelayedItem item) {
        try {
            return reader.read(item.item());
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /** Among retries alone no match stands for all of them. */
    private boolean isWanted(List<WantedJob> wanted, PayloadShape.@Nullable ReadJob job) {
        return job != null
                && (!onlyRetries || job.retry().attempt() > 0)
                && (onlyRetries && wanted.isEmpty() || wanted.stream().anyMatch(match -> match.is(job)));
    }

    private DelayedJob shown(DelayedItem item) {
        String queue = ItemScanner.read(item.item()).queue();
        if (queue == null) {
            OversizePayload oversize = OversizePayload.of(reader.object(item.item()));
            queue = oversize == null ? null : oversize.queueOfItem();
        }
        return new DelayedJob(
                item.second(), reader.queued(queue == null ? "" : queue, item.item()), reader.retry(item.item()));
    }

    public long count(long first, long last) {
        long all = 0;
        String from = "";
        while (onlyRetries && from != null) {
            Page page = page(List.of(), from, first, last, AT_ONCE);
            all += page.jobs().size();
            from = page.next();
        }
        while (!onlyRetries && from != null) {
            DelayedCount part = items.count(from, first, last);
            all += part.items();
            from = part.next();
        }
        return all;
    }

    /** The second of the earliest job between two seconds. */
    public OptionalLong next(long first, long last) {
        String from = "";
        while (from != null) {
            if (onlyRetries) {
                Page page = page(List.of(), from, first, last, AT_ONCE);
                if (!page.jobs().isEmpty()) {
                    return OptionalLong.of(page.jobs().get(0).second());
                }
                from = page.next();
                continue;
            }
            DelayedPage page = items.page(from, first, last, 1, BYTES, OversizePayload.SMALL);
            if (!page.items().isEmpty()) {
                return OptionalLong.of(page.items().get(0).second());
            }
            from = page.next();
        }
        return OptionalLong.empty();
    }

    /** Which items are changed. */
    @FunctionalInterface
    private interface Choice {
        boolean takes(DelayedItem item, PayloadShape.@Nullable ReadJob job);
    }

    private Choice matching(List<JobMatch> matches) {
        List<WantedJob> wanted = wanted(matches);
        return (item, job) -> isWanted(wanted, job);
    }

    private static Choice only(Payload item) {
        return (each, job) -> each.item().equals(item);
    }

    /** Those that a filter chooses as {@link #page} shows them, also if they are no jobs. */
    private Choice chosen(Predicate<? super DelayedJob> filter) {
        return (item, job) -> (!onlyRetries || job != null && job.retry().attempt() > 0) && filter.test(shown(item));
    }

    /** What becomes of the jobs that match. */
    private interface Change {
        /** Where a job that was found goes; null if it stays. */
        @Nullable
        DelayedMove of(DelayedItem item, ReadItem read, @Nullable String token);

        /** What listeners hear of a job that goes there; null for nothing. */
        default @Nullable MoveEvents events(DelayedItem item, ReadItem read) {
            return null;
        }

        /** A tracked job has gone there. */
        default void made(String token) {}
    }

    /** What belongs to a move that is to be made. */
    private record Hit(@Nullable String token, @Nullable MoveEvents events) {}

    /** Removes the jobs that match any of these, with the statuses of tracked jobs, and returns how many. */
    public long remove(List<JobMatch> matches, long first, long last) {
        return change(matching(matches), first, last, removal());
    }

    /** The same of all items of one second that have these bytes, also if they are no jobs. */
    public long remove(long second, Payload item) {
        return change(only(item), second, second, removal());
    }

    /** The same of all that a filter chooses. */
    public long remove(Predicate<? super DelayedJob> filter, long first, long last) {
        return change(chosen(filter), first, last, removal());
    }

    private Change removal() {
        return new Change() {
            @Override
            public DelayedMove of(DelayedItem item, ReadItem read, @Nullable String token) {
                return new DelayedMove(item.second(), item.item(), null, ruby.ended(read.rubyName()));
            }

            @Override
            public void made(String token) {
                statuses.remove(token);
            }
        };
    }

    /** The jobs that match any of these go onto their queues now. A job that names no queue stays, and so does one that a listener vetoes. */
    public long enqueueNow(List<JobMatch> matches, long first, long last) {
        return change(matching(matches), first, last, enqueueing());
    }

    /** The same of all jobs of one second that have these bytes. */
    public long enqueueNow(long second, Payload item) {
        return change(only(item), second, second, enqueueing());
    }

    /** The same of all that a filter chooses. */
    public long enqueueNow(Predicate<? super DelayedJob> filter, long first, long last) {
        return change(chosen(filter), first, last, enqueueing());
    }

    private Change enqueueing() {
        return new Change() {
            @Override
            public @Nullable DelayedMove of(DelayedItem item, ReadItem read, @Nullable String token) {
                DelayedMove.ToQueue queue = queue(read);
                return queue == null
                        ? null
                        : new DelayedMove(item.second(), item.item(), queue, ruby.moved(read.rubyName()));
            }

            @Override
            public @Nullable MoveEvents events(DelayedItem item, ReadItem read) {
                return heard(read, item.second(), true);
            }
        };
    }

    private @Nullable MoveEvents heard(ReadItem read, long due, boolean isEnqueued) {
        List<ResqueListener> hearing = listeners.all();
        DelayedMove.ToQueue queue = hearing.isEmpty() ? null : queue(read);
        return queue == null
                ? null
                : new MoveEvents(
                        reader.info(queue.queue(), queue.payload()), Instant.ofEpochSecond(due), isEnqueued, hearing);
    }

    /**
     * The jobs that match any of these become due at another second, or go onto their queues if it is due already. A job that a listener
     * vetoes stays.
     *
     * @param wait how long that second is away; a status must not expire earlier
     */
    public long reschedule(List<JobMatch> matches, long first, long last, long second, Duration wait) {
        return change(matching(matches), first, last, move(second, wait));
    }

    /** The same of all jobs of one second that have these bytes. */
    public long reschedule(long from, Payload item, long second, Duration wait) {
        return change(only(item), from, from, move(second, wait));
    }

    /** The same of all that a filter chooses. */
    public long reschedule(Predicate<? super DelayedJob> filter, long first, long last, long second, Duration wait) {
        return change(chosen(filter), first, last, move(second, wait));
    }

    private Change move(long second, Duration wait) {
        return new Change() {
            @Override
            public @Nullable DelayedMove of(DelayedItem item, ReadItem read, @Nullable String token) {
                if (item.second() == second) {
                    return null;
                }
                List<Effect> effects = new ArrayList<>(
                        statuses.riding(statuses.rideAlong() ? statuses.waitingLonger(token, wait) : null));
                effects.addAll(renoted(item, read, second));
                return new DelayedMove(
                        item.second(),
                        item.item(),
                        new DelayedMove.ToSecond(second, item.item(), queue(read)),
                        effects);
            }

            @Override
            public @Nullable MoveEvents events(DelayedItem item, ReadItem read) {
                return heard(read, second, wait.isZero());
            }

            @Override
            public void made(String token) {
                statuses.afterwards(statuses.rideAlong() ? null : statuses.waitingLonger(token, wait));
            }
        };
    }

    private List<Effect> renoted(DelayedItem item, ReadItem read, long second) {
        PayloadShape.ReadJob job = read.rubyName() == null ? null : job(item);
        return job == null ? List.of() : ruby.waiting(read.rubyName(), job.retry(), second, Duration.ZERO);
    }

    private static DelayedMove.@Nullable ToQueue queue(ReadItem read) {
        return read.queue() == null || read.payload() == null
                ? null
                : new DelayedMove.ToQueue(read.queue(), read.payload());
    }

    private long change(Choice choice, long first, long last, Change change) {
        long changed = 0;
        long begin = first;
        String from = "";
        Map<DelayedMove, Hit> hits = new LinkedHashMap<>();
        long bytes = 0;
        while (from != null) {
            DelayedPage page = items.page(from, begin, last, AT_ONCE, BYTES);
            for (DelayedItem item : page.items()) {
                int before = hits.size();
                addIfChosen(hits, item, choice, change);
                bytes += hits.size() > before ? item.item().size() : 0;
            }
            from = page.next();
            if (from == null || hits.size() >= HITS || bytes >= HIT_BYTES) {
                changed += make(page.place(), hits, change);
                bytes = 0;
                if (from != null && !page.items().isEmpty()) {
                    // The next page would begin behind items that have moved up meanwhile.
                    begin = page.items().get(page.items().size() - 1).second();
                    from = "";
                }
                hits.clear();
            }
        }
        return changed;
    }

    private void addIfChosen(Map<DelayedMove, Hit> hits, DelayedItem item, Choice choice, Change change) {
        PayloadShape.ReadJob job = job(item);
        if (choice.takes(item, job)) {
            ReadItem read = ItemScanner.read(item.item());
            String token = job == null ? null : job.token();
            DelayedMove move = change.of(item, read, token);
            if (move == null || hits.containsKey(move)) {
                return;
            }
            MoveEvents events = change.events(item, read);
            if (events == null || events.allow()) {
                hits.put(move, new Hit(token, events));
            }
        }
    }

    private long make(String place, Map<DelayedMove, Hit> hits, Change change) {
        List<DelayedMove> moves = List.copyOf(hits.keySet());
        List<Hit> told = List.copyOf(hits.values());
        List<Long> counts = moves.isEmpty() ? List.of() : items.change(place, moves, locks);
        long changed = 0;
        for (int i = 0; i < counts.size(); i++) {
            long count = counts.get(i);
            changed += count;
            Hit hit = told.get(i);
            if (count > 0 && hit.token() != null) {
                change.made(hit.token());
            }
            for (long each = 0; each < count && hit.events() != null; each++) {
                hit.events().moved();
            }
        }
        return changed;
    }

    /** Removes as many jobs as there are now between two seconds, with their statuses. */
    public long clear(long first, long last) {
        if (onlyRetries) {
            return remove(List.of(), first, last);
        }
        long left = count(first, last);
        long removed = 0;
        String from = "";
        while (from != null && removed < left) {
            DelayedPage page = items.page(from, first, last, (int) Math.min(AT_ONCE, left - removed), BYTES);
            Map<DelayedPage.Stray, List<Effect>> strays = new LinkedHashMap<>();
            page.strays().forEach(stray -> strays.put(stray, List.of()));
            boolean changed = !strays.isEmpty()
                    && !items.discard(page.place(), strays, locks).isEmpty();
            long taken = take(page);
            removed += taken;
            // This call has taken items away, so the next items now stand at the beginning.
            from = taken > 0 || changed ? "" : page.next();
        }
        return removed;
    }

    private long take(DelayedPage page) {
        if (page.items().isEmpty()) {
            return 0;
        }
        List<DelayedMove> moves = page.items().stream()
                .map(item -> new DelayedMove(
                        item.second(),
                        item.item(),
                        null,
                        ruby.ended(ItemScanner.read(item.item()).rubyName())))
                .toList();
        // What is due can be moved by another library's scheduler, whose clock can be ahead.
        long due =
                moves.stream().filter(move -> move.second() <= page.now() + 1).count();
        return take(page.place(), moves.subList(0, (int) due), locks)
                + take(page.place(), moves.subList((int) due, moves.size()), null);
    }

    private long take(String place, List<DelayedMove> moves, @Nullable ForeignLocks looked) {
        List<DelayedMove.Outcome> outcomes = items.move(place, moves, looked).outcomes();
        long taken = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i).state() == DelayedMove.State.MOVED) {
                taken++;
                String token = reader.token(moves.get(i).item());
                if (token != null) {
                    statuses.remove(token);
                }
            }
        }
        return taken;
    }

    /**
     * What other libraries have left behind; if told so, it is repaired.
     *
     * @param time about how long this may take at most
     * @return with a {@code next} if the time did not suffice
     */
    public DelayedSweep sweep(boolean repair, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long emptySeconds = 0;
        long unscheduledSeconds = 0;
        long staleMarks = 0;
        String from = "";
        do {
            DelayedSweep step = items.sweep(from, repair);
            emptySeconds += step.emptySeconds();
            unscheduledSeconds += step.unscheduledSeconds();
            staleMarks += step.staleMarks();
            from = step.next();
        } while (from != null && System.nanoTime() - end < 0);
        return new DelayedSweep(emptySeconds, unscheduledSeconds, staleMarks, from);
    }
}
