package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.StatusChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Puts jobs on queues, and tells the listeners before and after. */
final class Producer {
    private static final Logger LOG = Log.RESQUE;

    /** A chunk of a bulk push: so many jobs, or so many bytes, in one request. */
    static final int CHUNK_JOBS = 1_000;

    static final int CHUNK_BYTES = 1 << 20;

    /** So many threads push a job onto one queue by themselves; those of more go together, which takes less of each. */
    private static final int ALONE = 4;

    private final Services services;
    private final Statuses statuses;
    private final @Nullable Inline inline;

    /** By queue, how many jobs that were handed over were not written since the log told of it. Used by one thread at a time. */
    private final Map<String, Long> unwritten = new HashMap<>();

    private final Map<String, Integer> pushing = new ConcurrentHashMap<>();
    private final BulkWriter handedOver;

    /** For callers that wait, who must not wait for what a listener or a stage of others does. */
    private final BulkWriter waitedFor = new BulkWriter(this::writeTogether, false);

    Producer(Services services, @Nullable Inline inline, boolean flushesOnExit) {
        this.services = services;
        this.statuses = new Statuses(services);
        this.inline = inline;
        this.handedOver = new BulkWriter(this::writeHandedOver, flushesOnExit);
    }

    boolean enqueue(String queue, JobSpec job, Events events) {
        services.arguments().checkQueue(queue);
        JobSpec checked = services.arguments().check(job);
        List<ResqueListener> listeners = events.all();
        JobInfo info = new JobInfo(queue, checked.jobClass(), checked.args(), Optional.empty());
        if (isVetoed(info, listeners)) {
            return false;
        }
        Payload payload = encode(checked.jobClass(), PayloadShape.plain(checked));
        if (inline != null) {
            inline.run(queue, payload, null);
        } else {
            pushAloneOrTogether(queue, payload);
        }
        listeners.forEach(listener -> listener.afterEnqueue(info));
        return true;
    }

    private Payload encode(String jobClass, Map<String, @Nullable Object> tree) {
        Payload payload = services.serializer().encode(tree);
        if (payload.size() > services.maxPayload().enqueued()) {
            throw new InvalidJobException("The payload of \"" + JsonRules.forLog(jobClass) + "\" has " + payload.size()
                    + " bytes, more than the " + services.maxPayload().enqueued()
                    + " that are allowed; send less, such as the name of a file, or raise"
                    + " ResqueBuilder.maxPayload (MAX_PAYLOAD) here and where the workers are");
        }
        return payload;
    }

    private void pushAloneOrTogether(String queue, Payload payload) {
        try {
            if (pushing.merge(queue, 1, Integer::sum) <= ALONE) {
                push(queue, List.of(payload), List.of());
            } else {
                Bulk bulk = new Bulk(queue, List.of(), 1);
                bulk.add(payload);
                waitedFor.add(bulk);
                bulk.join();
            }
        } finally {
            pushing.compute(queue, (name, now) -> now == null || now == 1 ? null : now - 1);
        }
    }

    Optional<String> enqueueTracked(String queue, JobSpec job, Events events) {
        services.arguments().checkQueue(queue);
        JobSpec checked = services.arguments().check(job);
        boolean own = checked.id().isPresent();
        checked.id().ifPresent(services.arguments()::checkId);
        String token = checked.id().orElseGet(services.tokens()::next);
        List<ResqueListener> listeners = events.all();
        JobInfo info = new JobInfo(queue, checked.jobClass(), checked.args(), Optional.of(token));
        if (isVetoed(info, listeners)) {
            return Optional.empty();
        }
        Payload payload = encode(
                checked.jobClass(),
                PayloadShape.tracked(checked, token, services.clock().instant()));
        StatusChange waiting = statuses.enqueued(token);
        if (inline != null) {
            write(waiting, own);
            inline.run(queue, payload, token);
        } else if (services.statusRidesAlong()) {
            try {
                push(new Push(queue, List.of(payload), List.of(waiting), own));
            } catch (JobIdTakenException e) {
                throw taken(token);
            }
        } else {
            write(waiting, own);
            try {
                push(queue, List.of(payload), List.of());
            } catch (BackendException e) {
                forget(token, e);
                throw e;
            }
        }
        listeners.forEach(listener -> listener.afterEnqueue(info));
        return Optional.of(token);
    }

    private void write(StatusChange waiting, boolean onlyNew) {
        if (!onlyNew) {
            services.statuses().write(waiting);
        } else if (!services.statuses().writeNew(waiting)) {
            throw taken(waiting.token());
        }
    }

    private static JobIdTakenException taken(String id) {
        return new JobIdTakenException("The id \"" + JsonRules.forLog(id)
                + "\" is that of another job, whose status is still there; nothing was enqueued. Take another id, or"
                + " resque.stopTracking(id) first");
    }

    long enqueueAll(String queue, List<JobSpec> jobs, Events events) {
        Bulk bulk = prepare(queue, jobs, events);
        write(bulk);
        return bulk.tell();
    }

    CompletionStage<Long> enqueueAllAsync(String queue, List<JobSpec> jobs, Events events) {
        Bulk bulk = prepare(queue, jobs, events);
        // Before it is handed over, so that the thread that writes tells; and nobody can keep it from that.
        CompletableFuture<Long> told = bulk.written.thenApply(nothing -> bulk.tell());
        if (inline != null || bulk.payloads.isEmpty()) {
            writeNow(bulk);
        } else {
            handedOver.add(bulk);
        }
        return told.minimalCompletionStage();
    }

    /** While a thousand are being written, by a thread, the next are prepared. */
    long enqueueAll(String queue, Iterator<JobSpec> jobs, Events events) {
        long written = 0;
        Prepared prepared = thousand(queue, jobs, events); // at least once, for the name of the queue
        while (true) {
            if (prepared.failure != null) {
                throw ofStream(prepared.failure, written);
            }
            Bulk bulk = prepared.bulk;
            if (bulk.payloads.isEmpty() || prepared.isLast || inline != null) {
                writeNow(bulk);
            } else {
                waitedFor.add(bulk);
            }
            Prepared next = prepared.isLast ? prepared : thousand(queue, jobs, events);
            Throwable refused = bulk.written.handle((nothing, e) -> e).join();
            if (refused != null) {
                if (next.failure != null && next.failure != refused) {
                    refused.addSuppressed(next.failure);
                }
                throw ofStream(refused, written);
            }
            written += bulk.tell();
            if (prepared.isLast) {
                return written;
            }
            prepared = next;
        }
    }

    private record Prepared(
            Bulk bulk, boolean isLast, @Nullable Throwable failure) {}

    private Prepared thousand(String queue, Iterator<JobSpec> jobs, Events events) {
        try {
            List<JobSpec> next = new ArrayList<>();
            while (next.size() < CHUNK_JOBS && jobs.hasNext()) {
                next.add(jobs.next());
            }
            return new Prepared(prepare(queue, next, events), next.size() < CHUNK_JOBS, null);
        } catch (Throwable e) { // an iterator may throw what it does not declare
            return new Prepared(new Bulk(queue, List.of(), 0), true, e);
        }
    }

    private static RuntimeException ofStream(Throwable failure, long written) {
        String before = "; before these, " + written + " jobs of the stream were put on the queue";
        if (failure instanceof InvalidJobException invalid) {
            return new InvalidJobException(invalid.getMessage() + before, invalid);
        } else if (failure instanceof BackendUnavailableException lost) {
            return new BackendUnavailableException(
                    lost.getMessage() + before, lost, lost.maybeApplied() || written > 0);
        } else if (failure instanceof BackendException refused) {
            return new BackendException(refused.getMessage() + before, refused);
        } else if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException thrown ? thrown : new CompletionException(failure);
    }

    private Bulk prepare(String queue, List<JobSpec> jobs, Events events) {
        services.arguments().checkQueue(queue);
        List<ResqueListener> listeners = events.all();
        Bulk bulk =
                new Bulk(queue, listeners, Objects.requireNonNull(jobs, "jobs").size());
        List<JobSpec> checked = new ArrayList<>(jobs.size());
        jobs.forEach(job -> checked.add(services.arguments().check(job)));
        for (JobSpec job : checked) {
            if (job.id().isPresent()) {
                throw new InvalidJobException(
                        "A job with the id \"" + JsonRules.forLog(job.id().get())
                                + "\" is among many that are not tracked; enqueue it by enqueueTracked(queue, job)");
            }
            if (!listeners.isEmpty()) {
                JobInfo info = new JobInfo(queue, job.jobClass(), job.args(), Optional.empty());
                if (isVetoed(info, listeners)) {
                    continue;
                }
                bulk.add(info);
            }
            bulk.add(encode(job.jobClass(), PayloadShape.plain(job)));
        }
        return bulk;
    }

    private void write(Bulk bulk) {
        if (inline != null) {
            bulk.payloads.forEach(payload -> inline.run(bulk.queue, payload, null));
        } else {
            pushAll(bulk.queue, bulk.payloads);
        }
    }

    private void writeNow(Bulk bulk) {
        try {
            write(bulk);
            bulk.written.complete(null);
        } catch (RuntimeException | Error e) {
            bulk.written.completeExceptionally(e);
        }
    }

    /** Bulks of one queue, in one request if they fit. */
    private void writeTogether(List<Bulk> bulks) {
        if (bulks.size() == 1) {
            writeNow(bulks.get(0));
        } else {
            writeInOneRequest(bulks);
        }
    }

    /** Nobody may look at the stage, so the log tells; of many that fail one behind the other, once. */
    private void writeHandedOver(List<Bulk> bulks) {
        String queue = bulks.get(0).queue;
        long before = unwritten.getOrDefault(queue, 0L);
        long jobs = 0;
        writeTogether(bulks);
        for (Bulk bulk : bulks) {
            Throwable refused = bulk.written.handle((nothing, e) -> e).join();
            if (refused != null) {
                if (before + jobs == 0) {
                    LOG.warn(
                            "Jobs that were handed over for {} are not written, and not tried again: {}",
                            queue,
                            JsonRules.forLog(refused.getMessage()));
                }
                jobs += bulk.payloads.size();
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

    private void writeInOneRequest(List<Bulk> bulks) {
        try {
            List<Payload> payloads = new ArrayList<>();
            bulks.forEach(bulk -> payloads.addAll(bulk.payloads));
            push(bulks.get(0).queue, payloads, List.of());
            bulks.forEach(bulk -> bulk.written.complete(null));
        } catch (RuntimeException | Error e) {
            bulks.forEach(bulk -> bulk.written.completeExceptionally(
                    e instanceof BackendException refused
                            ? refused(refused, 0, bulk.payloads.size(), bulk.payloads.size())
                            : e));
        }
    }

    /** Writes what was handed over, so long at most. */
    void close(Duration timeout) {
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

    private static boolean isVetoed(JobInfo job, List<ResqueListener> listeners) {
        try {
            listeners.forEach(listener -> listener.beforeEnqueue(job));
            return false;
        } catch (DontCreateException e) {
            return true;
        }
    }

    private void pushAll(String queue, List<Payload> payloads) {
        int written = 0;
        while (written < payloads.size()) {
            int end = written;
            for (int bytes = 0; end < payloads.size() && end - written < CHUNK_JOBS && bytes < CHUNK_BYTES; end++) {
                bytes += payloads.get(end).size();
            }
            try {
                push(queue, payloads.subList(written, end), List.of());
            } catch (BackendException e) {
                throw refused(e, written, end, payloads.size());
            }
            written = end;
        }
    }

    /** What came between: of so many jobs some were written, and with the last request those up to the end tried. */
    private static BackendException refused(BackendException e, int written, int end, int all) {
        if (all == 1) {
            return e;
        }
        String message = e.getMessage() + "; " + written + " of " + all + " jobs are on the queue";
        if (!(e instanceof BackendUnavailableException lost)) {
            return new BackendException(message, e);
        }
        String next = lost.maybeApplied() ? ", and the next " + (end - written) + " may be" : "";
        return new BackendUnavailableException(message + next, e, lost.maybeApplied() || written > 0);
    }

    private void push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
        push(new Push(queue, payloads, statuses));
    }

    private void push(Push push) {
        try {
            services.backend().queues().push(push);
        } catch (QueueNotAnnouncedException e) {
            // An error would be taken for a job that is not there, and enqueued again.
            LOG.warn(JsonRules.forLog(e.getMessage()));
        }
    }

    /** Nobody will ever run a job that is certainly not on its queue, so nothing may say that it waits. */
    private void forget(String token, BackendException refused) {
        if (refused instanceof BackendUnavailableException lost && lost.maybeApplied()) {
            return;
        }
        try {
            services.statuses().remove(token);
        } catch (BackendException e) {
            refused.addSuppressed(e);
        }
    }
}
