package io.resque.backend.lettuce;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits whatever the interrupts of the thread say, and leaves its flag as they set it. */
final class Waits {
    private Waits() {}

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

    /** Waits for the end, good or bad, but not for longer. */
    static void until(@Nullable Future<?> ending, long nanos) {
        try {
            if (ending != null) {
                get(ending, nanos);
            }
        } catch (ExecutionException | TimeoutException e) {
            // it has failed, or takes too long: either way it was waited for
        }
    }
}
