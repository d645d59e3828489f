package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Effect;
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

    private final RecurringEntries entries;
    private final EntryReader reader;
    private final TickJobs jobs;
    private final FiredEntries fires;

    private long fired;
    private long skipped;
    private long failed;
    private @Nullable Instant next;

    /**
     * The passes of one scheduler.
     *
     * @param zone the zone of a cron expression of Ruby's that names none
     */
    RecurringPass(RecurringEntries entries, JobSerializer serializer, TickJobs jobs, FiredEntries fires, ZoneId zone) {
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
    }

    /**
     * A tick that is to be made.
     *
     * @param job what it pushes; null if it pushes nothing
     * @param failure why it pushes nothing; null unless that is a failure
     */
    private record Planned(
            ReadEntry entry, RecurringTick tick, @Nullable ReadyJob job, JobOutcome.@Nullable Failed failure) {}

    /**
     * Makes a pass.
     *
     * @throws BackendException as the backend; ticks that were made before are made
     */
    RecurringResult run() {
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
                    plan(entry, now, planned);
                }
            }
            make(page.place(), planned, now);
            from = page.next();
        } while (from != null);
        reader.retain(names);
        return new RecurringResult(fired, skipped, failed, now, next, reader.problems());
    }

    private void plan(RecurringEntry stored, Instant now, List<Planned> planned) {
        ReadEntry entry = reader.read(stored);
        if (entry == null || stored.config() == null || stored.paused() || !fires.has(entry)) {
            return;
        }
        Instant putOff = reader.putOff(stored.name());
        if (putOff != null && putOff.isAfter(now)) {
            comes(putOff);
            return;
        }
        Instant settled = entry.settled(stored.lastRun());
        if (settled == null) { // from now on
            planned.add(new Planned(entry, tick(stored, stored.lastRun(), now, null, List.of()), null, null));
            comes(entry.recurrence().next(now));
            return;
        }
        String lastRun = stored.lastRun();
        for (DueTick due : DueTick.of(entry.recurrence(), settled, now)) {
            Planned tick = due.missed() && entry.misfire() == Misfire.SKIP
                    ? new Planned(entry, tick(stored, lastRun, due.at(), null, List.of()), null, null)
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
            ReadyJob job = jobs.job(entry);
            DelayedMove.ToQueue target = job == null ? null : new DelayedMove.ToQueue(entry.queue(), job.payload());
            return new Planned(entry, tick(stored, lastRun, at, target, List.of()), job, null);
        } catch (Throwable e) { // of a listener: it must not keep other ticks from being made
            JobOutcome.Failed failure = JobOutcome.Failed.of(e, RecurringPass.class);
            List<Effect> effects = jobs.failure(entry, failure);
            return new Planned(entry, tick(stored, lastRun, at, null, effects), null, failure);
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

    private void make(String place, List<Planned> planned, Instant now) {
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
                    entries.tick(place, some.stream().map(Planned::tick).toList());
            for (int i = 0; i < some.size(); i++) {
                RecurringTick.Outcome outcome = outcomes.get(i);
                switch (outcome.state()) {
                    case MADE -> made(some.get(i));
                    case GONE -> comes(now.plus(SOON)); // if its entry has changed, it may be due at once
                    case REFUSED -> file(place, some.get(i), String.valueOf(outcome.refusal()), now);
                }
            }
            from = to;
        }
    }

    private static long size(RecurringTick tick) {
        DelayedMove.ToQueue target = tick.target();
        return tick.config().size() + (target == null ? 0 : target.payload().size());
    }

    private void made(Planned planned) {
        RecurringTick tick = planned.tick();
        if (planned.failure() != null) {
            failed++;
            jobs.recorded(tick.effects());
            LOG.warn(
                    "The recurring job \"{}\" of {} became a failure: {}",
                    JsonRules.forLog(tick.name()),
                    tick.newLastRun(),
                    JsonRules.forLog(planned.failure().message()));
        } else if (planned.job() != null) {
            fired++;
            jobs.pushed(planned.job());
            LOG.debug("The recurring job \"{}\" of {} was pushed", JsonRules.forLog(tick.name()), tick.newLastRun());
        } else {
            skipped++;
            LOG.info(
                    "The recurring job \"{}\" was not pushed; its ticks up to {} are settled",
                    JsonRules.forLog(tick.name()),
                    tick.newLastRun());
        }
    }

    /** Records a tick that was refused, or puts it off if that cannot be done either. */
    private void file(String place, Planned planned, String refusal, Instant now) {
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
                    entries.tick(place, List.of(record)).get(0).state();
            if (recorded == RecurringTick.State.MADE) {
                made(new Planned(planned.entry(), record, null, failure));
                comes(now.plus(SOON)); // a tick on time behind it was not made
            }
            if (recorded != RecurringTick.State.REFUSED) {
                return;
            }
        }
        reader.putOff(tick.name(), now.plus(PUT_OFF));
        comes(now.plus(PUT_OFF));
        LOG.warn(
                "The recurring job \"{}\" of {} can neither be pushed nor recorded as failed ({}); it is tried again in {} seconds",
                JsonRules.forLog(tick.name()),
                tick.newLastRun(),
                JsonRules.forLog(refusal),
                PUT_OFF.toSeconds());
    }
}
