package io.resque.core.internal.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The loops of a worker whose answer from Redis has come, in that order, and the threads that have none to go on with. A
 * thread that waited for the answer of its own loop would sleep and be woken for each job, which costs more than a small
 * job does; so it goes on with any. Threads are woken one after the other, each by the one before it once that runs, and only
 * while there are loops left: small jobs are done by few threads, and long ones get a thread each. Thread-safe.
 */
final class ReadyLoops<L> {
    private final Queue<L> ready;

    /** The last to come is the first to go: it is the one whose memory is still at hand. */
    private final Deque<Seat> idle;

    private boolean waking;

    /** Where one thread waits, always the same. */
    static final class Seat {
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;
    }

    /** For so many loops, and as many threads. It needs no more memory later: a loop that cannot be added is lost. */
    ReadyLoops(int loops) {
        ready = new ArrayDeque<>(loops + 1);
        idle = new ArrayDeque<>(loops + 1);
    }

    void add(L loop) {
        Seat next;
        synchronized (this) {
            ready.add(loop);
            next = toWake();
        }
        wake(next);
    }

    /** Waits for a loop, whatever the thread's interrupts say. */
    L take(Seat seat) {
        boolean interrupted = false;
        while (true) {
            @Nullable L loop;
            Seat next = null;
            synchronized (this) {
                waking &= !seat.woken;
                seat.woken = false;
                loop = ready.poll();
                if (loop == null) {
                    idle.push(seat);
                } else if (!ready.isEmpty()) {
                    next = toWake();
                }
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

    private @Nullable Seat toWake() {
        Seat next = waking ? null : idle.poll();
        waking |= next != null;
        return next;
    }

    private static void wake(@Nullable Seat next) {
        if (next != null) {
            next.woken = true;
            LockSupport.unpark(next.thread);
        }
    }
}
