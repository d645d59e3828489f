package io.resque.core.internal.support;

import org.jspecify.annotations.Nullable;

/**
 * Makes daemon threads that inherit nothing from the thread that needs them first, which may be that of a job or of a request: they
 * outlive it. Their context class loader is that of the thread that made this.
 */
public final class DaemonThreads {
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

    /** A daemon; not started. */
    public Thread make(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setContextClassLoader(loader);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setDaemon(true);
        return thread;
    }
}
