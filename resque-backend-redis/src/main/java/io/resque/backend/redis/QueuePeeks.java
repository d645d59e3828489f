package io.resque.backend.redis;

import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches a few queues, each by a thread with a connection that peeks: {@code BLMOVE q q LEFT LEFT} blocks while the list is
 * empty and otherwise moves its first element to where it is. The thread sends the reserve of the worker that
 * has waited longest along with the peek, so that a pushed job finds a reserve at the server. If this worker has gone to other
 * work meanwhile, the server refuses its reserve by its number. The thread then wakes the next worker, which reserves for
 * itself, and peeks again once that worker has looked. So a push wakes one worker of this process, not all.
 */
final class QueuePeeks {
    /** Of the platform, since the protocol depends on nothing but the ports. */
    private static final System.Logger LOG = System.getLogger("io.resque.backend.redis");

    /** A connection each. */
    static final int MOST = 16;

    /** How long the server blocks a peek; with the margin, how long until a dead connection is noticed. */
    static final Duration BLOCK = Duration.ofSeconds(30);

    static final Duration MARGIN = Duration.ofSeconds(5);

    /** How long a thread and its connection stay when nobody waits: longer than jobs run, as a rule. */
    private static final Duration KEEP = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Before 6.2: how soon after a job the next look is, and then ever later, up to {@link #PAUSE}. */
    private static final long FIRST_LOOK_MILLIS = 10;

    private static final int NAME_CHARS = 60;

    private static final byte[] BLMOVE = Keys.bytes("BLMOVE");
    private static final byte[] LEFT = Keys.bytes("LEFT");
    private static final byte[] LLEN = Keys.bytes("LLEN");

    private final RedisLink link;
    private final Keys keys;
    private final WaitingLine line;
    private final Map<String, Watcher> watchers = new HashMap<>();
    private volatile boolean polls;

    QueuePeeks(RedisLink link, Keys keys, WaitingLine line) {
        this.link = link;
        this.keys = keys;
        this.line = line;
    }

    /** Watches these from now on, all or none; says which. */
    boolean watch(Set<String> queues) {
        synchronized (line) {
            Set<String> missing = new HashSet<>();
            for (String queue : queues) {
                if (!watchers.containsKey(queue) && missing.add(queue) && watchers.size() + missing.size() > MOST) {
                    return false;
                }
            }
            for (String queue : missing) {
                Watcher watcher = new Watcher(queue);
                watcher.start(); // may throw; then nobody may take it for running
                watchers.put(queue, watcher);
            }
            return true;
        }
    }

    /** The line is closed before. */
    void close() {
        List<Watcher> running;
        synchronized (line) {
            running = List.copyOf(watchers.values());
        }
        running.forEach(Watcher::close);
    }

    /** A queue can have any name, and a thread's stands in logs and dumps. */
    private static String threadName(String queue) {
        String shown = queue.length() > NAME_CHARS ? queue.substring(0, NAME_CHARS) + "…" : queue;
        return "resque-watch-" + JsonRules.onOneLine(shown);
    }

    private void announcePolling() {
        synchronized (line) {
            if (!polls) {
                polls = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Redis at " + link.endpoint()
                                + " has no BLMOVE, which came with 6.2: queues are looked at every " + FIRST_LOOK_MILLIS
                                + " to " + PAUSE.toMillis() + " ms instead");
            }
        }
    }

    private final class Watcher extends Thread {
        private final String queue;
        private final byte[][] peek;
        private final byte[][] look;
        private final RedisLink.Dedicated connection = link.dedicate();
        private long pause = FIRST_LOOK_MILLIS;

        Watcher(String queue) {
            // Whoever needs it first may be a job or a request: nothing of that is for this thread.
            super(null, null, threadName(queue), 0, false);
            setContextClassLoader(QueuePeeks.class.getClassLoader());
            setDaemon(true);
            this.queue = queue;
            byte[] key = keys.queue(queue);
            this.peek = new byte[][] {BLMOVE, key, key, LEFT, LEFT, Keys.bytes(BLOCK.toSeconds())};
            this.look = new byte[][] {LLEN, key};
        }

        @Override
        public void run() {
            try {
                while (awaitWaiter()) {
                    turn();
                }
            } catch (InterruptedException e) {
                // closed
            } finally {
                end();
                connection.close();
            }
        }

        /** Whatever ended it, such as an interrupt: nobody may go on relying on it. */
        private void end() {
            synchronized (line) {
                if (watchers.remove(queue, this)) {
                    line.wakeAll(this::isFor);
                }
            }
        }

        private void turn() throws InterruptedException {
            Waiter sentFor = null;
            try {
                boolean there;
                if (polls) {
                    there = look();
                } else {
                    sentFor = sendFor();
                    there = peek(sentFor);
                }
                if (there) {
                    wakeOne(sentFor);
                }
            } catch (RuntimeException | Error e) {
                // Redis is away, or this is not a list, not permitted, too large for the memory: a waiter looks itself,
                // once in a while, and meets what there is to be met.
                wakeOne(sentFor);
                rest(PAUSE.toMillis());
            }
        }

        private boolean isFor(Waiter waiter) {
            return waiter.peeked && waiter.queues.contains(queue);
        }

        /** Whether there is a job that nobody has been given. */
        private boolean peek(@Nullable Waiter waiter) {
            QueueWatch.Ahead sent = waiter == null ? null : waiter.ahead;
            try {
                List<?> replies = connection.call(
                        BLOCK.plus(MARGIN), sent == null ? List.<byte[][]>of(peek) : List.of(peek, sent.command()));
                boolean given = waiter != null && sent != null && give(waiter, sent, replies.get(1));
                if (!(replies.get(0) instanceof RedisReplyException e)) {
                    return !given && replies.get(0) != null;
                }
                if (!e.isUnknownCommand()) {
                    throw e;
                }
                announcePolling();
                return false;
            } finally {
                if (waiter != null) {
                    sendNoMoreFor(waiter);
                }
            }
        }

        /** The one that has waited longest for this queue among those that no other watcher sends for. */
        private @Nullable Waiter sendFor() {
            synchronized (line) {
                Waiter waiter = line.first(each -> each.ahead == null && each.waitsLong && isFor(each));
                if (waiter != null) {
                    waiter.ahead = waiter.session.ahead(waiter.subscription);
                }
                return waiter;
            }
        }

        /** Whether the reply was for it: not if it has gone. If there is no job for it, it goes on waiting. */
        private boolean give(Waiter waiter, QueueWatch.Ahead sent, @Nullable Object reply) {
            Reservation reservation;
            try {
                reservation = sent.read(reply);
            } catch (
                    RedisReplyException
                            e) { // such as of a server that does not know the script; the waiter does better
                return false;
            }
            synchronized (line) {
                if (!line.has(waiter)) {
                    return false;
                }
                if (reservation.state() == Reservation.State.EMPTY) {
                    return true;
                }
                line.remove(waiter);
                waiter.given = reservation;
            }
            waiter.wake();
            return true;
        }

        private void sendNoMoreFor(Waiter waiter) {
            synchronized (line) {
                waiter.ahead = null;
            }
        }

        private boolean look() throws InterruptedException {
            rest(pause);
            boolean there = Replies.number(
                            connection.call(MARGIN, List.<byte[][]>of(look)).get(0))
                    > 0;
            pause = there ? FIRST_LOOK_MILLIS : Math.min(2 * pause, PAUSE.toMillis());
            return there;
        }

        /** Rather the one that was sent for: if the answer was lost, the server may hold a job that only it can be given. */
        private void wakeOne(@Nullable Waiter sentFor) throws InterruptedException {
            Waiter waiter = sentFor != null && line.remove(sentFor) ? sentFor : line.take(this::isFor);
            if (waiter != null) {
                waiter.wake();
                waiter.awaitLooked();
            }
        }

        /** False once nobody has waited for a while: then neither thread nor connection is left behind. */
        private boolean awaitWaiter() throws InterruptedException {
            synchronized (line) {
                long end = System.nanoTime() + KEEP.toNanos();
                while (!line.isClosed() && line.first(this::isFor) == null) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        watchers.remove(queue, this); // before the lock is let go, or somebody relies on it
                        return false;
                    }
                    line.await(left);
                }
                return !line.isClosed();
            }
        }

        private void rest(long millis) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            synchronized (line) {
                for (long left = 1; !line.isClosed() && left > 0; left = end - System.nanoTime()) {
                    line.await(left);
                }
            }
        }

        void close() {
            connection.close();
            interrupt();
        }
    }
}
