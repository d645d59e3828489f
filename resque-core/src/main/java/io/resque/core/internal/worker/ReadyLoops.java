package io.resque.core.internal.worker;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The loops of a worker whose answer from Redis has come, in that order, and the threads that have none to go on with. A
 * thread that waited for the answer of its own loop would sleep and be woken for each job, which costs more than a small
 * job does; so it goes on with any. Each thread that got a loop wakes the next one, and only while loops are left: small jobs are
 * done by few threads, and long ones get a thread each. {@link ReadyLine} decides; here are the lock and the sleep. Thread-safe.
 */
final class ReadyLoops<L> {
    private final ReadyLine<L, Seat> line;

    /** Where one thread waits, always the same. */
    static final class Seat {
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;
    }

    /** For so many loops, and as many threads. */
    ReadyLoops(int loops) {
        line = new ReadyLine<>(loops);
    }

    void add(L loop) {
        Seat next;
        synchronized (line) {
            next = line.add(loop);
        }
        wake(next);
    }

    /** Waits for a loop, whatever the thread's interrupts say. */
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
