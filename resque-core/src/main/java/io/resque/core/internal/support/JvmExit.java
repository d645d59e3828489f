package io.resque.core.internal.support;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A task for the end of the JVM, which can be removed again; and the ways to notice that the end has begun. */
public final class JvmExit {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private final Thread hook;
    private boolean added;

    /** Registers nothing yet. */
    public JvmExit(DaemonThreads own, String name, Runnable task) {
        hook = own.make(() -> apart(List.of(own.make(task, name)), Long.MAX_VALUE), name + "-hook");
    }

    /** Registers the task, unless that was done. Returns whether it will run, or has run: false if the JVM had begun to end. */
    public synchronized boolean add() {
        if (!added) {
            try {
                Runtime.getRuntime().addShutdownHook(hook);
                added = true;
            } catch (IllegalStateException e) {
                return false;
            }
        }
        return true;
    }

    public synchronized void remove() {
        if (added) {
            added = false;
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM ends: the task has run, or the caller does the same.
            }
        }
    }

    /** Whether the JVM is ending: its shutdown hooks have been started. Costs next to nothing. */
    public static boolean hasBegun() {
        try {
            Runtime.getRuntime().removeShutdownHook(Thread.currentThread()); // a thread that runs is never registered
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /**
     * Starts threads, and waits, for this long at most, until each has ended or has called {@link System#exit}, as a listener may: a
     * hook that called it would never end.
     */
    public static void apart(List<Thread> threads, long nanos) {
        long start = System.nanoTime();
        threads.forEach(JvmExit::startOrRun);
        for (Thread thread : threads) {
            long left = nanos - (System.nanoTime() - start);
            while (left > 0
                    && !hasEndedWithin(thread, Math.min(LOOK, left))
                    && of(thread).isEmpty()) {
                left = nanos - (System.nanoTime() - start);
            }
        }
    }

    public static void startOrRun(Thread thread) {
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // for a thread more
            thread.run();
        }
    }

    private static boolean hasEndedWithin(Thread thread, long nanos) {
        return Uninterrupted.await(nanos, left -> {
            TimeUnit.NANOSECONDS.timedJoin(thread, left);
            return !thread.isAlive();
        });
    }

    /**
     * Where this thread called {@link System#exit}, from which it never returns: it waits for the shutdown hooks. Empty if it
     * did not.
     */
    public static Optional<StackTraceElement[]> of(Thread thread) {
        StackTraceElement[] frames = thread.getStackTrace();
        for (int i = 0; i < frames.length; i++) {
            if (frames[i].getClassName().equals("java.lang.Shutdown")
                    && frames[i].getMethodName().equals("exit")) {
                return Optional.of(Arrays.stream(frames, i + 1, frames.length)
                        .map(JvmExit::asInAThrowable)
                        .toArray(StackTraceElement[]::new));
            }
        }
        return Optional.empty();
    }

    /** The frames of a thread name their class loader and the version of their module; those of an exception do not. */
    private static StackTraceElement asInAThrowable(StackTraceElement frame) {
        return new StackTraceElement(
                frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber());
    }
}
