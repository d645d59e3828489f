package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.Misfire;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import io.resque.core.internal.enqueue.ReadyJob;
import io.resque.core.internal.support.Log;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The passes of one scheduler over the recurring jobs: reads all entries, and makes the ticks that are due. Any number of schedulers
 * can do so; a tick that another one has made is gone. For one thread.
 */
final class RecurringPass {
    private static final Logger LOG = Log.WORKER;

    /** How long an entry is left alone whose tick can neither be made nor recorded. */
    static final Duration PUT_OFF = Duration.ofMinutes(1);

    /** When to look again after a tick that was not made as planned. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** What one call reads, which takes Redis about a millisecond. */
    private static final int ENTRIES = 400;

    /** What one call makes, which takes Redis about a millisecond. */
    private static final int TICKS = 100;

    private static final int BYTES = 200_000;

    /** How a refusal begins that says nothing of the tick: another scheduler may have the right that is missing here. */
    private static final String NO_RIGHT = "NOPERM";

    /** What a refusal of a whole call says for the same reason, if nothing was written. */
    private static final String NOTHING_WRITTEN = ": " + NO_RIGHT;

    private final RecurringEntries entries;
    private final EntryReader reader;
    private final TickJobs jobs;
    private final Supplier<FiredEntries> fires;
    private final MoveCounts counts;

    private long fired;
    private long skipped;
    private long failed;
    private @Nullable Instant next;

    /**
     * The passes of one scheduler.
     *
     * @param fires which entries it fires; asked before each pass
     * @param zone the zone of a cron expression of Ruby's that names none
     * @param counts where each tick is counted that pushed a job, was vetoed or became a failure
     */
    RecurringPass(
            RecurringEntries entries,
            JobSerializer serializer,
            TickJobs jobs,
            Supplier<FiredEntries> fires,
            ZoneId zone,
            MoveCounts counts) {
        this.entries = entries;
        this.reader = new EntryReader(
                serializer,
                zone,
                (name, problem) -> LOG.warn(
                        "The recurring job \"{}\" cannot be fired: {}",
                        JsonRules.forLog(name),
                        JsonRules.forLog(problem)));
        this.jobs = jobs;
        this.fires = fires;
        this.counts = counts;
    }

    /**
     * A tick that is to be made.
     *
     * @param at its instant
     * @param job what it pushes; null if it pushes nothing
     * @param failure why it pushes nothing; null unless that is a failure
     * @param vetoed whether it pushes nothing because a listener vetoed it
     */
    private record Planned(
            ReadEntry entry,
            Instant at,
            RecurringTick tick,
            @Nullable ReadyJob job,
            JobOutcome.@Nullable Failed failure,
            boolean vetoed) {}

    /**
     * Makes a pass.
     *
     * @param goesOn asked between pages; the pass ends once it says false
     * @throws BackendException as the backend; ticks that were made before are made
     */
    RecurringResult run(BooleanSupplier goesOn) {
        FiredEntries firing = fires.get();
        fired = 0;
        skipped = 0;
        failed = 0;
        next = null;
        Set<String> names = new HashSet<>();
        String from = "";
        Instant now;
        do {
            RecurringPage page = entries.page(from, ENTRIES, EntryReader.MOST_BYTES);
            now = Instant.ofEpochSecond(page.now());
            List<Planned> planned = new ArrayList<>();
            for (RecurringEntry entry : page.entries()) {
                if (names.add(entry.name())) {
                    plan(entry, firing, now, planned);
                }
            }
            make(
                    page.place(),
                    planned.stream()
                            .filter(each -> firing.locks(each.entry()) == null)
                            .toList(),
                    null,
                    now);
            make(
                    page.place(),
                    planned.stream()
                            .filter(each -> firing.locks(each.entry()) != null)
                            .toList(),
                    firing.rubys(),
                    now);
            from = page.next();
        } while (from != null && goesOn.getAsBoolean());
        if (from == null) {
            reader.retain(names);
        }
        return new RecurringResult(names.size(), fired, skipped, failed, now, next, reader.problems());
    }

    private void plan(RecurringEntry stored, FiredEntries firing, Instant now, List<Planned> planned) {
        ReadEntry entry = reader.read(stored);
        if (entry == null || stored.config() == null || stored.paused() || !firing.has(entry)) {
            return;
        }
        Instant putOff = reader.putOff(stored.name());
        if (putOff != null && putOff.isAfter(now)) {
            comes(putOff);
            return;
        }
        Instant settled = entry.settled(stored.lastRun(), now);
        if (settled == null) { // from now on
            planned.add(
                    new Planned(entry, now, tick(stored, stored.lastRun(), now, null, List.of()), null, null, false));
            comes(entry.recurrence().next(now));
            return;
        }
        String lastRun = stored.lastRun();
        for (DueTick due : DueTick.of(entry.recurrence(), settled, now)) {
            Planned tick = due.missed() && entry.misfire() == Misfire.SKIP
                    ? new Planned(entry, due.at(), tick(stored, lastRun, due.at(), null, List.of()), null, null, false)
                    : withJob(stored, entry, lastRun, due.at());
            planned.add(tick);
            lastRun = tick.tick().newLastRun();
            settled = due.at();
        }
        comes(entry.recurrence().next(settled));
    }

    private void comes(Instant tick) {
        next = next == null || tick.isBefore(next) ? tick : next;
    }

    private Planned withJob(RecurringEntry stored, ReadEntry entry, @Nullable String lastRun, Instant at) {
        try {
            ReadyJob job = jobs.job(entry, at);
            DelayedMove.ToQueue target = job == null ? null : new DelayedMove.ToQueue(entry.queue(), job.payload());
            return new Planned(entry, at, tick(stored, lastRun, at, target, List.of()), job, null, job == null);
        } catch (Throwable e) { // of a listener: it must not keep other ticks from being made
            JobOutcome.Failed failure = JobOutcome.Failed.of(e, RecurringPass.class);
            List<Effect> effects = jobs.failure(entry, failure);
            return new Planned(entry, at, tick(stored, lastRun, at, null, effects), null, failure, false);
        }
    }

    private static RecurringTick tick(
            RecurringEntry stored,
            @Nullable String lastRun,
            Instant at,
            DelayedMove.@Nullable ToQueue target,
            List<Effect> effects) {
        return new RecurringTick(
                stored.name(), Objects.requireNonNull(stored.config()), lastRun, LastRun.text(at), target, effects);
    }

    private void make(String place, List<Planned> planned, @Nullable ForeignLocks locks, Instant now) {
        int from = 0;
        while (from < planned.size()) {
            int to = from;
            long bytes = 0;
            while (to < planned.size() && to - from < TICKS && (to == from || bytes < BYTES)) {
                bytes += size(planned.get(to).tick());
                to++;
            }
            List<Planned> some = planned.subList(from, to);
            List<RecurringTick.Outcome> outcomes =
                    send(place, some.stream().map(Planned::tick).toList(), locks);
            for (int i = 0; i < some.size(); i++) {
                RecurringTick.Outcome outcome = outcomes.get(i);
                switch (outcome.state()) {
                    case MADE -> made(some.get(i));
                    case SKIPPED -> skipped(some.get(i));
                    case GONE -> comes(now.plus(SOON)); // if its entry has changed, it may be due at once
                    case REFUSED -> {
                        String refusal = String.valueOf(outcome.refusal());
                        if (refusal.startsWith(NO_RIGHT)) {
                            putOff(some.get(i).tick(), "may not be pushed by this scheduler", refusal, now);
                        } else {
                            file(place, some.get(i), refusal, locks, now);
                        }
                    }
                }
            }
            from = to;
        }
    }

    /** Makes ticks; one by one if the server refuses to begin with them: the right to one of their queues may be missing. */
    private List<RecurringTick.Outcome> send(String place, List<RecurringTick> some, @Nullable ForeignLocks locks) {
        try {
            return entries.tick(place, some, locks);
        } catch (BackendException e) {
            String refusal = String.valueOf(e.getMessage());
            if (!refusal.contains(NOTHING_WRITTEN)) {
                throw e;
            }
            if (some.size() == 1) {
                return List.of(new RecurringTick.Outcome(
                        RecurringTick.State.REFUSED, refusal.substring(refusal.indexOf(NO_RIGHT))));
            }
        }
        return some.stream()
                .flatMap(tick -> send(place, List.of(tick), locks).stream())
                .toList();
    }

    private static long size(RecurringTick tick) {
        DelayedMove.ToQueue target = tick.target();
        return tick.config().size() + (target == null ? 0 : target.payload().size());
    }

    private void made(Planned planned) {
        RecurringTick tick = planned.tick();
        if (planned.failure() != null) {
            failed++;
            counts.failed.incrementAndGet();
            jobs.recorded(tick.effects());
            LOG.warn(
                    "The recurring job \"{}\" of {} became a failure: {}",
                    JsonRules.forLog(tick.name()),
                    tick.newLastRun(),
                    JsonRules.forLog(planned.failure().message()));
        } else if (planned.job() != null) {
            fired++;
            counts.moved.incrementAndGet();
            jobs.pushed(planned.job(), planned.at());
            LOG.debug("The recurring job \"{}\" of {} was pushed", JsonRules.forLog(tick.name()), tick.newLastRun());
        } else {
            skipped++;
            if (planned.vetoed()) {
                counts.vetoed.incrementAndGet();
            }
            LOG.info(
                    "The recurring job \"{}\" was not pushed; its ticks up to {} are settled",
                    JsonRules.forLog(tick.name()),
                    tick.newLastRun());
        }
    }

    /** An equal job waits or runs. */
    private void skipped(Planned planned) {
        skipped++;
        if (planned.job() != null) {
            jobs.refused(planned.job());
        }
        LOG.info(
                "The recurring job \"{}\" of {} was not pushed, since an equal job waits or runs",
                JsonRules.forLog(planned.tick().name()),
                planned.tick().newLastRun());
    }

    /** Records a tick that was refused, or puts it off if that cannot be done either. */
    private void file(String place, Planned planned, String refusal, @Nullable ForeignLocks locks, Instant now) {
        RecurringTick tick = planned.tick();
        if (tick.target() != null) {
            JobOutcome.Failed failure = new JobOutcome.Failed(BackendException.class.getName(), refusal, List.of());
            RecurringTick record = new RecurringTick(
                    tick.name(),
                    tick.config(),
                    tick.lastRun(),
                    tick.newLastRun(),
                    null,
                    jobs.failure(planned.entry(), failure));
            RecurringTick.State recorded =
                    send(place, List.of(record), locks).get(0).state();
            if (recorded == RecurringTick.State.MADE) {
                made(new Planned(planned.entry(), planned.at(), record, null, failure, false));
                comes(now.plus(SOON)); // a tick on time behind it was not made
            }
            if (recorded != RecurringTick.State.REFUSED) {
                return;
            }
        }
        putOff(tick, "can neither be pushed nor recorded as failed", refusal, now);
    }

    private void putOff(RecurringTick tick, String problem, String refusal, Instant now) {
        reader.putOff(tick.name(), now.plus(PUT_OFF));
        comes(now.plus(PUT_OFF));
        LOG.warn(
                "The recurring job \"{}\" of {} {} ({}); it is tried again in {} seconds",
                JsonRules.forLog(tick.name()),
                tick.newLastRun(),
                problem,
                JsonRules.forLog(refusal),
                PUT_OFF.toSeconds());
    }
}
