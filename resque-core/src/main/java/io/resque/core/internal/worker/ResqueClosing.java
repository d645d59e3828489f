package io.resque.core.internal.worker;

import io.resque.core.internal.enqueue.BatchWriter;
import io.resque.core.internal.enqueue.Producer;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.JvmExit;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a {@code Resque} is closed, by an application, a job of its own, or the end of the JVM: its workers stop, jobs that were
 * handed over are written, and the connections are closed. Thread-safe.
 */
public final class ResqueClosing {
    /** How long the connections have for their end when the JVM ends. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final RunningWorkers workers;
    private final Producer producer;
    private final DaemonThreads threads;
    private final Runnable closeConnections;
    private final JvmExit exit;

    /**
     * Registers nothing yet.
     *
     * @param closeConnections closes all but the workers and the producer; may be called again
     */
    public ResqueClosing(RunningWorkers workers, Producer producer, DaemonThreads threads, Runnable closeConnections) {
        this.workers = workers;
        this.producer = producer;
        this.threads = threads;
        this.closeConnections = closeConnections;
        this.exit = new JvmExit(threads, "resque-exit", this::finishAtExit);
    }

    public synchronized void closeOnExit() {
        if (!workers.isClosed()) {
            exit.add();
        }
    }

    /** A job or a listener of a worker that closes this must end first: a thread of its own waits for it, and closes. */
    public void close() {
        synchronized (this) {
            workers.close();
        }
        if (workers.working().stream().noneMatch(RunningLoops::isOwn)) {
            finish(null);
            return;
        }
        Thread caller = Thread.currentThread();
        workers.working().forEach(running -> running.requestStop(running.stopTimeout()));
        Thread closing = threads.make(() -> finish(caller), "resque-close");
        closing.setDaemon(false);
        closing.start();
    }

    /** A connection that is being made may take as long as its timeout allows, and the JVM closes it anyway. */
    private void finishAtExit() {
        try {
            stopAndWrite(BatchWriter.AT_EXIT, null);
        } finally {
            Thread closing = threads.make(closeConnections, "resque-close");
            closing.start();
            Uninterrupted.await(CLOSING.toNanos(), nanos -> {
                TimeUnit.NANOSECONDS.timedJoin(closing, nanos);
                return true;
            });
        }
    }

    private void finish(@Nullable Thread caller) {
        try {
            stopAndWrite(WorkerStop.DEFAULT_TIMEOUT, caller);
        } finally {
            closeConnections.run();
            exit.remove();
        }
    }

    private void stopAndWrite(Duration flush, @Nullable Thread caller) {
        workers.close();
        try {
            List<RunningLoops> all = List.copyOf(workers.working());
            WorkerStop.ofThoseNotAbandoned(all, caller);
            if (caller != null) {
                all.forEach(running -> running.awaitEnd(Long.MAX_VALUE, null));
            }
        } finally {
            producer.close(flush);
        }
    }
}
