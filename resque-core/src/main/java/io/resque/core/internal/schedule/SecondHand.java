package io.resque.core.internal.schedule;

import java.util.concurrent.TimeUnit;

/**
 * Where the seconds of the backend's clock begin, by the nanoseconds of this JVM. A look tells the second only. So each look says that the
 * clock was somewhere within a second, and all of them together say it ever more exactly. Used by one thread.
 */
final class SecondHand {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** More exactly is not needed. */
    private static final long EXACT = TimeUnit.MILLISECONDS.toNanos(15);

    private static final long LEAST_STEP = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_STEP = TimeUnit.MILLISECONDS.toNanos(30);

    /** One part of so many is how fast one clock may run ahead of the other. */
    private static final long DRIFT = 5_000;

    /** A second that was seen first, so that the numbers stay small. */
    private long base;

    /** The backend has been in {@link #base} for as many nanoseconds when this JVM's were 0: at least, and at most. */
    private long least;

    private long most;
    private long seen;
    private boolean hasSeen;

    /**
     * A look told a second.
     *
     * @param begun when it was sent, in nanoseconds of this JVM
     * @param ended when its answer was there
     */
    void saw(long second, long begun, long ended) {
        long low = hasSeen ? (second - base) * SECOND - ended : -ended;
        long high = (hasSeen ? (second - base) * SECOND : 0) + SECOND - begun;
        if (!hasSeen) {
            base = second;
        } else {
            long drift = (begun - seen) / DRIFT;
            low = Math.max(low, least - drift);
            high = Math.min(high, most + drift);
        }
        if (low > high) { // somebody has moved one of the clocks
            base = second;
            low = -ended;
            high = SECOND - begun;
        }
        least = low;
        most = high;
        seen = ended;
        hasSeen = true;
    }

    /** Whether a look at the right moment would tell more. */
    boolean isVague() {
        return most - least > EXACT;
    }

    /** So many nanoseconds from now, the second certainly has not begun before. */
    long nanosUntil(long second, long now) {
        long seconds = second - base;
        if (!hasSeen || seconds <= 0) {
            return 0;
        } else if (seconds > TimeUnit.DAYS.toSeconds(1)) {
            return TimeUnit.DAYS.toNanos(1);
        }
        return Math.max(0, seconds * SECOND - most - now);
    }

    /** How long to wait after a look at a second that had not begun. */
    long step() {
        return Math.min(LONGEST_STEP, Math.max(LEAST_STEP, (most - least) / 32));
    }

    /** So many nanoseconds from now, within the next second, a look would halve what is not known. */
    long nanosUntilBestLook(long now) {
        return SECOND - Math.floorMod(now + least + (most - least) / 2, SECOND);
    }
}
