package io.resque.backend.lettuce;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits although the thread is interrupted, and leaves it interrupted. */
final class Uninterruptibly {
    private Uninterruptibly() {}

    static <T> T get(Future<T> future, long nanos) throws ExecutionException, TimeoutException {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until it has ended, well or not, but no longer. */
    static void awaitEnd(@Nullable Future<?> ending, long nanos) {
        try {
            if (ending != null) {
                get(ending, nanos);
            }
        } catch (ExecutionException | TimeoutException e) {
            // it has failed, or takes too long: there is nothing more to wait for
        }
    }
}
