package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of a worker, named after its queues. */
final class WorkerThreads {
    private final String prefix;
    private final boolean virtual;
    private final AtomicInteger number = new AtomicInteger();

    WorkerThreads(QueueList queues, boolean virtual) {
        this.prefix = "resque-" + JsonRules.onOneLine(queues.toString()) + "-";
        this.virtual = virtual;
        if (virtual && Runtime.version().feature() < 21) {
            throw new ConfigurationException("Virtual threads need Java 21 or later; this is " + Runtime.version()
                    + ". Leave virtualThreads() out");
        }
    }

    Thread make(Runnable task) {
        String name = prefix + number.incrementAndGet();
        return virtual ? makeVirtual(name, task) : new Thread(task, name);
    }

    /** {@code Thread.ofVirtual().name(name).unstarted(task)}, which Java 17 does not know. */
    private static Thread makeVirtual(String name, Runnable task) {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builderType.getMethod("name", String.class).invoke(builder, name);
            return (Thread) builderType.getMethod("unstarted", Runnable.class).invoke(builder, task);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("This Java's virtual threads cannot be reached", e);
        }
    }
}
