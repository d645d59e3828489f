package io.resque.core.internal.enqueue;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import io.resque.core.internal.support.ListenerChain;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A producer whose jobs these listeners hear of: those of a {@code Resque}, or of one of its workers. Thread-safe. */
final class ListenedEnqueuer implements Enqueuer {
    private final Producer producer;
    private final ListenerChain events;

    ListenedEnqueuer(Producer producer, ListenerChain events) {
        this.producer = producer;
        this.events = events;
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return producer.enqueue(queue, job, events);
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return producer.enqueueTracked(queue, job, events);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return producer.enqueueAll(queue, jobs, events);
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return producer.enqueueAll(queue, Objects.requireNonNull(jobs, "jobs").iterator(), events);
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllTracked(queue, jobs, events);
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueueAllAsync(queue, one(job)).thenApply(jobs -> jobs > 0);
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return enqueueAllTrackedAsync(queue, one(job)).thenApply(tokens -> tokens.get(0));
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllAsync(queue, jobs, events);
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllTrackedAsync(queue, jobs, events);
    }

    private static List<JobSpec> one(JobSpec job) {
        return List.of(Objects.requireNonNull(job, "job"));
    }
}
