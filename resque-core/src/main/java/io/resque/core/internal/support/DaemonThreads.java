package io.resque.core.internal.support;

import org.jspecify.annotations.Nullable;

/**
 * Makes threads that outlive what happens to need them first, which may be a job or a request: so they take nothing from it. Their
 * context class loader is that of the thread that made this.
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
