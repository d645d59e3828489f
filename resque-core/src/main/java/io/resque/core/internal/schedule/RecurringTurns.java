package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.RecurringEntries;
import io.resque.core.internal.support.Log;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * When a scheduler makes its passes over the recurring jobs: at the next tick by the backend's clock, and as often as its caller wants to
 * know of entries that were written meanwhile. While it fires none, that is one command. A loop calls {@link #turn} whenever it likes;
 * other threads can call the other methods.
 */
public final class RecurringTurns {
    private static final Logger LOG = Log.WORKER;
    /** While none of the entries is fired here, every so many looks read them all: one may have changed. */
    private static final int WHOLE_LOOK = 5;

    /** So much later than the scheduler with the lease the others make the ticks that it has not made; and so much more at most, by chance. */
    private static final long LAG = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long MOST_MORE_LAG = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

    private final RecurringEntries entries;
    private final RecurringPass pass;
    private final SecondHand hand = new SecondHand();

    /** When there is something to do next, in nanoseconds of this JVM. */
    private long wake;

    /** When it looked last. */
    private long looked;

    private boolean leads = true;

    private @Nullable Instant next;

    /** How many entries there were when they were read last. */
    private int known;

    private long looks;

    private boolean hasPassed;
    private boolean isWaiting;
    private long failures;

    private final MoveCounts counts = new MoveCounts();
    private volatile @Nullable Throwable error;

    /**
     * For one scheduler.
     *
     * @param fires which entries it fires; asked before each pass
     * @param zone the zone of a cron expression of Ruby's that names none
     */
    public RecurringTurns(
            RecurringEntries entries,
            JobSerializer serializer,
            TickJobs jobs,
            Supplier<FiredEntries> fires,
            ZoneId zone) {
        this.entries = entries;
        this.pass = new RecurringPass(entries, serializer, jobs, fires, zone, counts);
    }

    /** Whether this scheduler makes ticks at once from now on; otherwise it leaves them to another one for a moment. */
    void lead(boolean does) {
        leads = does;
    }

    /**
     * Does what there is to do now, and returns after how many nanoseconds there may be more. Throws nothing.
     *
     * @param every so many nanoseconds after its last look it looks again whether entries were written; at each call it can be another number
     * @param goesOn asked between pages; the pass ends once it says false
     */
    long turn(long every, BooleanSupplier goesOn) {
        long now = System.nanoTime();
        long left = error == null ? Math.min(wake - now, looked + every - now) : wake - now;
        if (isWaiting && left > 0) {
            return left;
        }
        long wait;
        try {
            wait = look(every, goesOn);
            worksAgain();
        } catch (Throwable e) { // nothing that Redis or data can do ends the loop
            wait = failed(e, goesOn);
        }
        looked = System.nanoTime();
        wake = looked + wait;
        isWaiting = true;
        return wait;
    }

    private long look(long every, BooleanSupplier goesOn) {
        // The first look reads all, so that a missing right is found at the start.
        if (!hasPassed || next != null || entries.count() != known || known > 0 && ++looks % WHOLE_LOOK == 0) {
            RecurringResult result = run(goesOn);
            next = result.next();
            known = result.entries();
            hasPassed = true;
        }
        Instant due = next;
        if (due == null) {
            return every;
        }
        long now = System.nanoTime();
        long lag = leads ? 0 : LAG + ThreadLocalRandom.current().nextLong(MOST_MORE_LAG);
        long until = hand.nanosUntil(due.getEpochSecond(), now - lag);
        if (until == 0) {
            return leads ? hand.step() : lag;
        }
        return Math.min(until, hand.isVague() ? Math.min(every, hand.nanosUntilBestLook(now)) : every);
    }

    private synchronized RecurringResult run(BooleanSupplier goesOn) {
        long begun = System.nanoTime();
        RecurringResult result = pass.run(goesOn);
        hand.saw(result.now().getEpochSecond(), begun, System.nanoTime());
        return result;
    }

    /** Makes one pass in this thread. Throws nothing that Redis or data can cause. */
    void passOnce(BooleanSupplier goesOn) {
        String problem = null;
        try {
            if (goesOn.getAsBoolean() && entries.count() > 0) {
                run(goesOn);
            }
        } catch (BackendException e) {
            problem = String.valueOf(e.getMessage());
        } catch (RuntimeException | Error e) {
            problem = e.toString();
        }
        if (problem != null && goesOn.getAsBoolean()) {
            LOG.warn("Recurring jobs that are due were not pushed: {}", JsonRules.forLog(problem));
        }
    }

    /** How many jobs it has put onto their queues. */
    long fired() {
        return counts.moved.get();
    }

    /** How many ticks listeners have vetoed. */
    long vetoed() {
        return counts.vetoed.get();
    }

    /** How many ticks have become failures. */
    long failed() {
        return counts.failed.get();
    }

    /** What keeps it from working; null once it can, and when it does not run. */
    @Nullable
    Throwable error() {
        return error;
    }

    /** Its loop has ended, and can begin again. */
    void ended() {
        hasPassed = false;
        isWaiting = false;
        failures = 0;
        error = null;
    }

    private void worksAgain() {
        if (error != null) {
            LOG.warn("Recurring jobs are fired again");
            error = null;
        }
        failures = 0;
    }

    private long failed(Throwable e, BooleanSupplier goesOn) {
        hasPassed = false;
        if (!goesOn.getAsBoolean()) { // its connection may have been closed
            return 0;
        }
        if (error == null) {
            if (e instanceof BackendException) {
                LOG.warn("Recurring jobs are not fired for now: {}", JsonRules.forLog(String.valueOf(e.getMessage())));
            } else {
                LOG.error("Recurring jobs are not fired for now", e);
            }
        }
        error = e;
        failures = Math.min(failures + 1, 10);
        return Math.min(LONGEST_WAIT, RETRY * failures);
    }
}
