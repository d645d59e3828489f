package io.resque.core.internal.enqueue;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import io.resque.api.spi.DeferredWrite;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A producer that checks jobs at once, and lets somebody else say when they are written. Thread-safe. */
final class DeferringEnqueuer implements Enqueuer {
    private static final Logger LOG = Log.RESQUE;

    private final Producer producer;
    private final ListenerChain events;
    private final WriteDeferral deferral;

    /** Enqueues at once, when nothing is put off. */
    private final Enqueuer atOnce;

    private final @Nullable Supplier<Instant> due;

    DeferringEnqueuer(Producer producer, ListenerChain events, WriteDeferral deferral) {
        this(producer, events, deferral, new ListenedEnqueuer(producer, events), null);
    }

    private DeferringEnqueuer(
            Producer producer,
            ListenerChain events,
            WriteDeferral deferral,
            Enqueuer atOnce,
            @Nullable Supplier<Instant> due) {
        this.producer = producer;
        this.events = events;
        this.deferral = deferral;
        this.atOnce = atOnce;
        this.due = due;
    }

    private @Nullable Instant due() {
        return due == null ? null : due.get();
    }

    @Override
    public Enqueuer at(Instant instant) {
        return new DeferringEnqueuer(producer, events, deferral, atOnce.at(instant), () -> instant);
    }

    @Override
    public Enqueuer in(Duration delay) {
        return new DeferringEnqueuer(producer, events, deferral, atOnce.in(delay), () -> producer.after(delay));
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return deferral.defers() ? enqueueAll(queue, one(job)) > 0 : atOnce.enqueue(queue, job);
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return deferral.defers() ? enqueueAllTracked(queue, one(job)).get(0) : atOnce.enqueueTracked(queue, job);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        if (!deferral.defers()) {
            return atOnce.enqueueAll(queue, jobs);
        }
        return put(producer.prepare(queue, jobs, events, due(), true));
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        if (!deferral.defers()) {
            return atOnce.enqueueAll(queue, jobs);
        }
        List<EnqueueBatch> batches = new ArrayList<>();
        Iterator<JobSpec> all = jobs.iterator();
        do {
            List<JobSpec> next = new ArrayList<>();
            while (next.size() < EnqueueBatch.MOST_JOBS && all.hasNext()) {
                next.add(all.next());
            }
            batches.add(producer.prepare(queue, next, events, due(), true));
        } while (all.hasNext());
        return batches.stream().mapToLong(this::put).sum();
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        if (!deferral.defers()) {
            return atOnce.enqueueAllTracked(queue, jobs);
        }
        EnqueueBatch batch = producer.prepareTracked(queue, jobs, events, due(), true);
        put(batch);
        return batch.tokens();
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
        return deferral.defers()
                ? handOver(producer.prepare(queue, jobs, events, due(), false), EnqueueBatch::tell)
                : atOnce.enqueueAllAsync(queue, jobs);
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return deferral.defers()
                ? handOver(producer.prepareTracked(queue, jobs, events, due(), false), batch -> {
                    batch.tell();
                    return batch.tokens();
                })
                : atOnce.enqueueAllTrackedAsync(queue, jobs);
    }

    private static List<JobSpec> one(JobSpec job) {
        return List.of(Objects.requireNonNull(job, "job"));
    }

    private long put(EnqueueBatch batch) {
        if (!batch.payloads.isEmpty()) {
            deferral.defer(new Write(() -> write(batch), () -> batch.ended(discarded())));
        }
        return batch.payloads.size();
    }

    private void write(EnqueueBatch batch) {
        try {
            producer.write(batch);
        } catch (RuntimeException e) {
            refused(batch, e);
        }
    }

    private <R> CompletableFuture<R> handOver(EnqueueBatch batch, Function<EnqueueBatch, R> tell) {
        CompletableFuture<R> told = new CompletableFuture<>();
        Runnable write = () -> producer.handOver(batch, () -> tell.apply(batch)).whenComplete((result, e) -> {
            if (e == null) {
                told.complete(result);
            } else {
                Throwable cause =
                        e instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : e;
                refused(batch, cause);
                told.completeExceptionally(cause);
            }
        });
        if (batch.payloads.isEmpty()) {
            write.run();
        } else {
            deferral.defer(new Write(write, () -> {
                CancellationException discarded = discarded();
                batch.ended(discarded);
                told.completeExceptionally(discarded);
            }));
        }
        return told.copy();
    }

    private static CancellationException discarded() {
        return new CancellationException("The jobs were put off, and then discarded");
    }

    private static void refused(EnqueueBatch batch, Throwable e) {
        int jobs = batch.payloads.size();
        LOG.error(
                "{} for {} that {} put off, such as until the commit of a transaction, {} not written, and not tried again: {}",
                jobs == 1 ? "A job" : jobs + " jobs",
                JsonRules.forLog(batch.queue),
                jobs == 1 ? "was" : "were",
                jobs == 1 ? "is" : "are",
                JsonRules.forLog(String.valueOf(e.getMessage())));
        batch.tellOfRefusal(e);
    }

    private record Write(Runnable written, Runnable discarded) implements DeferredWrite {
        @Override
        public void write() {
            written.run();
        }

        @Override
        public void discard() {
            discarded.run();
        }
    }
}
