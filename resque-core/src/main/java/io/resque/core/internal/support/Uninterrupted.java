package io.resque.core.internal.support;

/** Waits that no interrupt cuts short; the thread is interrupted again afterwards. */
public final class Uninterrupted {
    private Uninterrupted() {}

    public interface Wait {
        boolean await(long nanos) throws InterruptedException;
    }

    /** Returns what the wait returns; an interrupt makes it wait again, for the time that is left. */
    public static boolean await(long nanos, Wait wait) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.await(Math.max(0, nanos - (System.nanoTime() - start)));
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
}
