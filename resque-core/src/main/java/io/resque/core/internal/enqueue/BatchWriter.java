package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.JvmExit;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Writes in a thread of its own what is handed over: while some are being written, others come together, and those of one
 * queue go with the next request. For each queue in the order of the calls; queues take turns. What depends on a stage runs in
 * that thread. Thread-safe.
 */
public final class BatchWriter {
    private static final Logger LOG = Log.RESQUE;

    /** No daemon, so that a program that ends by itself has written everything; and is not kept for long. */
    private static final Duration UNUSED = Duration.ofMillis(200);

    /** How long the end of the JVM waits for what is not yet written. */
    public static final Duration AT_EXIT = Duration.ofSeconds(10);

    /** Who comes while so much is not yet written waits; it costs a few times as much memory. */
    private static final long ROOM = 4 << 20;

    private static final int OF_A_JOB = 100;

    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private final Consumer<List<EnqueueBatch>> write;
    private final @Nullable JvmExit exit;
    private final DaemonThreads own = new DaemonThreads();
    private final ThreadPoolExecutor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Deque<EnqueueBatch>> line = new HashMap<>();
    private final Deque<Deque<EnqueueBatch>> turns = new ArrayDeque<>();
    private long unwritten;
    private long jobs;
    private long refused;
    private boolean hooked;
    private boolean writes;
    private volatile boolean exits;
    private boolean isTakenOver;
    private volatile @Nullable Thread writer;
    private volatile boolean closed;
    private volatile long end;

    /**
     * Starts no thread yet.
     *
     * @param write writes bulks of one queue and completes them, whatever comes
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

    /** Whether this is the thread that writes, in what depends on a stage, and so must not wait for what is written. */
    private boolean isWriting() {
        return Thread.currentThread() == writer;
    }

    private boolean isOver() {
        return closed && System.nanoTime() - end >= 0;
    }

    /** Hands over what is not empty. Blocks while there is no room; and until it is written, once the JVM ends. */
    void add(EnqueueBatch bulk) {
        boolean refuses;
        boolean first = false;
        lock.lock();
        try {
            while (unwritten >= ROOM && !closed && !exits && !isWriting()) {
                if (JvmExit.hasBegun()) {
                    Uninterrupted.await(LOOK, nanos -> changed.awaitNanos(nanos) > 0);
                    goOnForOneThatExits();
                } else {
                    changed.awaitUninterruptibly();
                }
            }
            refuses = closed && !isWriting() || isOver();
            if (refuses) {
                refused += isWriting() ? bulk.payloads.size() : 0;
            } else {
                if (exit != null && !hooked) {
                    hooked = true;
                    exits = !exit.add();
                }
                line.computeIfAbsent(bulk.queue, this::withATurn).add(bulk);
                unwritten += size(bulk);
                jobs += bulk.payloads.size();
                first = !writes;
                writes = true;
            }
        } finally {
            lock.unlock();
        }
        if (refuses) {
            refuse(bulk);
        } else if (first) {
            start();
        }
        if (exits && !isWriting()) {
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

    private Deque<EnqueueBatch> withATurn(String queue) {
        Deque<EnqueueBatch> ofQueue = new ArrayDeque<>();
        turns.addLast(ofQueue);
        return ofQueue;
    }

    private static void refuse(EnqueueBatch bulk) {
        bulk.written.completeExceptionally(
                new BackendException("This Resque has been closed; the jobs for " + bulk.queue + " were not written"));
    }

    private static long size(EnqueueBatch bulk) {
        return bulk.bytes() + (long) OF_A_JOB * bulk.payloads.size();
    }

    private void writeLine() {
        writer = Thread.currentThread();
        List<EnqueueBatch> together = List.of();
        try {
            for (together = next(together); !together.isEmpty(); together = next(together)) {
                write.accept(together);
                if (isOver()) {
                    leave(BatchWriter::refuse);
                    return;
                }
            }
        } catch (RuntimeException | Error e) { // no memory for a list
            together.forEach(bulk -> bulk.written.completeExceptionally(e));
            leave(bulk -> bulk.written.completeExceptionally(e));
        }
    }

    /** Those of the queue whose turn it is that fit into one request; none if nothing is left, and the thread is done. */
    private List<EnqueueBatch> next(List<EnqueueBatch> written) {
        List<EnqueueBatch> together = new ArrayList<>();
        lock.lock();
        try {
            written.forEach(bulk -> {
                unwritten -= size(bulk);
                jobs -= bulk.payloads.size();
            });
            Deque<EnqueueBatch> ofQueue = turns.pollFirst();
            if (ofQueue == null) {
                writes = false;
                writer = null;
            } else {
                int inRequest = 0;
                long bytes = 0;
                do {
                    EnqueueBatch bulk = ofQueue.removeFirst();
                    together.add(bulk);
                    inRequest += bulk.payloads.size();
                    bytes += bulk.bytes();
                } while (!ofQueue.isEmpty()
                        && inRequest + ofQueue.getFirst().payloads.size() <= EnqueueBatch.MOST_JOBS
                        && bytes + ofQueue.getFirst().bytes() <= EnqueueBatch.MOST_BYTES);
                if (ofQueue.isEmpty()) {
                    line.remove(together.get(0).queue);
                } else {
                    turns.addLast(ofQueue);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return together;
    }

    private void leave(Consumer<EnqueueBatch> how) {
        List<Deque<EnqueueBatch>> left;
        lock.lock();
        try {
            left = List.copyOf(turns);
            left.forEach(ofQueue -> ofQueue.forEach(bulk -> refused += bulk.payloads.size()));
            line.clear();
            turns.clear();
            unwritten = 0;
            jobs = 0;
            writes = false;
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
        if (left > 0 && !closed) {
            LOG.warn(
                    "This JVM ends with {} jobs that were handed over and could not be written within {} s",
                    left,
                    AT_EXIT.toSeconds());
        }
    }

    /** Waits until all is written, even if interrupted; says how many jobs are not. */
    private long awaitWritten(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !isWrittenWithin(Math.min(left, LOOK))) {
            goOnForOneThatExits();
            left = nanos - (System.nanoTime() - start);
        }
        lock.lock();
        try {
            return Math.max(0, jobs);
        } finally {
            lock.unlock();
        }
    }

    private boolean isWrittenWithin(long nanos) {
        return Uninterrupted.await(nanos, left -> {
            long wait = left;
            lock.lockInterruptibly();
            try {
                while (writes && wait > 0) {
                    wait = changed.awaitNanos(wait);
                }
                return !writes;
            } finally {
                lock.unlock();
            }
        });
    }

    /**
     * What depends on a stage may have called {@link System#exit}: then the thread that writes never comes back. Another one
     * writes what is left, and not the caller: the next stage may do the same, and a hook would never end.
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
            jobs = 0; // those in a request were told of their end
            unwritten = 0;
            turns.forEach(ofQueue -> ofQueue.forEach(bulk -> {
                jobs += bulk.payloads.size();
                unwritten += size(bulk);
            }));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        JvmExit.startOrRun(next);
    }

    /**
     * Takes no more, waits until all is written, so long at most, even if interrupted, and refuses what is left. In the
     * thread that writes it writes what is left, for as long.
     *
     * @return the number of jobs that are not written
     */
    long close(Duration timeout) {
        boolean writing = isWriting();
        lock.lock();
        try {
            if (!closed) {
                end = System.nanoTime() + timeout.toNanos();
                closed = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (writing) {
            writeLine();
        } else {
            awaitWritten(end - System.nanoTime());
        }
        threads.shutdown();
        if (exit != null) {
            exit.remove();
        }
        lock.lock();
        try {
            return refused + (writing ? 0 : Math.max(0, jobs));
        } finally {
            lock.unlock();
        }
    }
}
