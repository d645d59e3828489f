package io.resque.core.internal.worker;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands the loops of a worker to its threads. A loop is ready when its answer from Redis has come; the loop that became ready first
 * goes first. A thread without a loop takes any loop that is ready, or sleeps until there is one. If a thread waited for the answer
 * of one certain loop, it would sleep and be woken for each job, which costs more than a small job. A thread that takes a loop
 * wakes one sleeping thread if further loops are ready. So a few threads do all small jobs, and each long job has a thread.
 *
 * <p>{@link ReadyLine} decides which thread is woken; this class has the lock and the sleep. Thread-safe.
 */
final class ReadyLoops<L> {
    private final ReadyLine<L, Seat> line;

    /** The place where one thread sleeps. A thread has one for its whole life. */
    static final class Seat {
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;
    }

    /** For this number of loops, and as many threads. */
    ReadyLoops(int loops) {
        line = new ReadyLine<>(loops);
    }

    /** The answer for a loop has come. */
    void add(L loop) {
        Seat next;
        synchronized (line) {
            next = line.add(loop);
        }
        wake(next);
    }

    /** Waits until a loop is ready, and takes it. An interrupt does not end the wait; it is set again afterwards. */
    L take(Seat seat) {
        boolean interrupted = false;
        while (true) {
            L loop;
            Seat next;
            synchronized (line) {
                seat.woken = false;
                loop = line.take(seat);
                next = line.next();
            }
            if (loop != null) {
                wake(next);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return loop;
            }
            while (!seat.woken) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
    }

    private static void wake(@Nullable Seat next) {
        if (next != null) {
            next.woken = true;
            LockSupport.unpark(next.thread);
        }
    }
}
