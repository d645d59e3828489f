package io.resque.core;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells the threads of a worker to stop. Wakes those that wait, by an interrupt, and leaves those alone that run a job
 * or are in the middle of a request.
 */
final class StopSignal {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final Set<Thread> waiting = new HashSet<>();
    private volatile boolean givenUp;

    void ask() {
        synchronized (waiting) {
            asked.countDown();
            waiting.forEach(Thread::interrupt);
        }
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** From now on a thread that cannot reach Redis leaves without. */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Pauses for so long, or until the stop is asked for. Once it has been, pauses anyway, so that nothing spins. */
    void pause(Duration duration) {
        try {
            if (isAsked()) {
                TimeUnit.MILLISECONDS.sleep(Math.min(duration.toMillis(), 100));
            } else {
                asked.await(duration.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // Only a stop interrupts; the caller looks at it next.
        }
    }

    /** Runs something that waits; empty if the stop ended it. */
    <T> Optional<T> interruptibly(Callable<T> wait) {
        synchronized (waiting) {
            if (isAsked()) {
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
            synchronized (waiting) {
                waiting.remove(Thread.currentThread());
                Thread.interrupted();
            }
        }
    }
}
