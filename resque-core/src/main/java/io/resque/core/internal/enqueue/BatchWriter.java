package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.JvmExit;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Writes batches in a thread of its own: while some are being written, further ones come together, and those of one queue go with
 * the next request. Stages that depend on a batch run in that thread. {@link BatchLine} decides; here are the lock, the threads and
 * the ends. Thread-safe.
 */
public final class BatchWriter {
    /** How long the end of the JVM waits for jobs that are not yet written. */
    public static final Duration AT_EXIT = Duration.ofSeconds(10);

    private static final Logger LOG = Log.RESQUE;

    /** No daemon, so that a program that reaches its end has written everything; and is not kept for long. */
    private static final Duration UNUSED = Duration.ofMillis(200);

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private final Consumer<List<EnqueueBatch>> write;
    private final @Nullable JvmExit exit;
    private final DaemonThreads own = new DaemonThreads();
    private final ThreadPoolExecutor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final BatchLine line = new BatchLine();
    private long refused;
    private boolean hooked;
    private volatile boolean exits;
    private boolean isTakenOver;
    private volatile @Nullable Thread writer;

    /** From when on whatever is not written is refused; null until this is closed. */
    private volatile @Nullable Long end;

    /**
     * Starts no thread yet.
     *
     * @param write writes batches of one queue and completes each, also if it fails
     * @param flushesOnExit whether the end of the JVM waits until all is written, for {@link #AT_EXIT} at most
     */
    BatchWriter(Consumer<List<EnqueueBatch>> write, boolean flushesOnExit) {
        this.write = write;
        this.exit = flushesOnExit ? new JvmExit(own, "resque-enqueue-exit", this::writeAtExit) : null;
        this.threads = new ThreadPoolExecutor(
                1, 1, UNUSED.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = own.make(task, "resque-enqueue");
                    thread.setDaemon(false);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether this is the thread that writes, in a stage that depends on a batch: it must not wait for the writing. */
    private boolean isWriter() {
        return Thread.currentThread() == writer;
    }

    private boolean isClosed() {
        return end != null;
    }

    private boolean isOver() {
        Long limit = end;
        return limit != null && System.nanoTime() - limit >= 0;
    }

    /** Hands over a batch that is not empty. Blocks while there is no room; and until it is written, once the JVM ends. */
    void add(EnqueueBatch batch) {
        boolean refuses;
        boolean first = false;
        lock.lock();
        try {
            while (line.isFull() && !isClosed() && !exits && !isWriter()) {
                if (JvmExit.hasBegun()) {
                    Uninterrupted.await(LOOK, nanos -> changed.awaitNanos(nanos) > 0);
                    goOnForOneThatExits();
                } else {
                    changed.awaitUninterruptibly();
                }
            }
            refuses = isClosed() && !isWriter() || isOver();
            if (refuses) {
                refused += isWriter() ? batch.payloads.size() : 0;
            } else {
                if (exit != null && !hooked) {
                    hooked = true;
                    exits = !exit.add();
                }
                first = line.add(batch);
            }
        } finally {
            lock.unlock();
        }
        if (refuses) {
            refuse(batch);
        } else if (first) {
            start();
        }
        if (exits && !isWriter()) {
            awaitWritten(AT_EXIT.toNanos());
        }
    }

    private void start() {
        if (isTakenOver) {
            JvmExit.startOrRun(own.make(this::writeLine, "resque-enqueue"));
            return;
        }
        try {
            threads.execute(this::writeLine);
        } catch (RuntimeException | Error e) { // no memory for a thread
            writeLine();
        }
    }

    private static void refuse(EnqueueBatch batch) {
        batch.written.completeExceptionally(new BackendException("This Resque has been closed, so the jobs for "
                + JsonRules.forLog(batch.queue) + " were not written; enqueue them by another one"));
    }

    private void writeLine() {
        writer = Thread.currentThread();
        List<EnqueueBatch> together = List.of();
        try {
            while (true) {
                List<EnqueueBatch> written = together;
                together = List.of(); // if the next line throws, these batches have been counted as written
                together = next(written);
                if (together.isEmpty()) {
                    return;
                }
                write.accept(together);
                if (isOver()) {
                    leave(together, BatchWriter::refuse);
                    return;
                }
            }
        } catch (RuntimeException | Error e) { // no memory for a list
            together.forEach(batch -> batch.written.completeExceptionally(e));
            leave(together, batch -> batch.written.completeExceptionally(e));
        }
    }

    /** The batches of the next request; empty if none is left, and the thread is done. */
    private List<EnqueueBatch> next(List<EnqueueBatch> written) {
        lock.lock();
        try {
            line.written(written);
            List<EnqueueBatch> together = line.next();
            if (together.isEmpty()) {
                writer = null;
            }
            changed.signalAll();
            return together;
        } finally {
            lock.unlock();
        }
    }

    private void leave(List<EnqueueBatch> written, Consumer<EnqueueBatch> how) {
        List<Deque<EnqueueBatch>> left;
        lock.lock();
        try {
            line.written(written);
            left = line.clear();
            left.forEach(ofQueue -> ofQueue.forEach(batch -> refused += batch.payloads.size()));
            writer = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(ofQueue -> ofQueue.forEach(how));
    }

    private void writeAtExit() {
        lock.lock();
        try {
            exits = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long left = awaitWritten(AT_EXIT.toNanos());
        if (left > 0 && !isClosed()) {
            LOG.warn(
                    "This JVM ends with {} jobs that were handed over and could not be written within {} s",
                    left,
                    AT_EXIT.toSeconds());
        }
    }

    /** Waits until all is written, even if interrupted; returns how many jobs are not. */
    private long awaitWritten(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !isWrittenWithin(Math.min(left, LOOK))) {
            goOnForOneThatExits();
            left = nanos - (System.nanoTime() - start);
        }
        lock.lock();
        try {
            return line.jobs();
        } finally {
            lock.unlock();
        }
    }

    private boolean isWrittenWithin(long nanos) {
        return Uninterrupted.await(nanos, left -> {
            long wait = left;
            lock.lockInterruptibly();
            try {
                while (line.isWriting() && wait > 0) {
                    wait = changed.awaitNanos(wait);
                }
                return !line.isWriting();
            } finally {
                lock.unlock();
            }
        });
    }

    /**
     * A stage that depends on a batch may have called {@link System#exit}: then the thread that writes never comes back. Another one
     * writes the rest, and not the caller: the next stage may do the same, and a hook would never end.
     */
    private void goOnForOneThatExits() {
        Thread stuck = writer;
        if (stuck == null || !JvmExit.hasBegun() || JvmExit.of(stuck).isEmpty()) {
            return;
        }
        Thread next = own.make(this::writeLine, "resque-enqueue");
        lock.lock();
        try {
            if (writer != stuck) {
                return; // another thread goes on
            }
            writer = next;
            isTakenOver = true;
            line.forgetRequest();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        JvmExit.startOrRun(next);
    }

    /**
     * Takes no more, waits until all is written, for this long at most, even if interrupted, and refuses the rest. In the thread that
     * writes it writes the rest, for as long.
     *
     * @return the number of jobs that are not written
     */
    long close(Duration timeout) {
        boolean writing = isWriter();
        long limit;
        lock.lock();
        try {
            Long known = end;
            limit = known == null ? System.nanoTime() + timeout.toNanos() : known;
            end = limit;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (writing) {
            writeLine();
        } else {
            awaitWritten(limit - System.nanoTime());
        }
        threads.shutdown();
        if (exit != null) {
            exit.remove();
        }
        lock.lock();
        try {
            return refused + (writing ? 0 : line.jobs());
        } finally {
            lock.unlock();
        }
    }
}
