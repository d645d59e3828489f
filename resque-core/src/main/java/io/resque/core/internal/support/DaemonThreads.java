package io.resque.core.internal.support;

import org.jspecify.annotations.Nullable;

/**
 * Makes daemon threads that inherit nothing from the thread that calls {@link #make}. That thread can be running a job or a
 * request of an application, and the new thread lives longer than these. Its context class loader is that of the thread that
 * created this object.
 */
public final class DaemonThreads {
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

    /** Returns a daemon thread that is not started. */
    public Thread make(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setContextClassLoader(loader);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setDaemon(true);
        return thread;
    }
}
