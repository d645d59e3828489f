package io.resque.core.internal.enqueue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches that were handed over and are not yet written: the state of a {@link BatchWriter}, without its threads. The owner must
 * lock it. The batches of one queue keep their order; queues take turns. Between two calls this holds:
 *
 * <ul>
 *   <li>If a batch waits, a thread writes: so none is forgotten.
 *   <li>The figures count each batch that waits or is in a request, once.
 * </ul>
 *
 * <p>Not final, so that a test can show that it would notice a wrong one.
 */
class BatchLine {
    /** So many bytes may be unwritten before callers must wait; they cost a few times as much memory. */
    private static final long ROOM = 4 << 20;

    private static final int BYTES_OF_A_JOB = 100;

    private final Map<String, Deque<EnqueueBatch>> byQueue = new HashMap<>();
    private final Deque<Deque<EnqueueBatch>> turns = new ArrayDeque<>();
    private long bytes;
    private long jobs;
    private long jobsInRequest;
    private long bytesInRequest;
    private boolean isWriting;

    boolean isFull() {
        return bytes + bytesInRequest >= ROOM;
    }

    /** Whether a thread writes. */
    boolean isWriting() {
        return isWriting;
    }

    /** How many jobs are not yet written. */
    long jobs() {
        return jobs + jobsInRequest;
    }

    /** Returns whether no thread writes: the caller must start one. */
    boolean add(EnqueueBatch batch) {
        byQueue.computeIfAbsent(batch.queue, this::withATurn).add(batch);
        bytes += size(batch);
        jobs += batch.payloads.size();
        boolean first = !isWriting;
        isWriting = true;
        return first;
    }

    private Deque<EnqueueBatch> withATurn(String queue) {
        Deque<EnqueueBatch> ofQueue = new ArrayDeque<>();
        turns.addLast(ofQueue);
        return ofQueue;
    }

    private static long size(EnqueueBatch batch) {
        return batch.bytes() + (long) BYTES_OF_A_JOB * batch.payloads.size();
    }

    /** For the thread that writes: these batches, which it took last, have been written. */
    void written(List<EnqueueBatch> batches) {
        for (EnqueueBatch batch : batches) {
            bytesInRequest -= size(batch);
            jobsInRequest -= batch.payloads.size();
        }
    }

    /**
     * For the thread that writes: takes as many batches as fit into one request, from the queue whose turn it is. If it gets none,
     * no thread writes any more. If there is no memory for the list, this throws and changes nothing.
     */
    List<EnqueueBatch> next() {
        Deque<EnqueueBatch> ofQueue = turns.peekFirst();
        if (ofQueue == null) {
            isWriting = false;
            return List.of();
        }
        int count = fitting(ofQueue);
        List<EnqueueBatch> together = new ArrayList<>(count);
        turns.removeFirst();
        while (together.size() < count) {
            EnqueueBatch batch = ofQueue.removeFirst();
            together.add(batch);
            bytes -= size(batch);
            jobs -= batch.payloads.size();
            bytesInRequest += size(batch);
            jobsInRequest += batch.payloads.size();
        }
        if (ofQueue.isEmpty()) {
            byQueue.remove(together.get(0).queue);
        } else {
            turns.addLast(ofQueue);
        }
        return together;
    }

    /** How many batches fit into one request; at least one. */
    private static int fitting(Deque<EnqueueBatch> ofQueue) {
        int count = 0;
        int payloads = 0;
        long size = 0;
        for (EnqueueBatch batch : ofQueue) {
            payloads += batch.payloads.size();
            size += batch.bytes();
            if (count > 0 && (payloads > EnqueueBatch.MOST_JOBS || size > EnqueueBatch.MOST_BYTES)) {
                return count;
            }
            count++;
        }
        return count;
    }

    /** Returns all batches that wait, by queue, and forgets them; no thread writes any more. */
    List<Deque<EnqueueBatch>> clear() {
        List<Deque<EnqueueBatch>> left = List.copyOf(turns);
        byQueue.clear();
        turns.clear();
        bytes = 0;
        jobs = 0;
        isWriting = false;
        return left;
    }

    /** For tests: whether the sentences above hold. */
    boolean holds() {
        List<EnqueueBatch> waiting = turns.stream().flatMap(Deque::stream).toList();
        return (waiting.isEmpty() || isWriting)
                && jobs
                        == waiting.stream()
                                .mapToLong(batch -> batch.payloads.size())
                                .sum()
                && bytes == waiting.stream().mapToLong(BatchLine::size).sum()
                && jobsInRequest >= 0
                && bytesInRequest >= 0;
    }

    /** For tests, which compare states. */
    @Override
    public String toString() {
        return turns + (isWriting ? ", a thread writes, " : ", ") + jobs + " jobs of " + bytes + " wait, "
                + jobsInRequest + " of " + bytesInRequest + " are in requests";
    }

    /**
     * The thread that writes never comes back from a stage of a batch. The batches of its request are written, so they count no
     * more.
     */
    void forgetRequest() {
        bytesInRequest = 0;
        jobsInRequest = 0;
    }
}
