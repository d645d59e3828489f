package io.resque.launcher.internal.process;

/** Makes daemon threads that inherit only the context class loader of the thread that makes them. */
final class ProcessThreads {
    private ProcessThreads() {}

    /** Not started. */
    static Thread make(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        // A thread without inherited thread locals does not inherit this in Java after 17.
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
        return thread;
    }
}
