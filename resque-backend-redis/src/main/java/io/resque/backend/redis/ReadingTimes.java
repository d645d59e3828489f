package io.resque.backend.redis;

import java.time.Duration;

/**
 * When a {@link QueueTracker} reads, in nanoseconds as {@link System#nanoTime} counts them. It reads what is unread as soon
 * as it may, after a pause that grows while it finds nothing; all again once in a while, whatever the server has told; and
 * otherwise only for a sign of life. The lock of the {@link WaitingLine} guards it.
 */
final class ReadingTimes {
    /** How long a job can lie where a message of the server got lost, or where this program or the server has a fault. */
    private static final long ALL_AGAIN = Duration.ofSeconds(30).toNanos();

    /** How often all is read where the server tells nothing, and how long a tracker waits after a failure. */
    private static final long POLL = Duration.ofSeconds(1).toNanos();

    /** How soon a dead connection is noticed, or a server that is no longer the primary. */
    private static final long SIGN_OF_LIFE = Duration.ofSeconds(5).toNanos();

    /** The same for {@link #CAREFUL} after a connection broke twice within {@link #SOON}, as if the server closed idle connections. */
    private static final long SIGN_OF_LIFE_IF_CAREFUL = Duration.ofSeconds(1).toNanos();

    private static final long SOON = Duration.ofMinutes(1).toNanos();
    private static final long CAREFUL = Duration.ofMinutes(10).toNanos();

    /**
     * How long the thread and its connection stay when no worker waits. The server remembers for each key which connections
     * read it until the key changes, even after they were closed. So connections should not come and go.
     */
    private static final long KEEP = Duration.ofMinutes(10).toNanos();

    /** After readings that found nothing: other processes are faster, or the server forgets what it was asked to tell. */
    private static final long FIRST_PAUSE = Duration.ofMillis(1).toNanos();

    private static final long LONGEST_PAUSE = Duration.ofMillis(50).toNanos();

    /** More queues than this take Redis so long that the pause may grow to {@link #POLL}. */
    private static final int MANY = 500;

    private long pause;
    private long notBefore;
    private long allAgain;
    private long signOfLife;
    private long broke;
    private long carefulUntil;
    private long idleSince;
    private boolean idle;

    ReadingTimes(long now) {
        notBefore = now;
        allAgain = now;
        signOfLife = now;
        broke = now - SOON;
        carefulUntil = now;
    }

    /** A worker begins to wait. */
    void needed() {
        idle = false;
    }

    /** No worker waits. When the tracker ends if that goes on. */
    long endIfIdle(long now) {
        if (!idle) {
            idle = true;
            idleSince = now;
        }
        return idleSince + KEEP;
    }

    /** A worker waits. Whether all must be read again. */
    boolean mustReadAll(long now, boolean polls) {
        idle = false;
        boolean due = allAgain - now <= 0;
        if (due) {
            allAgain = now + (polls ? POLL : ALL_AGAIN);
            pause = 0;
        }
        return due;
    }

    /** When to read next, if something is unread or not. */
    long next(boolean unread) {
        return unread ? notBefore : soonest(allAgain, signOfLife);
    }

    private static long soonest(long one, long other) {
        return one - other < 0 ? one : other;
    }

    boolean isDue(long now, boolean unread) {
        return (unread ? notBefore : signOfLife) - now <= 0;
    }

    /** The server has answered. */
    void answered(long now) {
        signOfLife = now + (carefulUntil - now > 0 ? SIGN_OF_LIFE_IF_CAREFUL : SIGN_OF_LIFE);
    }

    /** A worker that was woken took a job. */
    void tookJob() {
        pause = 0;
    }

    /** A worker that was woken took nothing. */
    void tookNothing(long now) {
        rest(now, LONGEST_PAUSE);
    }

    /** Of so many queues none had a job. */
    void foundNothing(long now, int queues) {
        rest(now, queues > MANY ? POLL : LONGEST_PAUSE);
    }

    private void rest(long now, long longest) {
        pause = Math.min(Math.max(2 * pause, FIRST_PAUSE), longest);
        notBefore = now + pause;
    }

    void connectionBroke(long now) {
        if (now - broke < SOON) {
            carefulUntil = now + CAREFUL;
        }
        broke = now;
    }

    void readingFailed(long now) {
        connectionBroke(now);
        notBefore = now + POLL;
    }

    /** The server refuses to tell, so all is read now and then once in a while. */
    void refused(long now) {
        allAgain = now;
    }
}
