package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobIdTakenException;
import io.resque.api.ResqueException;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.Queues;
import io.resque.api.spi.StatusChange;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Puts jobs on the queues of a backend: a single job directly, many in requests of about a thousand, some in a thread. */
public final class QueueDestination implements Destination {
    private static final Logger LOG = Log.RESQUE;

    /** So many threads push directly onto one queue; jobs of further threads go in one request, which costs each thread less. */
    private static final int ALONE = 4;

    private final Queues queues;
    private final QueueBackend backend;
    private final StatusUpdates statuses;

    /** By queue, how many jobs that were taken over were not written since the log told of it. Used by one thread at a time. */
    private final Map<String, Long> unwritten = new HashMap<>();

    private final Map<String, Integer> pushing = new ConcurrentHashMap<>();
    private final BatchWriter handedOver;

    /** For callers that wait: they must not wait for a listener or a stage of another caller. */
    private final BatchWriter waitedFor = new BatchWriter(this::writeTogether, false);

    public QueueDestination(QueueBackend backend, StatusUpdates statuses, boolean flushesOnExit) {
        this.queues = backend.queues();
        this.backend = backend;
        this.statuses = statuses;
        this.handedOver = new BatchWriter(this::writeHandedOver, flushesOnExit);
    }

    @Override
    public void put(String queue, Payload payload) {
        try {
            if (pushing.merge(queue, 1, Integer::sum) <= ALONE) {
                push(queue, List.of(payload));
            } else {
                EnqueueBatch batch = new EnqueueBatch(queue, List.of(), 1);
                batch.add(payload);
                waitedFor.add(batch);
                batch.join();
            }
        } finally {
            pushing.compute(queue, (name, now) -> now == null || now == 1 ? null : now - 1);
        }
    }

    @Override
    public void putTracked(String queue, Payload payload, StatusChange waiting, boolean onlyNew) {
        try {
            push(queue, List.of(payload), List.of(waiting), onlyNew);
        } catch (JobIdTakenException e) {
            throw StatusUpdates.taken(waiting.token(), "nothing was enqueued");
        }
    }

    @Override
    public void checkDelays() {
        delayed();
    }

    private DelayedItems delayed() {
        return delayedItems(backend);
    }

    /**
     * The delayed items of a backend.
     *
     * @throws ConfigurationException if it does not support them
     */
    public static DelayedItems delayedItems(QueueBackend backend) {
        return backend.delayed()
                .orElseThrow(() -> new ConfigurationException("The backend of " + backend.endpoint()
                        + " does not support delayed jobs; enqueue the job without at(…) and in(…), or take another"
                        + " backend"));
    }

    /** Jobs with their statuses, if they have any: in one request, or the statuses before the jobs. */
    private void push(String queue, List<Payload> payloads, List<StatusChange> waiting, boolean onlyNew) {
        if (waiting.isEmpty() || statuses.rideAlong()) {
            push(new Push(queue, payloads, waiting, onlyNew));
        } else {
            behind(waiting, onlyNew, () -> {
                push(queue, payloads);
                return null;
            });
        }
    }

    /** The same for delayed jobs; returns the second of Redis. */
    private long delay(String queue, List<DelayedPush.Entry> entries, List<StatusChange> waiting, boolean onlyNew) {
        return waiting.isEmpty() || statuses.rideAlong()
                ? delayed().write(new DelayedPush(queue, entries, waiting, onlyNew))
                : behind(waiting, onlyNew, () -> delayed().write(new DelayedPush(queue, entries)));
    }

    private <R> R behind(List<StatusChange> waiting, boolean onlyNew, Supplier<R> write) {
        int begun = 0;
        try {
            for (StatusChange status : waiting) {
                statuses.begin(status, onlyNew);
                begun++;
            }
            return write.get();
        } catch (BackendException | JobIdTakenException e) {
            forget(waiting.subList(0, begun), e);
            throw e;
        }
    }

    /** Nobody will ever run a job that is certainly not on its queue, so nothing may say that it waits. */
    private void forget(List<StatusChange> begun, ResqueException refused) {
        if (refused instanceof BackendUnavailableException lost && lost.maybeApplied()) {
            return;
        }
        try {
            begun.forEach(status -> statuses.remove(status.token()));
        } catch (BackendException e) {
            refused.addSuppressed(e);
        }
    }

    @Override
    public void put(EnqueueBatch batch) {
        List<Payload> payloads = batch.payloads;
        int written = 0;
        while (written < payloads.size()) {
            int end = written;
            for (int bytes = 0;
                    end < payloads.size() && end - written < batch.most() && bytes < EnqueueBatch.MOST_BYTES;
                    end++) {
                bytes += payloads.get(end).size();
                bytes += batch.second == null ? 0 : batch.items.get(end).size();
            }
            List<StatusChange> page = batch.waiting.isEmpty() ? List.of() : batch.waiting.subList(written, end);
            try {
                if (batch.hasClaims()) {
                    putLocked(batch, written, end, page);
                } else if (batch.second == null) {
                    push(batch.queue, payloads.subList(written, end), page, batch.onlyNew());
                } else {
                    batch.isWritten(
                            end, delay(batch.queue, entries(batch, batch.second, written, end), page, batch.onlyNew()));
                }
            } catch (BackendException e) {
                throw refused(e, written, end, batch);
            } catch (JobIdTakenException e) {
                throw taken(page, written, batch);
            }
            written = end;
            batch.isWritten(end);
        }
    }

    /** Jobs of which some are unique. */
    private void putLocked(EnqueueBatch batch, int begin, int end, List<StatusChange> page) {
        List<LockedPush.Entry> entries = new ArrayList<>(end - begin);
        for (int i = begin; i < end; i++) {
            entries.add(new LockedPush.Entry(
                    batch.second == null ? 0 : batch.second,
                    batch.second == null ? null : batch.items.get(i),
                    batch.payloads.get(i),
                    batch.claim(i)));
        }
        boolean rides = page.isEmpty() || statuses.rideAlong();
        LockedPush push = new LockedPush(batch.queue, entries, rides ? page : List.of(), rides && batch.onlyNew());
        LockedPush.Answer answer = rides ? locks().push(push) : behind(page, batch.onlyNew(), () -> locks().push(push));
        for (int i = begin; i < end; i++) {
            if (!answer.written().get(i - begin)) {
                batch.refuse(i);
                if (!rides) {
                    statuses.remove(page.get(i - begin).token());
                }
            }
        }
        batch.isWritten(end, answer.now());
    }

    @Override
    public void checkLocks() {
        locks();
    }

    private Locks locks() {
        return backend.locks()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "The backend of " + backend.endpoint()
                                        + " does not support unique jobs; leave out unique(…) and withUnique(…), or take another backend"));
    }

    private static List<DelayedPush.Entry> entries(EnqueueBatch batch, long second, int begin, int end) {
        List<DelayedPush.Entry> entries = new ArrayList<>(end - begin);
        for (int i = begin; i < end; i++) {
            entries.add(new DelayedPush.Entry(second, batch.items.get(i), batch.payloads.get(i)));
        }
        return entries;
    }

    /** Names the first id that is taken; if its status has gone meanwhile, all that may have been. */
    private JobIdTakenException taken(List<StatusChange> page, int written, EnqueueBatch batch) {
        List<String> tokens = page.stream().map(StatusChange::token).toList();
        String id = tokens.stream()
                .filter(token -> statuses.find(token).isPresent())
                .findFirst()
                .orElseGet(() -> String.join(", ", tokens));
        return StatusUpdates.taken(
                id,
                written == 0
                        ? "nothing was enqueued"
                        : written + " of " + batch.payloads.size() + " jobs are " + batch.where());
    }

    @Override
    public void begin(EnqueueBatch batch) {
        waitedFor.add(batch);
    }

    @Override
    public void takeOver(EnqueueBatch batch) {
        handedOver.add(batch);
    }

    /** Batches of one queue, in one request if they fit. */
    private void writeTogether(List<EnqueueBatch> batches) {
        if (batches.size() == 1
                || batches.stream().anyMatch(batch -> batch.onlyNew() || batch.second != null || batch.hasClaims())) {
            batches.forEach(batch -> batch.completeBy(this::put));
        } else {
            writeInOneRequest(batches);
        }
    }

    private void writeInOneRequest(List<EnqueueBatch> batches) {
        try {
            List<Payload> payloads = new ArrayList<>();
            List<StatusChange> waiting = new ArrayList<>();
            for (EnqueueBatch batch : batches) {
                payloads.addAll(batch.payloads);
                waiting.addAll(batch.waiting);
            }
            push(batches.get(0).queue, payloads, waiting, false);
            batches.forEach(batch -> batch.written.complete(null));
        } catch (RuntimeException | Error e) {
            batches.forEach(batch -> batch.written.completeExceptionally(
                    e instanceof BackendException refused ? refused(refused, 0, batch.payloads.size(), batch) : e));
        }
    }

    /** Nobody may look at the stage, so the log tells; of many that fail one after the other, once. */
    private void writeHandedOver(List<EnqueueBatch> batches) {
        String queue = batches.get(0).queue;
        long before = unwritten.getOrDefault(queue, 0L);
        long jobs = 0;
        writeTogether(batches);
        for (EnqueueBatch batch : batches) {
            Throwable refused = batch.written.handle((nothing, e) -> e).join();
            if (refused != null) {
                if (before + jobs == 0) {
                    LOG.warn(
                            "Jobs that were handed over for {} are not written, and not tried again: {}",
                            queue,
                            JsonRules.forLog(refused.getMessage()));
                }
                jobs += batch.payloads.size();
            }
        }
        if (jobs > 0) {
            unwritten.put(queue, before + jobs);
        } else if (before > 0) {
            unwritten.remove(queue);
            LOG.warn(
                    "Jobs that are handed over for {} are written again; the stages of {} ended with an error",
                    queue,
                    before);
        }
    }

    @Override
    public void close(Duration timeout) {
        long start = System.nanoTime();
        long left = handedOver.close(timeout);
        if (left > 0) {
            LOG.warn(
                    "Closed with {} jobs that were handed over and could not be written within {} s",
                    left,
                    timeout.toSeconds());
        }
        waitedFor.close(timeout.minusNanos(System.nanoTime() - start));
    }

    /** An error in between: of all jobs so many were written, and the last request tried those up to the end. */
    private static BackendException refused(BackendException e, int written, int end, EnqueueBatch batch) {
        int all = batch.payloads.size();
        if (all == 1) {
            return e;
        }
        String message = e.getMessage() + "; " + written + " of " + all + " jobs are " + batch.where();
        if (!(e instanceof BackendUnavailableException lost)) {
            return new BackendException(message, e);
        }
        String next = lost.maybeApplied() ? ", and the next " + (end - written) + " may be" : "";
        return new BackendUnavailableException(message + next, e, lost.maybeApplied() || written > 0);
    }

    private void push(String queue, List<Payload> payloads) {
        push(new Push(queue, payloads, List.of()));
    }

    private void push(Push push) {
        try {
            queues.push(push);
        } catch (QueueNotAnnouncedException e) {
            // An error would be taken for a job that is not there, and enqueued again.
            LOG.warn(JsonRules.forLog(e.getMessage()));
        }
    }
}
