package io.resque.core.internal.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Which loops are ready, and which threads are idle: the state of {@link ReadyLoops}, without its threads. The owner must lock it.
 * Between two calls this holds:
 *
 * <ul>
 *   <li>If a loop is ready and a thread is idle, a thread is coming: so no loop waits while a thread sleeps.
 *   <li>The thread that is coming is not idle: so it is woken once, and threads are woken one after the other.
 * </ul>
 *
 * <p>Not final, so that a test can show that it would notice a wrong one.
 *
 * @param <L> loops
 * @param <T> threads
 */
class ReadyLine<L, T> {
    private final Queue<L> ready;

    /** The thread that became idle last goes first: its memory is still at hand. */
    private final Deque<T> idle;

    private @Nullable T coming;

    /** For so many loops, and as many threads. It needs no more memory later: a loop that cannot be added would be lost. */
    ReadyLine(int loops) {
        ready = new ArrayDeque<>(loops + 1);
        idle = new ArrayDeque<>(loops + 1);
    }

    /** A loop is ready. Returns the thread that must be woken; null if none. */
    @Nullable
    T add(L loop) {
        ready.add(loop);
        return next();
    }

    /** A thread takes the first loop, and must then {@linkplain #next call the next thread}; it is idle if it gets null. */
    @Nullable
    L take(T thread) {
        if (coming == thread) {
            coming = null;
        }
        L loop = ready.poll();
        if (loop == null) {
            idle.push(thread);
        }
        return loop;
    }

    /** For tests: whether the sentences above hold. */
    boolean holds() {
        return (ready.isEmpty() || idle.isEmpty() || coming != null) && (coming == null || !idle.contains(coming));
    }

    /** For tests, which compare states. */
    @Override
    public String toString() {
        return "ready " + ready + ", idle " + idle + ", coming " + coming;
    }

    /** Returns the thread that must be woken for the loops that are ready; null if none. */
    @Nullable
    T next() {
        if (coming != null || ready.isEmpty()) {
            return null;
        }
        coming = idle.poll();
        return coming;
    }
}
