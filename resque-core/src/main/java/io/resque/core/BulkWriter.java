package io.resque.core;

import io.resque.api.BackendException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
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
 * queue go with the next request. For each queue in the order of the calls; queues take turns. Thread-safe.
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
    private Map<String, Deque<Bulk>> line = new LinkedHashMap<>();
    private long unwritten;
    private volatile boolean writes;
    private boolean closed;
    private volatile @Nullable Thread writer;

    /**
     * Starts no thread yet.
     *
     * @param write writes bulks of one queue and completes them, whatever comes
     */
    BulkWriter(Consumer<List<Bulk>> write) {
        this.write = write;
        this.threads = new ThreadPoolExecutor(
                1, 1, UNUSED.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "resque-enqueue");
                    thread.setDaemon(false);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether this is the thread that writes, and so must not wait for what is written. */
    boolean isWriting() {
        return Thread.currentThread() == writer;
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
            refused = closed && !isWriting();
            if (!refused) {
                line.computeIfAbsent(bulk.queue, queue -> new ArrayDeque<>()).add(bulk);
                unwritten += size(bulk);
                first = !writes;
                writes = true;
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            bulk.written.completeExceptionally(new BackendException(
                    "This Resque has been closed; the jobs for " + bulk.queue + " were not written"));
        } else if (first) {
            try {
                threads.execute(this::writeLine);
            } catch (RuntimeException | Error e) { // no memory for a thread
                writeLine();
            }
        }
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
            }
        } catch (RuntimeException | Error e) { // no memory for a list
            together.forEach(bulk -> bulk.written.completeExceptionally(e));
            leave(e);
        }
    }

    /** Those of the queue whose turn it is that fit into one request; none if nothing is left, and the thread is done. */
    private List<Bulk> next(List<Bulk> written) {
        List<Bulk> together = new ArrayList<>();
        lock.lock();
        try {
            written.forEach(bulk -> unwritten -= size(bulk));
            if (line.isEmpty()) {
                writes = false;
                writer = null;
            } else {
                Deque<Bulk> ofQueue = line.remove(line.keySet().iterator().next());
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
                if (!ofQueue.isEmpty()) {
                    line.put(together.get(0).queue, ofQueue);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return together;
    }

    private void leave(Throwable failure) {
        Map<String, Deque<Bulk>> left;
        lock.lock();
        try {
            left = line;
            line = new LinkedHashMap<>();
            unwritten = 0;
            writes = false;
            writer = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.values().forEach(ofQueue -> ofQueue.forEach(bulk -> bulk.written.completeExceptionally(failure)));
    }

    /**
     * Takes no more, and waits until all is written, so long at most, even if interrupted. The writer itself writes it.
     *
     * @return whether all is written
     */
    boolean close(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (writes && !isWriting() && end - System.nanoTime() > 0) {
                try {
                    changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (isWriting()) { // in what depends on a stage
            writeLine();
        }
        threads.shutdown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !writes;
    }
}
