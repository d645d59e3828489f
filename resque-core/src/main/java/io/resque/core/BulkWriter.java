package io.resque.core;

import io.resque.api.BackendException;
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

/**
 * Writes in a thread of its own what is handed over: while some are being written, others come together, and those of one
 * queue go with the next request. For each queue in the order of the calls; queues take turns. What depends on a stage runs in
 * that thread. Thread-safe.
 */
final class BulkWriter {
    /** No daemon, so that a program that ends by itself has written everything; and is not kept for long. */
    private static final Duration UNUSED = Duration.ofMillis(200);

    /** Who comes while so much is not yet written waits; it costs a few times as much memory. */
    private static final long ROOM = 4 << 20;

    private static final int OF_A_JOB = 100;

    private final Consumer<List<Bulk>> write;
    private final ThreadPoolExecutor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Deque<Bulk>> line = new HashMap<>();
    private final Deque<Deque<Bulk>> turns = new ArrayDeque<>();
    private long unwritten;
    private boolean writes;
    private volatile boolean cutShort;
    private volatile @Nullable Thread writer;
    private volatile boolean closed;
    private volatile long end;

    /**
     * Starts no thread yet.
     *
     * @param write writes bulks of one queue and completes them, whatever comes
     */
    BulkWriter(Consumer<List<Bulk>> write) {
        this.write = write;
        ServiceThreads own = new ServiceThreads();
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

    /** Hands over what is not empty. Blocks while there is no room. */
    void add(Bulk bulk) {
        boolean refused;
        boolean first = false;
        lock.lock();
        try {
            while (unwritten >= ROOM && !closed && !isWriting()) {
                changed.awaitUninterruptibly();
            }
            refused = closed && !isWriting() || isOver();
            cutShort |= refused && isWriting();
            if (!refused) {
                line.computeIfAbsent(bulk.queue, this::withATurn).add(bulk);
                unwritten += size(bulk);
                first = !writes;
                writes = true;
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            refuse(bulk);
        } else if (first) {
            try {
                threads.execute(this::writeLine);
            } catch (RuntimeException | Error e) { // no memory for a thread
                writeLine();
            }
        }
    }

    private Deque<Bulk> withATurn(String queue) {
        Deque<Bulk> ofQueue = new ArrayDeque<>();
        turns.addLast(ofQueue);
        return ofQueue;
    }

    private static void refuse(Bulk bulk) {
        bulk.written.completeExceptionally(
                new BackendException("This Resque has been closed; the jobs for " + bulk.queue + " were not written"));
    }

    private static long size(Bulk bulk) {
        return bulk.bytes() + (long) OF_A_JOB * bulk.payloads.size();
    }

    private void writeLine() {
        writer = Thread.currentThread();
        List<Bulk> together = List.of();
        try {
            for (together = next(together); !together.isEmpty(); together = next(together)) {
                write.accept(together);
                if (isOver()) {
                    leave(BulkWriter::refuse);
                    return;
                }
            }
        } catch (RuntimeException | Error e) { // no memory for a list
            together.forEach(bulk -> bulk.written.completeExceptionally(e));
            leave(bulk -> bulk.written.completeExceptionally(e));
        }
    }

    /** Those of the queue whose turn it is that fit into one request; none if nothing is left, and the thread is done. */
    private List<Bulk> next(List<Bulk> written) {
        List<Bulk> together = new ArrayList<>();
        lock.lock();
        try {
            written.forEach(bulk -> unwritten -= size(bulk));
            Deque<Bulk> ofQueue = turns.pollFirst();
            if (ofQueue == null) {
                writes = false;
                writer = null;
            } else {
                int jobs = 0;
                long bytes = 0;
                do {
                    Bulk bulk = ofQueue.removeFirst();
                    together.add(bulk);
                    jobs += bulk.payloads.size();
                    bytes += bulk.bytes();
                } while (!ofQueue.isEmpty()
                        && jobs + ofQueue.getFirst().payloads.size() <= Producer.CHUNK_JOBS
                        && bytes + ofQueue.getFirst().bytes() <= Producer.CHUNK_BYTES);
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

    private void leave(Consumer<Bulk> how) {
        List<Deque<Bulk>> left;
        lock.lock();
        try {
            left = List.copyOf(turns);
            cutShort |= !left.isEmpty();
            line.clear();
            turns.clear();
            unwritten = 0;
            writes = false;
            writer = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(ofQueue -> ofQueue.forEach(how));
    }

    /**
     * Takes no more, waits until all is written, so long at most, even if interrupted, and refuses what is left. In the
     * thread that writes it writes what is left, for as long.
     *
     * @return whether all is written
     */
    boolean close(Duration timeout) {
        boolean interrupted = false;
        lock.lock();
        try {
            if (!closed) {
                end = System.nanoTime() + timeout.toNanos();
                closed = true;
            }
            changed.signalAll();
            while (writes && !isWriting() && !isOver()) {
                try {
                    changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            cutShort |= writes && !isWriting();
        } finally {
            lock.unlock();
        }
        if (isWriting()) {
            writeLine();
        }
        threads.shutdown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !cutShort;
    }
}
