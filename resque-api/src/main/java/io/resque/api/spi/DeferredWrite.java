package io.resque.api.spi;

/** The jobs of one call of {@code enqueue}: checked, encoded, and not written yet. To be used once. */
public interface DeferredWrite {
    /**
     * Writes the jobs, and tells the listeners as {@code enqueue} does. Waits for Redis, unless the jobs were enqueued by a method with {@code
     * Async}. Throws nothing: if Redis does not take the jobs, {@link io.resque.api.ResqueListener#notWritten} and the log tell so.
     */
    void write();

    /** Forgets the jobs. The futures of methods with {@code Async} complete with a {@link java.util.concurrent.CancellationException}. */
    void discard();
}
