package io.resque.core.internal.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Signals from outside to the threads of a worker: pause, go on, stop. Wakes threads that wait, by an interrupt, and leaves
 * threads alone that run a job or are in the middle of a request. Thread-safe.
 */
final class WorkerSignals {
    private static final Duration REST_OF_A_STOP = Duration.ofMillis(100);

    private final Set<Thread> waiting = new HashSet<>();
    private volatile boolean stopRequested;
    private volatile boolean paused;
    private volatile boolean drained;
    private volatile boolean abandoned;

    /** Stops for good. */
    synchronized void requestStop() {
        stopRequested = true;
        wakeAll();
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    /** Pauses or goes on; returns whether that is new. */
    synchronized boolean pause(boolean on) {
        boolean changed = paused != on;
        paused = on;
        wakeAll();
        return changed;
    }

    boolean isPaused() {
        return paused;
    }

    /** No job is left: from now on a loop that finds none leaves. */
    synchronized void drained() {
        drained = true;
        wakeAll();
    }

    boolean isDrained() {
        return drained;
    }

    private void wakeAll() {
        waiting.forEach(Thread::interrupt);
        notifyAll();
    }

    /** From now on a thread that cannot reach Redis leaves without telling it. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** How long such a rest really is: short once a stop was requested. */
    Duration bounded(Duration rest) {
        return stopRequested && rest.compareTo(REST_OF_A_STOP) > 0 ? REST_OF_A_STOP : rest;
    }

    /** Rests for so long, or until a signal. After a stop it rests for a short time all the same, so that no loop spins. */
    synchronized void rest(Duration duration) {
        long left = bounded(duration).toMillis();
        boolean wasRequested = stopRequested;
        boolean wasPaused = paused;
        boolean wasDrained = drained;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left);
        try {
            while (left > 0 && wasRequested == stopRequested && wasPaused == paused && wasDrained == drained) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread()
                    .interrupt(); // it came from a job, or to a thread that drains: the caller looks at it next
        }
    }

    /** Runs a wait; empty if a stop, a pause or the end of all jobs ended it. */
    <T> Optional<T> interruptibly(Callable<T> wait) {
        synchronized (this) {
            if (stopRequested || paused || drained) {
                return Optional.empty();
            }
            waiting.add(Thread.currentThread());
        }
        try {
            return Optional.of(wait.call());
        } catch (InterruptedException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            synchronized (this) {
                waiting.remove(Thread.currentThread());
                Thread.interrupted();
            }
        }
    }
}
