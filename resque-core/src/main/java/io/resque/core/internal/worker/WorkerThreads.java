package io.resque.core.internal.worker;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.subscription.QueueList;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Makes the threads of a worker, named after its queues. They take nothing from the thread that starts the worker. */
public final class WorkerThreads {
    private final String prefix;
    private final boolean virtual;
    private final @Nullable ClassLoader loader;
    private final AtomicInteger number = new AtomicInteger();

    public WorkerThreads(QueueList queues, boolean virtual, @Nullable ClassLoader loader) {
        this.prefix = "resque-" + JsonRules.forLog(queues.toString()) + "-";
        this.virtual = virtual;
        this.loader = loader;
        if (virtual && Runtime.version().feature() < 21) {
            throw new ConfigurationException("Virtual threads need Java 21 or later; this is " + Runtime.version()
                    + ". Leave virtualThreads() out");
        }
    }

    Thread make(Runnable task) {
        String name = prefix + number.incrementAndGet();
        Thread thread = virtual ? makeVirtual(name, task) : new Thread(null, task, name, 0, false);
        thread.setContextClassLoader(loader);
        if (!virtual) {
            thread.setDaemon(false); // also if a daemon starts the worker
            thread.setPriority(Thread.NORM_PRIORITY);
        }
        return thread;
    }

    /** A JVM ends although virtual threads run. Starts a thread that keeps it alive until the wait is over, if this makes such threads. */
    void keepAlive(Runnable wait) {
        if (virtual) {
            Thread thread = new Thread(null, wait, prefix + "alive", 0, false);
            thread.setContextClassLoader(loader);
            thread.setDaemon(false);
            thread.start();
        }
    }

    /** {@code Thread.ofVirtual().name(…).inheritInheritableThreadLocals(false).unstarted(…)}, which Java 17 does not know. */
    private static Thread makeVirtual(String name, Runnable task) {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builderType.getMethod("name", String.class).invoke(builder, name);
            builderType
                    .getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            return (Thread) builderType.getMethod("unstarted", Runnable.class).invoke(builder, task);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("This Java's virtual threads cannot be reached", e);
        }
    }
}
