package io.resque.backend.redis;

import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a few queues, each by a thread with a connection that peeks: {@code BLMOVE q q LEFT LEFT} blocks while the list is
 * empty, and otherwise moves its first element to where it is. Along with the peek the thread sends the reserve of the worker
 * that has waited longest, so that a pushed job finds a reserve at the server. If this worker has gone on to other work, the
 * server refuses its reserve by its number. The thread then wakes the next worker, which reserves for itself, and peeks
 * again once that worker has looked. So a push wakes one worker of this process, not all.
 */
final class QueuePeeks {
    /** The platform's, since this module sees no logging library. */
    private static final System.Logger LOG = System.getLogger("io.resque.backend.redis");

    /** A connection each. */
    static final int MOST = 16;

    /** How long the server blocks a peek; with the margin, how long until a dead connection is noticed. */
    static final Duration BLOCK = Duration.ofSeconds(30);

    static final Duration MARGIN = Duration.ofSeconds(5);

    /** How long a thread and its connection stay when no worker waits: longer than most jobs run. */
    private static final Duration KEEP = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Before Redis 6.2: how soon after a job the next look is. Each further look comes later, up to {@link #PAUSE}. */
    private static final long FIRST_LOOK_MILLIS = 10;

    private static final int NAME_CHARS = 60;

    private static final byte[] BLMOVE = Keys.bytes("BLMOVE");
    private static final byte[] LEFT = Keys.bytes("LEFT");
    private static final byte[] LLEN = Keys.bytes("LLEN");

    private final RedisLink link;
    private final Keys keys;
    private final WaitingLine line;
    private volatile boolean polls;

    QueuePeeks(RedisLink link, Keys keys, WaitingLine line) {
        this.link = link;
        this.keys = keys;
        this.line = line;
    }

    /** Looks at these queues from now on, at all or at none. Says which. */
    boolean watch(Set<String> queues) {
        return line.read(queues, MOST, queue -> {
            Reader reader = new Reader(queue);
            reader.start();
            return reader;
        });
    }

    /** Ends the threads. The line must be closed before. */
    void close() {
        line.readers().forEach(QueueReader::close);
    }

    /** A queue can have any name, and the name of a thread stands in logs and dumps. */
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

    private final class Reader extends Thread implements QueueReader {
        private final String queue;
        private final byte[][] peek;
        private final byte[][] look;
        private final RedisLink.Dedicated connection = link.dedicate();
        private long pause = FIRST_LOOK_MILLIS;

        Reader(String queue) {
            // A job or a request may need the first reader. The thread must inherit nothing from it.
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
                line.end(queue, this); // whatever ended the thread, such as an interrupt
                connection.close();
            }
        }

        private void turn() throws InterruptedException {
            Waiter sentFor = null;
            try {
                boolean there;
                if (polls) {
                    there = look();
                } else {
                    sentFor = line.sendFor(queue);
                    there = peek(sentFor);
                }
                if (there) {
                    wakeOne(sentFor);
                }
            } catch (RuntimeException | Error e) {
                // Redis is away, or the key is no list, not permitted, or too large for the memory. Once in a while a
                // worker looks itself, and meets whatever is wrong.
                wakeOne(sentFor);
                rest(PAUSE.toMillis());
            }
        }

        /** Says whether there is a job that no worker has been given. */
        private boolean peek(@Nullable Waiter waiter) {
            ReserveAhead sent = waiter == null ? null : waiter.ahead;
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
                    line.sendNoMoreFor(waiter);
                }
            }
        }

        /** Says whether the worker still waited. If there is no job for it, it goes on waiting. */
        private boolean give(Waiter waiter, ReserveAhead sent, @Nullable Object reply) {
            Reservation reservation;
            try {
                reservation = sent.read(reply);
            } catch (RedisReplyException e) { // as of a server that does not know the script; the worker brings it
                return false;
            }
            if (waiter.session.passedQueue() && line.remove(waiter)) {
                waiter.wake(); // it waits again, but not for that queue, whose job would end each peek at once
                return true;
            }
            return line.give(waiter, reservation);
        }

        private boolean look() throws InterruptedException {
            rest(pause);
            boolean there = Replies.number(
                            connection.call(MARGIN, List.<byte[][]>of(look)).get(0))
                    > 0;
            pause = there ? FIRST_LOOK_MILLIS : Math.min(2 * pause, PAUSE.toMillis());
            return there;
        }

        /** Rather the worker that a reserve was sent for: if the reply was lost, the server may hold a job for that worker. */
        private void wakeOne(@Nullable Waiter sentFor) throws InterruptedException {
            Waiter waiter = line.takeFor(queue, sentFor);
            if (waiter != null) {
                waiter.wake();
                waiter.awaitLooked();
            }
        }

        /** False once nobody has waited for a while, so that neither thread nor connection is left behind. */
        private boolean awaitWaiter() throws InterruptedException {
            synchronized (line) {
                long end = System.nanoTime() + KEEP.toNanos();
                while (!line.isClosed() && !line.hasWaiterFor(queue)) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return !line.endUnlessNeeded(queue, this);
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

        @Override
        public void close() {
            connection.close();
            interrupt();
        }
    }
}
