package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Moves due items onto their queues, and fires recurring jobs, in a thread of its own, as long as somebody wants that: a worker, or a user.
 * It sleeps until the next second at which something is due, and looks once a second whether somebody has written an earlier item, or
 * recurring jobs; those are two commands. Nothing but a stop ends it. Thread-safe.
 */
public final class SchedulerLoop {
    private static final Logger LOG = Log.WORKER;
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    /** Every so many looks is a whole one: somebody may have moved the backend's clock. */
    private static final int WHOLE_LOOK = 5;

    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** While another library's lock is away for less, its schedulers may be choosing the next one. */
    static final Duration TAKEOVER = Duration.ofSeconds(10);

    private final DelayedItems items;
    private final DueMoves moves;
    private final ForeignLocks locks;
    private final @Nullable RecurringTurns recurring;
    private final long takeover;
    private final DaemonThreads threads;

    private final Set<Object> users = new HashSet<>();
    private @Nullable Thread thread;
    private boolean isClosed;

    private final SecondHand hand = new SecondHand();
    private @Nullable Long next;
    private boolean hasPassed;
    private long failures;
    private long looks;
    private long heldAt;

    private final AtomicLong moved = new AtomicLong();
    private volatile @Nullable Throwable error;
    private volatile ForeignLocks.@Nullable Holder holder;

    /**
     * A loop that has not begun.
     *
     * @param recurring fires recurring jobs in the same thread; null if the backend has none
     */
    public SchedulerLoop(
            DelayedItems items,
            DueMoves moves,
            ForeignLocks locks,
            @Nullable RecurringTurns recurring,
            DaemonThreads threads) {
        this(items, moves, locks, recurring, threads, TAKEOVER);
    }

    SchedulerLoop(
            DelayedItems items,
            DueMoves moves,
            ForeignLocks locks,
            @Nullable RecurringTurns recurring,
            DaemonThreads threads,
            Duration takeover) {
        this.items = items;
        this.moves = moves;
        this.locks = locks;
        this.recurring = recurring;
        this.threads = threads;
        this.takeover = takeover.toNanos();
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
        return moved.get();
    }

    /** How many recurring jobs it has put onto their queues. */
    public long fired() {
        return recurring == null ? 0 : recurring.fired();
    }

    /** What keeps it from working; null once it can, and when it does not run. */
    public @Nullable Throwable error() {
        return error == null && recurring != null ? recurring.error() : error;
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
                    ? DuePass.run(items, moves, locks, both, moved::addAndGet).stuck()
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
        while (isWantedAfter(wait)) {
            if (wake - System.nanoTime() <= 0) {
                wake = System.nanoTime() + turnOrWait();
            }
            long untilTick = fire();
            wait = Math.min(wake - System.nanoTime(), untilTick);
        }
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
        // While Redis does not answer, one call that waits for it is enough: workers wait for the same connection.
        boolean isAway = error instanceof BackendUnavailableException;
        return recurring == null || isAway ? LONGEST_WAIT : recurring.turn(LOOK, this::isWanted);
    }

    /** Many delayed jobs must not keep recurring jobs from being on time. */
    private boolean goesOn() {
        fire();
        return isWanted();
    }

    /** Waits, and tells whether somebody still wants this loop. If not, its thread ends. */
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
        if (users.isEmpty()) {
            thread = null;
            hasPassed = false;
            failures = 0;
            error = null;
            if (recurring != null) {
                recurring.ended();
            }
            notifyAll();
            return false;
        }
        return true;
    }

    /** Does what there is to do now, and returns after how many nanoseconds there may be more. */
    private long turn() {
        if (isHeldElsewhere()) {
            return LOOK;
        }
        Long due = next;
        boolean isTime = !hasPassed || due != null && hand.nanosUntil(due, System.nanoTime()) == 0;
        looks++;
        if (isTime || due != null && (hand.isVague() || looks % WHOLE_LOOK == 0) || hasEarlier(due)) {
            pass();
        }
        Long later = next;
        if (later == null) {
            return LOOK;
        }
        long now = System.nanoTime();
        long until = hand.nanosUntil(later, now);
        return until == 0 ? hand.step() : Math.min(until, hand.isVague() ? hand.nanosUntilBestLook(now) : LOOK);
    }

    private void pass() {
        long begun = System.nanoTime();
        PassResult result = DuePass.run(items, moves, locks, this::goesOn, moved::addAndGet);
        hand.saw(result.now(), begun, System.nanoTime());
        next = result.later();
        hasPassed = true;
        held(result.holder());
        if (result.stuck() != null) {
            throw new BackendException("Delayed jobs that are due cannot be moved: " + result.stuck());
        }
    }

    private void held(ForeignLocks.@Nullable Holder now) {
        if (now != null) {
            heldAt = System.nanoTime();
        }
        if (now != null && holder == null) {
            LOG.info(
                    "The scheduler {} holds {} and moves the delayed jobs; this one waits",
                    JsonRules.forLog(now.value()),
                    JsonRules.forLog(now.lock()));
        }
        holder = now;
    }

    /** Whether a scheduler of another library holds its lock, or did so a moment ago. */
    private boolean isHeldElsewhere() {
        if (holder == null) {
            return false;
        }
        ForeignLocks.Holder now = items.due("", locks, 1, 1).holder();
        if (now == null && System.nanoTime() - heldAt < takeover) {
            return true;
        }
        if (now == null) {
            hasPassed = false;
        }
        held(now);
        return now != null;
    }

    /** Whether somebody has written an item that is due before the one that was seen last. */
    private boolean hasEarlier(@Nullable Long due) {
        long last = due == null ? Long.MAX_VALUE : due - 1;
        String from = "";
        while (from != null) {
            DelayedCount part = items.count(from, Long.MIN_VALUE, last);
            if (part.items() > 0) {
                return true;
            }
            from = part.next();
        }
        return false;
    }

    private void worksAgain() {
        if (error != null) {
            LOG.warn("Delayed jobs are moved again");
            error = null;
        }
        failures = 0;
    }

    private long failed(Throwable e) {
        hasPassed = false;
        if (!isWanted()) { // its connection may have been closed
            return 0;
        }
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
