package io.resque.core.internal.enqueue;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import io.resque.core.internal.support.ListenerChain;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A producer whose jobs these listeners hear of: those of a {@code Resque}, or of one of its workers. Thread-safe. */
final class ListenedEnqueuer implements Enqueuer {
    private final Producer producer;
    private final ListenerChain events;

    /** When its jobs are due; null if they go onto their queues now. */
    private final @Nullable Supplier<Instant> due;

    ListenedEnqueuer(Producer producer, ListenerChain events) {
        this(producer, events, null);
    }

    private ListenedEnqueuer(Producer producer, ListenerChain events, @Nullable Supplier<Instant> due) {
        this.producer = producer;
        this.events = events;
        this.due = due;
    }

    private @Nullable Instant due() {
        return due == null ? null : due.get();
    }

    @Override
    public Enqueuer at(Instant instant) {
        Objects.requireNonNull(instant, "due");
        return new ListenedEnqueuer(producer, events, () -> instant);
    }

    @Override
    public Enqueuer in(Duration delay) {
        Objects.requireNonNull(delay, "delay");
        return new ListenedEnqueuer(producer, events, () -> producer.after(delay));
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return due == null ? producer.enqueue(queue, job, events) : enqueueAll(queue, one(job)) > 0;
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return due == null
                ? producer.enqueueTracked(queue, job, events)
                : enqueueAllTracked(queue, one(job)).get(0);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return producer.enqueueAll(queue, jobs, events, due());
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return producer.enqueueAll(queue, Objects.requireNonNull(jobs, "jobs").iterator(), events, due());
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllTracked(queue, jobs, events, due());
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
        return producer.enqueueAllAsync(queue, jobs, events, due());
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllTrackedAsync(queue, jobs, events, due());
    }

    private static List<JobSpec> one(JobSpec job) {
        return List.of(Objects.requireNonNull(job, "job"));
    }
}
