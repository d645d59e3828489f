package io.resque.api.spi;

/**
 * Puts the writes of {@code enqueue} off, for example until a transaction has committed. {@code ResqueBuilder.deferral} defers all that a
 * {@code Resque} enqueues, {@code Resque.deferring} only what one enqueuer does. Implementations are thread-safe.
 *
 * <p>All checks are made at once, so bad input is refused at once, and listeners hear {@code beforeEnqueue} and can veto. {@code enqueue} then
 * returns as if the job was written: true, or the token of a tracked job, whose status can be read once the job is written. If the job is
 * not written in the end, {@link io.resque.api.ResqueListener#notWritten} and the log tell so. A job that waits for its write is in the memory
 * of this process only: if the process ends before, the job is lost.
 */
public interface WriteDeferral {
    /**
     * Whether a write is put off now. Called on the thread that enqueues, before anything else.
     *
     * @return false to write at once
     */
    boolean defers();

    /**
     * Takes a write. Called on the thread that enqueues, right after {@link #defers} returned true.
     *
     * @param write to be written or discarded later, once, by any thread
     */
    void defer(DeferredWrite write);
}
