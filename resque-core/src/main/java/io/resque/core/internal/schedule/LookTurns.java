package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedLook;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a scheduler looks for items that somebody has written for an earlier second. Of all schedulers, the one that has the lease looks
 * once a second. The others ask for the lease the less often the more they are, so that up to sixty of them ask about once a second
 * together. Each asks at least once in {@link #MOST_WAIT} and a quarter: most of the others can have ended since they were counted. For one
 * thread.
 */
final class LookTurns {
    static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    /** The lease lasts for three looks, so each second one renews it. */
    private static final int RENEWS = 2;

    /** A scheduler without the lease looks all the same at every so many questions for it. */
    private static final int OWN_LOOK = 6;

    /** The fewest seconds between two questions for the lease. */
    private static final long LEAST_WAIT = 3;

    /** The most seconds, but for what {@link #spread} adds. */
    private static final long MOST_WAIT = 60;

    /** How many schedulers there are is asked a minute after the start, when those that start together are there, and then seldom. */
    private static final Duration FIRST_COUNT = Duration.ofMinutes(1);

    private static final Duration COUNT = Duration.ofMinutes(15);

    /** For how long one that was killed still counts. */
    private static final Duration STAYS = COUNT.multipliedBy(2);

    private final DelayedItems items;
    private final String name;

    private boolean hasLease;
    private int looks;
    private long nextLook;
    private boolean hasLooked;

    private long schedulers = 1;
    private int counts;
    private long nextCount;

    LookTurns(DelayedItems items) {
        this.items = items;
        this.name = UUID.randomUUID().toString();
    }

    /** Whether this scheduler looks for all. */
    boolean hasLease() {
        return hasLease;
    }

    /** So many nanoseconds from now it is this scheduler's turn. */
    long nanosUntil(long now) {
        return hasLooked ? Math.max(0, Math.min(nextLook, nextCount) - now) : 0;
    }

    /** About so many nanoseconds are between two looks that this scheduler makes itself, though another one may look for it. */
    long ownInterval() {
        return hasLease ? LOOK : OWN_LOOK * interval();
    }

    /** About so many nanoseconds are between two turns of this scheduler. */
    long interval() {
        return hasLease ? LOOK : TimeUnit.SECONDS.toNanos(Math.min(MOST_WAIT, Math.max(LEAST_WAIT, schedulers)));
    }

    /** Makes a turn. Returns null if another scheduler looks for this one. */
    @Nullable
    DelayedLook look() {
        if (hasCounted() && hasLooked && System.nanoTime() - nextLook < 0) {
            return null;
        }
        boolean asks = !hasLease || ++looks % RENEWS == 0;
        DelayedLook look = items.look("", asks ? new DelayedLook.Lease(name, hasLease) : null);
        if (asks) {
            hasLease = look.hasLease();
        }
        hasLooked = true;
        nextLook = System.nanoTime() + (hasLease ? LOOK : spread(Duration.ofNanos(interval())));
        if (hasLease) {
            return look;
        }
        // Something in the place of the lease must not keep all schedulers from looking for ever.
        return ++looks % OWN_LOOK == 0 ? items.look("", null) : null;
    }

    /** Counts them, if it is time for that. */
    private boolean hasCounted() {
        if (counts > 0 && System.nanoTime() - nextCount < 0) {
            return false;
        }
        try {
            schedulers = items.join(name, STAYS);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) { // such as a right that is missing: then it asks more often than it must
            schedulers = 1;
        }
        nextCount = System.nanoTime() + spread(counts == 0 ? FIRST_COUNT : COUNT);
        counts++;
        return true;
    }

    /** About so many nanoseconds: schedulers that start together must not ask together. */
    private static long spread(Duration time) {
        return (long) (time.toNanos() * ThreadLocalRandom.current().nextDouble(0.75, 1.25));
    }

    /** Gives the lease back, so that another scheduler need not wait for its end. Throws nothing that Redis can cause. */
    void leave() {
        hasLease = false;
        hasLooked = false;
        if (counts == 0) {
            return;
        }
        counts = 0;
        try {
            items.leave(name);
        } catch (RuntimeException e) {
            // The lease ends soon, and its name is forgotten later.
        }
    }
}
