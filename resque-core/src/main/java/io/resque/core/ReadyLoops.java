package io.resque.core;

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
final class ReadyLoops {
    private final Queue<WorkerLoop> ready = new ArrayDeque<>();

    /** The last to come is the first to go: it is the one whose memory is still at hand. */
    private final Deque<Idle> idle = new ArrayDeque<>();

    private boolean waking;

    private static final class Idle {
        final Thread thread = Thread.currentThread();
        volatile boolean woken;
    }

    void add(WorkerLoop loop) {
        Idle next;
        synchronized (this) {
            ready.add(loop);
            next = toWake();
        }
        wake(next);
    }

    /** Waits for a loop, whatever the thread's interrupts say. */
    WorkerLoop take() {
        boolean interrupted = false;
        boolean woken = false;
        while (true) {
            WorkerLoop loop;
            Idle self = null;
            Idle next = null;
            synchronized (this) {
                waking &= !woken;
                loop = ready.poll();
                if (loop == null) {
                    self = new Idle();
                    idle.push(self);
                } else if (!ready.isEmpty()) {
                    next = toWake();
                }
            }
            if (self == null) {
                wake(next);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return loop;
            }
            while (!self.woken) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            woken = true;
        }
    }

    private @Nullable Idle toWake() {
        Idle next = waking ? null : idle.poll();
        waking |= next != null;
        return next;
    }

    private static void wake(@Nullable Idle next) {
        if (next != null) {
            next.woken = true;
            LockSupport.unpark(next.thread);
        }
    }
}
