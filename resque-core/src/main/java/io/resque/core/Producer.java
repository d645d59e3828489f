package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts jobs on queues, and tells the listeners before and after. */
final class Producer {
    private static final Logger LOG = LoggerFactory.getLogger(Resque.class);

    /** A chunk of a bulk push: so many jobs, or so many bytes, in one request. */
    private static final int CHUNK_JOBS = 1_000;

    private static final int CHUNK_BYTES = 1 << 20;

    private final Services services;
    private final @Nullable Inline inline;

    Producer(Services services, @Nullable Inline inline) {
        this.services = services;
        this.inline = inline;
    }

    boolean enqueue(String queue, JobSpec job, Events events) {
        services.arguments().checkQueue(queue);
        JobSpec checked = services.arguments().check(job);
        List<ResqueListener> listeners = events.all();
        JobInfo info = new JobInfo(queue, checked.jobClass(), checked.args(), Optional.empty());
        if (isVetoed(info, listeners)) {
            return false;
        }
        Payload payload = services.serializer().encode(PayloadShape.plain(checked));
        if (inline != null) {
            inline.run(queue, payload, null);
        } else {
            push(queue, List.of(payload), List.of());
        }
        listeners.forEach(listener -> listener.afterEnqueue(info));
        return true;
    }

    Optional<String> enqueueTracked(String queue, JobSpec job, Events events) {
        services.arguments().checkQueue(queue);
        JobSpec checked = services.arguments().check(job);
        String token = services.tokens().next();
        List<ResqueListener> listeners = events.all();
        JobInfo info = new JobInfo(queue, checked.jobClass(), checked.args(), Optional.of(token));
        if (isVetoed(info, listeners)) {
            return Optional.empty();
        }
        Payload payload = services.serializer()
                .encode(PayloadShape.tracked(checked, token, services.clock().instant()));
        StatusChange waiting = new StatusChange(token, JobState.WAITING, null, null);
        if (inline != null) {
            services.statuses().write(waiting);
            inline.run(queue, payload, token);
        } else if (services.statusRidesAlong()) {
            push(queue, List.of(payload), List.of(waiting));
        } else {
            services.statuses().write(waiting);
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

    long enqueueAll(String queue, List<JobSpec> jobs, Events events) {
        Bulk bulk = prepare(queue, jobs, events);
        bulk.write();
        return bulk.tell();
    }

    /** While a thousand are being written, by a thread, the next are prepared. */
    long enqueueAll(String queue, Iterator<JobSpec> jobs, Events events) {
        ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "resque-enqueue");
            thread.setDaemon(true);
            return thread;
        });
        Executor executor = inline == null ? writer : Runnable::run;
        long written = 0;
        try {
            CompletableFuture<Bulk> next = prepared(queue, jobs, events); // at least once, for the name of the queue
            while (true) {
                Bulk bulk = ofStream(next, written);
                if (bulk.isLast) {
                    ofStream(CompletableFuture.runAsync(bulk::write, Runnable::run), written);
                    return written + bulk.tell();
                }
                CompletableFuture<Void> writing = CompletableFuture.runAsync(bulk::write, executor);
                next = prepared(queue, jobs, events);
                ofStream(writing, written);
                written += bulk.tell();
            }
        } finally {
            writer.shutdown();
        }
    }

    private CompletableFuture<Bulk> prepared(String queue, Iterator<JobSpec> jobs, Events events) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<JobSpec> next = new ArrayList<>();
                    while (next.size() < CHUNK_JOBS && jobs.hasNext()) {
                        next.add(jobs.next());
                    }
                    return prepare(queue, next, events);
                },
                Runnable::run);
    }

    private static <T> T ofStream(CompletableFuture<T> part, long written) {
        String before = "; before these, " + written + " jobs of the stream were put on the queue";
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof InvalidJobException invalid) {
                throw new InvalidJobException(invalid.getMessage() + before, invalid);
            } else if (e.getCause() instanceof BackendUnavailableException lost) {
                throw new BackendUnavailableException(
                        lost.getMessage() + before, lost, lost.maybeApplied() || written > 0);
            } else if (e.getCause() instanceof BackendException refused) {
                throw new BackendException(refused.getMessage() + before, refused);
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    private Bulk prepare(String queue, List<JobSpec> jobs, Events events) {
        services.arguments().checkQueue(queue);
        List<ResqueListener> listeners = events.all();
        Bulk bulk =
                new Bulk(queue, listeners, Objects.requireNonNull(jobs, "jobs").size());
        List<JobSpec> checked = new ArrayList<>(jobs.size());
        jobs.forEach(job -> checked.add(services.arguments().check(job)));
        for (JobSpec job : checked) {
            if (!listeners.isEmpty()) {
                JobInfo info = new JobInfo(queue, job.jobClass(), job.args(), Optional.empty());
                if (isVetoed(info, listeners)) {
                    continue;
                }
                bulk.infos.add(info);
            }
            bulk.payloads.add(services.serializer().encode(PayloadShape.plain(job)));
        }
        return bulk;
    }

    /** Jobs that are checked and encoded. */
    private final class Bulk {
        private final String queue;
        private final List<ResqueListener> listeners;
        private final List<JobInfo> infos = new ArrayList<>();
        private final List<Payload> payloads;
        final boolean isLast;

        Bulk(String queue, List<ResqueListener> listeners, int jobs) {
            this.queue = queue;
            this.listeners = listeners;
            this.payloads = new ArrayList<>(jobs);
            this.isLast = jobs < CHUNK_JOBS;
        }

        void write() {
            if (inline != null) {
                payloads.forEach(payload -> inline.run(queue, payload, null));
            } else {
                pushAll(queue, payloads);
            }
        }

        long tell() {
            infos.forEach(info -> listeners.forEach(listener -> listener.afterEnqueue(info)));
            return payloads.size();
        }
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
            } catch (BackendUnavailableException e) {
                int tried = e.maybeApplied() ? end : written;
                throw new BackendUnavailableException(
                        e.getMessage() + "; " + bulkProgress(written, tried, payloads.size()),
                        e,
                        e.maybeApplied() || written > 0);
            } catch (BackendException e) {
                throw new BackendException(e.getMessage() + "; " + bulkProgress(written, written, payloads.size()), e);
            }
            written = end;
        }
    }

    private static String bulkProgress(int written, int tried, int all) {
        return written + " of " + all + " jobs are on the queue"
                + (tried > written ? ", and the next " + (tried - written) + " may be" : "");
    }

    private void push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
        try {
            services.backend().queues().push(new Push(queue, payloads, statuses));
        } catch (QueueNotAnnouncedException e) {
            // An error would be taken for a job that is not there, and enqueued again.
            LOG.warn(e.getMessage());
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
