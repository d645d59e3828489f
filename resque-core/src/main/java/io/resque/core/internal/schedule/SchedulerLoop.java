package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.SchedulerMode;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Moves due items onto their queues, and fires recurring jobs, in a thread of its own, as long as somebody wants that: a worker, or a user.
 * It sleeps until the next second at which something is due. {@link LookTurns} says when it looks whether somebody has written an earlier
 * item, or recurring jobs. Of all schedulers, the one that has the lease moves the items that are due, at once; the others look a moment later
 * whether it did so, and do it otherwise. Nothing but a stop ends it. Thread-safe.
 */
public final class SchedulerLoop {
    private static final Logger LOG = Log.WORKER;
    private static final long LOOK = LookTurns.LOOK;

    /** After so long a pass is made in any case: somebody may have moved the backend's clock. */
    private static final long WHOLE_LOOK = TimeUnit.SECONDS.toNanos(30);

    /** After so long the locks of other libraries that are ours are renewed, which last for three times as long. */
    private static final long RENEWAL = TimeUnit.SECONDS.toNanos(10);

    /** After so long a scheduler without the lease renews them, too: the one that has it may not, or may be gone. */
    private static final long OTHERS_RENEWAL = TimeUnit.SECONDS.toNanos(20);

    /** So much later than the scheduler with the lease the others look what is due; and so much more at most, by chance. */
    private static final long LAG = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long MOST_MORE_LAG = TimeUnit.MILLISECONDS.toNanos(100);

    /** Only shortly before an item is due must the clock of the backend be known exactly. */
    private static final long SOON = TimeUnit.SECONDS.toNanos(10);

    /** A scheduler without the lease looks so often, or at its turns, whether another library's scheduler still holds its lock. */
    private static final long HOLDER_LOOK = TimeUnit.SECONDS.toNanos(30);

    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final DelayedItems items;
    private final DueMoves moves;
    private final SchedulerMode mode;
    private final ForeignLocks locks;
    private final @Nullable RecurringTurns recurring;
    private final DaemonThreads threads;

    private final Set<Object> users = new HashSet<>();
    private @Nullable Thread thread;
    private boolean isClosed;

    private final SecondHand hand = new SecondHand();
    private final LookTurns turns;
    private @Nullable Long next;
    private boolean hasPassed;

    /** Since the last pass, items stand up to the second {@link #stuckAt} that are due and cannot be moved. They are tried again then. */
    private boolean isStuck;

    private long stuckAt;
    private long tryAgain;
    private boolean knowsRights;
    private long passed;
    private long failures;
    private long lag = LAG;

    /** The scheduler with the lease has not moved what was due. */
    private boolean isAlone;

    private final MoveCounts counts = new MoveCounts();
    private volatile @Nullable Throwable error;
    private volatile boolean isAnswered;
    private volatile ForeignLocks.@Nullable Holder holder;

    /**
     * It does not run yet.
     *
     * @param lockPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for Ruby's schedulers; empty if it is not set
     * @param recurring fires recurring jobs in the same thread; null if the backend has none
     */
    public SchedulerLoop(
            DelayedItems items,
            DueMoves moves,
            SchedulerMode mode,
            String lockPrefix,
            @Nullable RecurringTurns recurring,
            DaemonThreads threads) {
        this.items = items;
        this.moves = moves;
        this.mode = mode;
        this.locks = new ForeignLocks(lockPrefix, mode != SchedulerMode.BESIDE);
        this.recurring = recurring;
        this.threads = threads;
        this.turns = new LookTurns(items);
    }

    /** Runs until this user, and all others, have called {@link #stop}. Does nothing once this is closed. */
    public synchronized void start(Object user) {
        if (isClosed) {
            return;
        }
        if (thread == null) {
            Thread made = threads.make(this::run, "resque-scheduler");
            made.setDaemon(false); // as the threads of workers
            made.start(); // or it throws an Error, and nothing has begun
            thread = made;
            SchedulerStart.tell(mode);
        }
        users.add(user);
    }

    /** This user needs it no more. Does not wait. */
    public synchronized void stop(Object user) {
        users.remove(user);
        notifyAll();
    }

    /** Ends it for all users and for good. Does not wait. */
    public synchronized void end() {
        isClosed = true;
        users.clear();
        notifyAll();
    }

    /** Waits until its thread has ended, for a second at most, unless others use it. */
    public void awaitEnd() {
        if (Thread.currentThread() == threadOrNull()) {
            return;
        }
        Uninterrupted.await(CLOSE_WAIT, nanos -> {
            long end = System.nanoTime() + nanos;
            synchronized (this) {
                for (long left = nanos; thread != null && users.isEmpty() && left > 0; left = end - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
                }
                return true;
            }
        });
    }

    private synchronized @Nullable Thread threadOrNull() {
        return thread;
    }

    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** How many jobs it has put onto their queues. */
    public long moved() {
        return counts.moved.get();
    }

    /** How many delayed jobs it has taken out, and how many ticks of recurring jobs it has settled, because a listener vetoed them. */
    public long vetoed() {
        return counts.vetoed.get() + (recurring == null ? 0 : recurring.vetoed());
    }

    /** How many items, entries of the schedule, and ticks it has made failures of. */
    public long failed() {
        return counts.failed.get() + (recurring == null ? 0 : recurring.failed());
    }

    /** How many recurring jobs it has put onto their queues. */
    public long fired() {
        return recurring == null ? 0 : recurring.fired();
    }

    /** What keeps it from working; null once it can, and when it does not run. */
    public @Nullable Throwable error() {
        return error == null && recurring != null ? recurring.error() : error;
    }

    /** Whether it runs, Redis has answered it, and nothing keeps it from working. */
    public boolean isWorking() {
        return isAnswered && error() == null;
    }

    /** The scheduler of another library that moves the jobs; null if there is none. */
    public ForeignLocks.@Nullable Holder holder() {
        return holder;
    }

    /**
     * Makes one pass over recurring and then delayed jobs in this thread. Throws nothing that Redis or data can cause.
     *
     * @param goesOn asked before each page; the pass also ends once this loop was ended
     */
    public void passOnce(BooleanSupplier goesOn) {
        BooleanSupplier both = () -> goesOn.getAsBoolean() && !isEnded();
        if (recurring != null) {
            recurring.passOnce(both);
        }
        String problem;
        try {
            problem = both.getAsBoolean()
                    ? DuePass.run(items, moves, locks, both, counts).stuck()
                    : null;
        } catch (BackendException e) {
            problem = String.valueOf(e.getMessage());
        } catch (RuntimeException | Error e) {
            problem = e.toString();
        }
        if (problem != null && both.getAsBoolean()) {
            LOG.warn("Delayed jobs that are due were not moved: {}", JsonRules.forLog(problem));
        }
    }

    private synchronized boolean isEnded() {
        return isClosed;
    }

    private synchronized boolean isWanted() {
        return !users.isEmpty();
    }

    private void run() {
        long wait = 0;
        long wake = System.nanoTime();
        do {
            while (isWantedAfter(wait)) {
                if (wake - System.nanoTime() <= 0) {
                    wake = System.nanoTime() + turnOrWait();
                }
                long untilTick = fire();
                wait = Math.min(wake - System.nanoTime(), untilTick);
            }
            if (!(error instanceof BackendUnavailableException)) { // or it would wait for Redis
                turns.leave();
            }
        } while (!hasEnded());
    }

    private long turnOrWait() {
        try {
            long wait = turn();
            worksAgain();
            return wait;
        } catch (Throwable e) { // nothing that Redis or data can do ends it
            return failed(e);
        }
    }

    /** Fires the recurring jobs that are due, and returns after how many nanoseconds there may be more. */
    private long fire() {
        if (recurring != null) {
            recurring.lead(leads());
        }
        // While Redis does not answer, one call that waits for it is enough: workers wait for the same connection.
        boolean isAway = error instanceof BackendUnavailableException;
        return recurring == null || isAway ? LONGEST_WAIT : recurring.turn(turns.ownInterval(), this::isWanted);
    }

    /** Many delayed jobs must not keep recurring jobs from being on time. */
    private boolean goesOn() {
        fire();
        return isWanted();
    }

    /** Waits, and tells whether somebody still wants this loop. */
    private synchronized boolean isWantedAfter(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean isInterrupted = false;
        for (long left = nanos; left > 0 && !users.isEmpty(); left = end - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                isInterrupted = true; // by whom? A stop does not interrupt
            }
        }
        if (isInterrupted) {
            LOG.debug("The scheduler was interrupted, and goes on");
        }
        return !users.isEmpty();
    }

    /** Whether its thread must end, since nobody has wanted this loop again meanwhile. */
    private synchronized boolean hasEnded() {
        if (!users.isEmpty()) {
            return false;
        }
        thread = null;
        hasPassed = false;
        isStuck = false;
        failures = 0;
        error = null;
        isAnswered = false;
        if (recurring != null) {
            recurring.ended();
        }
        notifyAll();
        return true;
    }

    /** Does what there is to do now, and returns after how many nanoseconds there may be more. */
    private long turn() {
        if (!hasPassed && !knowsRights) {
            SchedulerStart.tellMissingRights(items);
            knowsRights = true;
        }
        if (!hasPassed || isStuck && nanosUntilRetry() == 0 || isWholeLook()) {
            pass();
        } else if (holder == null && isTime()) {
            passAsDue();
        }
        if (turns.nanosUntil(System.nanoTime()) == 0) {
            look();
        }
        return nanosUntilTurn();
    }

    /** Whether this scheduler moves what is due without waiting for another one. */
    private boolean leads() {
        return turns.hasLease() || isAlone;
    }

    private boolean isWholeLook() {
        long since = System.nanoTime() - passed;
        if (holder != null) {
            return since >= (turns.hasLease() ? LOOK : Math.max(HOLDER_LOOK, turns.interval()));
        }
        boolean isRenewal = locks.holds() && since >= (turns.hasLease() ? RENEWAL : OTHERS_RENEWAL);
        return isRenewal || turns.hasLease() && (next != null && since >= WHOLE_LOOK || isVagueAndSoon());
    }

    /** Whether a pass would tell more exactly when the next second begins, and this matters. */
    private boolean isVagueAndSoon() {
        Long due = next;
        return due != null && hand.isVague() && hand.nanosUntil(due, System.nanoTime()) < SOON;
    }

    private long nanosUntilRetry() {
        return Math.max(0, tryAgain - System.nanoTime());
    }

    private boolean isTime() {
        Long due = next;
        return due != null && nanosUntil(due) == 0;
    }

    private long nanosUntil(long due) {
        return hand.nanosUntil(due, System.nanoTime() - (leads() ? 0 : lag));
    }

    private void passAsDue() {
        boolean hasWaited = !leads();
        lag = LAG + ThreadLocalRandom.current().nextLong(MOST_MORE_LAG);
        Long due = next;
        if (hasWaited && due != null) {
            Long first = items.look("", null).first();
            if (first == null || first > due) {
                next = first; // the scheduler with the lease has moved what was due
                return;
            }
        }
        long moved = pass().moved();
        boolean hasNotBegun = due != null && due.equals(next);
        if (!hasNotBegun) {
            isAlone = !turns.hasLease() && moved > 0;
        }
    }

    private long nanosUntilTurn() {
        if (!hasPassed) {
            return 0;
        }
        long now = System.nanoTime();
        long wait = Math.min(turns.nanosUntil(now), isStuck ? Math.min(LOOK, nanosUntilRetry()) : LOOK);
        Long due = next;
        if (holder != null || due == null) {
            return wait;
        }
        long until = nanosUntil(due);
        if (until == 0) {
            return leads() ? hand.step() : LAG; // the others have no hurry, and are many
        }
        boolean isVague = turns.hasLease() && isVagueAndSoon();
        return Math.min(Math.min(wait, until), isVague ? hand.nanosUntilBestLook(now) : wait);
    }

    /** Looks whether somebody has written an item for an earlier second, if it is this scheduler's turn. */
    private void look() {
        long begun = System.nanoTime();
        DelayedLook look = turns.look();
        isAlone &= !turns.hasLease();
        if (look == null) {
            return;
        }
        Long first = look.first();
        if (!isStuck || first == null || first > stuckAt) { // otherwise it is what is stuck, and hides the next one
            next = first;
        }
        Long now = look.now();
        if (now != null) {
            hand.saw(now, begun, System.nanoTime());
        }
    }

    private PassResult pass() {
        long begun = System.nanoTime();
        PassResult result = DuePass.run(items, moves, locks, this::goesOn, counts);
        hand.saw(result.now(), begun, System.nanoTime());
        next = result.later();
        hasPassed = true;
        passed = System.nanoTime();
        held(result.holder());
        isStuck = result.stuck() != null;
        if (isStuck) { // which is no reason to be late with others
            stuckAt = result.now();
            tryAgain = System.nanoTime()
                    + trouble(new BackendException("Delayed jobs that are due cannot be moved: " + result.stuck()));
        }
        return result;
    }

    private void held(ForeignLocks.@Nullable Holder now) {
        if (now != null && holder == null) {
            LOG.info(
                    "The scheduler {} holds {} and moves the delayed jobs; this one waits",
                    JsonRules.forLog(now.value()),
                    JsonRules.forLog(now.lock()));
        }
        holder = now;
    }

    private void worksAgain() {
        if (isStuck) {
            return;
        }
        if (error != null) {
            LOG.warn("Delayed jobs are moved again");
            error = null;
        }
        isAnswered = true;
        failures = 0;
    }

    private long failed(Throwable e) {
        hasPassed = false;
        if (!isWanted()) { // its connection may have been closed
            return 0;
        }
        return trouble(e);
    }

    /** Tells it if it is new, and returns after how many nanoseconds to try again. */
    private long trouble(Throwable e) {
        if (error == null) {
            if (e instanceof BackendException) {
                LOG.warn("Delayed jobs are not moved for now: {}", JsonRules.forLog(String.valueOf(e.getMessage())));
            } else {
                LOG.error("Delayed jobs are not moved for now", e);
            }
        }
        error = e;
        failures = Math.min(failures + 1, 10);
        return Math.min(LONGEST_WAIT, LOOK * failures);
    }
}
