package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.MadeTick;
import io.resque.api.RecurringJob;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.QueueNames;
import io.resque.core.internal.wire.WrappedJob;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes, lists, pauses, removes and triggers the recurring jobs of all libraries. Thread-safe. */
public final class RecurringBook {
    /** Today a backend has one place. */
    private static final String PLACE = "";

    private static final int ENTRIES = 100;
    private static final int ATTEMPTS = 10;

    private final RecurringEntries entries;
    private final JobSerializer serializer;
    private final ArgumentRules rules;
    private final Supplier<FiredEntries> fires;
    private final ZoneId zone;

    /**
     * Makes a book.
     *
     * @param fires which entries the schedulers of this library fire now
     * @param zone the zone of a cron expression of Ruby's that names none
     */
    public RecurringBook(
            RecurringEntries entries,
            JobSerializer serializer,
            ArgumentRules rules,
            Supplier<FiredEntries> fires,
            ZoneId zone) {
        this.entries = entries;
        this.serializer = serializer;
        this.rules = rules;
        this.fires = fires;
        this.zone = zone;
    }

    /**
     * Writes an entry. An entry that stands there keeps its creation, its last run and its pause.
     *
     * @return whether something was written; false if it stands there already
     * @throws InvalidJobException if it cannot be written; the message names what is wrong. Nothing was written
     */
    public boolean put(String name, NewEntry entry) {
        checkName(name);
        QueueNames.check(entry.queue());
        JobSpec job = rules.check(entry.job());
        if (job.id().isPresent()) {
            throw new InvalidJobException("The recurring job \"" + JsonRules.forLog(name)
                    + "\" has the id \"" + JsonRules.forLog(job.id().get())
                    + "\"; leave it out, since each of its jobs would have it");
        }
        if (job.retry().isPresent()) {
            throw new InvalidJobException("The recurring job \"" + JsonRules.forLog(name)
                    + "\" has a retry policy of its own, and an entry has no place for that; give the policy to the worker,"
                    + " by WorkerBuilder.retry, or to the type of the job");
        }
        NewEntry checked =
                new NewEntry(entry.timing(), entry.queue(), job, entry.misfire(), entry.description(), entry.shared());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RecurringPage page = entries.find(PLACE, name);
            RecurringEntry stored = stored(page);
            Payload old = stored == null ? null : stored.config();
            Object oldTree = tree(old);
            Payload bytes = bytes(name, checked, oldTree, Instant.ofEpochSecond(page.now()));
            boolean forRuby = checked.shared() || old != null && !EntryShape.isOnlyOurs(oldTree);
            if (entries.put(checked.queue(), name, old, bytes, forRuby)) {
                return !bytes.equals(old);
            }
        }
        throw changing(name, "nothing was written");
    }

    private static BackendException changing(String name, String left) {
        return new BackendException("The recurring job \"" + JsonRules.forLog(name)
                + "\" was changed by others again and again; " + left + "; try again");
    }

    private static @Nullable RecurringEntry stored(RecurringPage page) {
        return page.entries().isEmpty() ? null : page.entries().get(0);
    }

    private static void checkName(String name) {
        if (name.isBlank() || JsonRules.loneSurrogate(name) >= 0 || name.indexOf('\uFFFD') >= 0) {
            throw new InvalidJobException("The name of a recurring job is \"" + JsonRules.forLog(name)
                    + "\"; give one that has letters, and no half of a surrogate pair and no U+FFFD");
        }
    }

    private Payload bytes(String name, NewEntry entry, @Nullable Object old, Instant now) {
        Payload bytes;
        try {
            bytes = serializer.encode(EntryShape.tree(entry, old instanceof Map<?, ?> map ? map : null, now));
        } catch (IllegalArgumentException e) {
            throw new InvalidJobException(
                    "The recurring job \"" + JsonRules.forLog(name) + "\" cannot be written: " + e.getMessage(), e);
        }
        if (bytes.size() > EntryReader.MOST_BYTES) {
            throw new InvalidJobException("The recurring job \"" + JsonRules.forLog(name) + "\" has " + bytes.size()
                    + " bytes, more than the " + EntryReader.MOST_BYTES
                    + " that are read; send less, such as the name of a file");
        }
        return bytes;
    }

    /** Null if there is nothing, or it is no JSON. */
    private @Nullable Object tree(@Nullable Payload config) {
        try {
            return config == null ? null : serializer.decode(config);
        } catch (ResqueException e) {
            return null;
        }
    }

    /**
     * All entries, by their names, as they were at a moment.
     *
     * @param now that moment, by the clock of the backend
     */
    public record Look(List<RecurringJob> jobs, Instant now) {}

    /** All entries, by their names. */
    public List<RecurringJob> list() {
        return look().jobs();
    }

    /** All entries, and when they were read. */
    public Look look() {
        Map<String, RecurringJob> listed = new TreeMap<>();
        Instant now;
        String from = "";
        do {
            RecurringPage page = entries.page(from, ENTRIES, EntryReader.MOST_BYTES);
            page.entries().forEach(entry -> listed.put(entry.name(), listed(entry, page.now())));
            now = Instant.ofEpochSecond(page.now());
            from = page.next();
        } while (from != null);
        return new Look(List.copyOf(listed.values()), now);
    }

    public Optional<RecurringJob> find(String name) {
        RecurringPage page = entries.find(PLACE, name);
        return page.entries().stream().findFirst().map(entry -> listed(entry, page.now()));
    }

    /** The newest ticks that were made, the newest first. */
    public List<MadeTick> made(String name) {
        List<MadeTick> ticks = new ArrayList<>();
        for (RecurringTick.Made each : entries.made(PLACE, name)) {
            Instant at = LastRun.read(each.lastRun());
            if (at != null) {
                ticks.add(new MadeTick(at, Instant.ofEpochSecond(each.second()), each.pushed()));
            }
        }
        return ticks;
    }

    private RecurringJob listed(RecurringEntry stored, long now) {
        EntryReader reader = new EntryReader(serializer, zone, (name, problem) -> {});
        ReadEntry entry = reader.read(stored);
        boolean isFired = entry != null && fires.get().has(entry);
        Map<?, ?> tree = tree(stored.config()) instanceof Map<?, ?> read ? read : Map.of();
        return new RecurringJob(
                stored.name(),
                Optional.ofNullable(EntryShape.cron(tree)),
                Optional.ofNullable(entry == null ? null : entry.recurrence().zone()),
                Optional.ofNullable(entry == null ? null : entry.recurrence().every()),
                EntryShape.queue(tree),
                EntryShape.job(tree),
                EntryShape.misfire(tree),
                Optional.ofNullable(EntryShape.description(tree)),
                EntryShape.environments(tree),
                isFired,
                stored.paused(),
                Optional.ofNullable(stored.lastRun()).map(LastRun::read),
                entry == null || !isFired || stored.paused()
                        ? Optional.empty()
                        : Optional.of(next(entry, stored.lastRun(), Instant.ofEpochSecond(now))),
                Optional.ofNullable(reader.problems().get(stored.name())));
    }

    private static Instant next(ReadEntry entry, @Nullable String lastRun, Instant now) {
        Instant settled = entry.settled(lastRun, now);
        return entry.recurrence().next(settled == null ? now : settled);
    }

    /**
     * Enqueues the job of an entry, whether it is paused or not. Its last run stays.
     *
     * @param enqueue takes the queue and the job
     * @return false if there is no such entry, or {@code enqueue} returns false
     * @throws InvalidJobException if the entry cannot be fired
     */
    public boolean trigger(String name, BiPredicate<String, JobSpec> enqueue) {
        Optional<RecurringEntry> stored =
                entries.find(PLACE, name).entries().stream().findFirst();
        if (stored.isEmpty()) {
            return false;
        }
        EntryReader reader = new EntryReader(serializer, zone, (same, problem) -> {
            throw new InvalidJobException(
                    "The recurring job \"" + JsonRules.forLog(same) + "\" cannot be triggered: " + problem);
        });
        ReadEntry entry = Objects.requireNonNull(reader.read(stored.get()));
        return enqueue.test(entry.queue(), WrappedJob.fresh(entry.job(), Instant.now()));
    }

    /** Removes an entry with its last run and its pause, and says whether there was one. */
    public boolean remove(String name) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RecurringEntry stored = stored(entries.find(PLACE, name));
            if (stored == null) {
                return false;
            }
            Payload config = Objects.requireNonNull(stored.config(), "find reads entries of any size");
            if (entries.remove(PLACE, name, config, !EntryShape.isOnlyOurs(tree(config)))) {
                return true;
            }
        }
        throw changing(name, "nothing was removed");
    }

    /** Keeps an entry from being fired, and says whether there is one. */
    public boolean pause(String name) {
        return entries.pause(PLACE, name);
    }

    /** Ends a pause; the ticks of the pause count as settled. Says whether there was a pause. */
    public boolean resume(String name) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RecurringPage page = entries.find(PLACE, name);
            RecurringEntry stored = stored(page);
            String lastRun = stored == null ? null : stored.lastRun();
            String settled = settledAfterAPause(lastRun, Instant.ofEpochSecond(page.now()));
            if (entries.resume(PLACE, name, lastRun, settled)) {
                return true;
            } else if (stored == null || !stored.paused()) {
                return false;
            }
        }
        throw changing(name, "it is still paused");
    }

    /** The last run after a pause that ends now. A tick that was made before the clock was put back must not be made again. */
    private static String settledAfterAPause(@Nullable String lastRun, Instant now) {
        Instant last = lastRun == null ? null : LastRun.read(lastRun);
        return last == null || last.isBefore(now) || ReadEntry.isTooFar(last, now)
                ? LastRun.text(now)
                : LastRun.text(last);
    }
}
