package io.resque.backend.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches any number of queues, and the set of queue names, on one connection. It reads each queue once. From then on the
 * server tells which key has changed ({@link RedisLink#track}), and the tracker reads that one again, but only while a worker
 * waits for it: a busy queue costs nothing here. Where the server refuses to tell, the tracker reads all once a second.
 */
final class QueueTracker extends Thread {
    /** The platform's, since this module sees no logging library. */
    private static final System.Logger LOG = System.getLogger("io.resque.backend.redis");

    /** How long to wait until the server is asked again whether it tells of changes. */
    private static final long REFUSED = Duration.ofMinutes(1).toNanos();

    /** Whether the log has been told that this server refuses. */
    static final class Refusal {
        private boolean told;
    }

    private final RedisLink link;
    private final Keys keys;
    private final WaitingLine line;
    private final Refusal refusal;

    /** The lock of the line guards both. */
    private final TrackedQueues queues = new TrackedQueues();

    private final ReadingTimes times = new ReadingTimes(System.nanoTime());

    private volatile RedisLink.@Nullable Dedicated connection;
    private boolean polls;
    private boolean cannotTrack;
    private long tracksAgain;

    QueueTracker(RedisLink link, Keys keys, WaitingLine line, Refusal refusal) {
        // A job or a request may need the first tracker. The thread must inherit nothing from it.
        super(null, null, "resque-watch", 0, false);
        setContextClassLoader(QueueTracker.class.getClassLoader());
        setDaemon(true);
        this.link = link;
        this.keys = keys;
        this.line = line;
        this.refusal = refusal;
    }

    TrackedQueues queues() {
        return queues;
    }

    /** A worker begins to wait. The caller holds the lock of the line. */
    void enter(Waiter waiter) {
        queues.enter(waiter.trackedQueues(), waiter.names);
        times.needed();
    }

    /** A worker has looked. The queue is the one for which it was woken, if it was. */
    void looked(@Nullable String queue, boolean tookJob) {
        synchronized (line) {
            if (tookJob) {
                times.tookJob();
            } else if (queue != null && queues.tookNothing(queue)) {
                times.tookNothing(System.nanoTime());
                line.notifyAll();
            }
        }
    }

    /** Called by the client in a thread of its own. */
    private void changed(@Nullable List<byte[]> changed) {
        synchronized (line) {
            if (changed == null) {
                times.connectionBroke(System.nanoTime());
                queues.allChanged();
            } else {
                for (byte[] key : changed) {
                    if (Arrays.equals(key, keys.queues)) {
                        queues.namesChanged();
                    } else {
                        queues.changed(keys.queueName(key));
                    }
                }
            }
            line.notifyAll();
        }
    }

    @Override
    public void run() {
        try {
            while (turn()) {
                // until nobody has waited for a while
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            end();
            disconnect();
        }
    }

    /** Whatever ended this thread, such as a log that throws: workers must no longer rely on it. */
    private void end() {
        synchronized (line) {
            queues.end();
            line.wakeAll(waiter -> waiter.tracked == queues);
        }
    }

    private boolean turn() throws InterruptedException {
        try {
            TrackedQueues.Round round = next();
            if (round == null) {
                return false;
            }
            read(round);
        } catch (RedisReplyException e) {
            if (polls || e.isLoading()) {
                failed();
            } else {
                refused(e);
            }
        } catch (UnsupportedOperationException | LinkageError e) { // of an adapter or a client that is too old for this
            cannotTrack = true;
            refused(e);
        } catch (RuntimeException | Error e) { // Redis is away, or the memory does not suffice
            failed();
        }
        return true;
    }

    /** Waits until there is something to read; null if the tracker must end. */
    private TrackedQueues.@Nullable Round next() throws InterruptedException {
        synchronized (line) {
            while (!line.isClosed()) {
                long now = System.nanoTime();
                long until;
                if (!queues.areWanted()) {
                    until = times.endIfIdle(now);
                    if (until - now <= 0) {
                        break;
                    }
                } else {
                    if (times.mustReadAll(now, polls)) {
                        queues.allChanged();
                    }
                    queues.readFoundBefore(now);
                    boolean unread = queues.mustRead();
                    if (times.isDue(now, unread)) {
                        return queues.begin();
                    }
                    until = unread ? times.next(true) : queues.soonest(times.next(false));
                }
                line.await(until - now);
            }
            queues.end(); // before the lock is let go, or a worker relies on it
            return null;
        }
    }

    private void read(TrackedQueues.Round round) {
        QueueLengths read = QueueLengths.read(connect(), QueuePeeks.MARGIN, keys, round);
        synchronized (line) {
            long now = System.nanoTime();
            times.answered(now);
            Map<String, Long> jobs = queues.found(read.lengths, now + Waiter.LOOKS_WITHIN.toNanos());
            line.wakeForJobs(jobs);
            if (round.names()) {
                queues.announced(read.names);
                line.wakeForNames(read.names);
            }
            if (read.lengths.isEmpty() && !round.queues().isEmpty() || round.names()) {
                times.foundNothing(now, round.queues().size());
            }
        }
    }

    private RedisLink.Dedicated connect() {
        if (polls && !cannotTrack && tracksAgain - System.nanoTime() <= 0) {
            disconnect();
            polls = false;
        }
        RedisLink.Dedicated known = connection;
        if (known == null) {
            known = polls ? link.dedicate() : link.track(this::changed);
            connection = known;
            if (line.isClosed()) {
                known.close();
            }
        }
        return known;
    }

    private void disconnect() {
        RedisLink.Dedicated known = connection;
        connection = null;
        if (known != null) {
            known.close();
        }
    }

    /** Wakes one worker, which looks itself and meets whatever is wrong. All queues must be read again. */
    private void failed() {
        synchronized (line) {
            times.readingFailed(System.nanoTime());
            queues.allChanged();
            Waiter waiter = line.take(each -> each.tracked == queues);
            if (waiter != null) {
                waiter.wake();
            }
        }
    }

    private void refused(Throwable e) {
        disconnect();
        polls = true;
        long now = System.nanoTime();
        tracksAgain = now + REFUSED;
        synchronized (line) {
            times.refused(now);
            if (!refusal.told) {
                refusal.told = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Redis at " + link.endpoint() + " does not tell of keys that change ("
                                + (cannotTrack ? "the client that is used cannot ask for it" : e.getMessage())
                                + "): workers of more than " + QueuePeeks.MOST
                                + " queues, or of patterns, look once a second instead. See \"The least of rights\" in"
                                + " SECURITY.md");
            }
        }
    }

    /** Ends the thread. The line must be closed before. */
    void close() {
        RedisLink.Dedicated known = connection;
        if (known != null) {
            known.close();
        }
        interrupt();
    }
}
