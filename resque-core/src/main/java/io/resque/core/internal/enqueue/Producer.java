package io.resque.core.internal.enqueue;

import io.resque.api.DontCreateException;
import io.resque.api.EnqueueWatch;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.MaxPayload;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.QueueNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks and encodes jobs, puts them to their destination, and tells the listeners before and after. Thread-safe. */
public final class Producer {
    private final ArgumentRules rules;
    private final StatusUpdates statuses;
    private final StatusTokens tokens = new StatusTokens();
    private final JobEncoder encoder;
    private final Clock clock;
    private final DelayLimits delays;
    private final @Nullable WriteDeferral deferral;
    private final Destination destination;

    /**
     * For one destination.
     *
     * @param destination makes it; it must not use its argument before this constructor has returned
     */
    public Producer(
            ArgumentRules rules,
            JobSerializer serializer,
            MaxPayload maxPayload,
            StatusUpdates statuses,
            Clock clock,
            DelayLimits delays,
            @Nullable WriteDeferral deferral,
            Function<Producer, Destination> destination) {
        this.rules = rules;
        this.statuses = statuses;
        this.clock = clock;
        this.delays = delays;
        this.deferral = deferral;
        this.encoder = new JobEncoder(rules, serializer, maxPayload, delays, tokens, this::destination);
        this.destination = destination.apply(this);
    }

    private Destination destination() {
        return destination;
    }

    /** Enqueues jobs of which these listeners hear. */
    public Enqueuer hearing(ListenerChain events) {
        return deferral == null ? new ListenedEnqueuer(this, events) : hearing(events, deferral);
    }

    /** The same with writes that are put off. */
    public Enqueuer hearing(ListenerChain events, WriteDeferral putOff) {
        return new DeferringEnqueuer(this, events, putOff);
    }

    boolean enqueue(String queue, JobSpec job, ListenerChain events) {
        if (Objects.requireNonNull(job, "job").unique().isPresent()) {
            return enqueueAll(queue, List.of(job), events, null) > 0;
        }
        EnqueueWatches watches = watches(queue, List.of(job), events, true, null);
        ReadyJob ready = watches.prepare(() -> ready(queue, job, events, null, watches));
        if (ready == null) {
            watches.ended(EnqueueWatch.Outcome.VETOED, null);
            return false;
        }
        watches.write(() -> destination.put(queue, ready.payload()));
        ready.listeners().forEach(listener -> listener.afterEnqueue(ready.written()));
        return true;
    }

    /**
     * A job that the caller pushes; null if a listener vetoed it. Nothing is written. The caller calls {@code afterEnqueue}, and for a tick
     * {@code afterSchedule}.
     *
     * @param tick when the job of a recurring job is due; null for another job
     */
    public @Nullable ReadyJob ready(String queue, JobSpec job, ListenerChain events, @Nullable Instant tick) {
        return ready(queue, job, events, tick, EnqueueWatches.NONE);
    }

    private @Nullable ReadyJob ready(
            String queue, JobSpec job, ListenerChain events, @Nullable Instant tick, EnqueueWatches watches) {
        QueueNames.check(queue);
        JobSpec checked = untracked(rules.check(job));
        List<ResqueListener> listeners = events.all();
        JobInfo asked = info(queue, checked, null, null);
        if (tick != null && isVetoed(() -> listeners.forEach(listener -> listener.beforeSchedule(asked, tick)))
                || isVetoed(asked, listeners, null)) {
            return null;
        }
        JobEncoder.Encoded encoded =
                encoder.encode(queue, checked, asked, listeners, watches, PayloadShape::plain, false);
        JobInfo written = encoded.job() == checked ? asked : info(queue, encoded.job(), null, null);
        return new ReadyJob(encoded.payload(), written, listeners);
    }

    private EnqueueWatches watches(
            String queue, List<JobSpec> jobs, ListenerChain events, boolean waits, @Nullable Instant due) {
        return EnqueueWatches.begin(events, queue, jobs, waits, due, rules);
    }

    /** The instant after a delay, by the clock of this JVM. */
    Instant after(Duration delay) {
        return delays.after(clock.instant(), delay);
    }

    /** An id that is not written would not keep a job from being enqueued twice. */
    private static JobSpec untracked(JobSpec job) {
        if (job.id().isPresent()) {
            throw new InvalidJobException(
                    "The job with the id \"" + JsonRules.forLog(job.id().get())
                            + "\" is not tracked, and only a tracked job has an id; enqueue it by enqueueTracked(queue, job)");
        }
        return job;
    }

    private JobSpec tracked(JobSpec job) {
        job.id().ifPresent(rules::checkId);
        return job;
    }

    Optional<String> enqueueTracked(String queue, JobSpec job, ListenerChain events) {
        if (job.unique().isPresent()) {
            return enqueueAllTracked(queue, List.of(job), events, null).get(0);
        }
        EnqueueWatches watches = watches(queue, List.of(job), events, true, null);
        ReadyTracked ready = watches.prepare(() -> readyTracked(queue, job, events, watches));
        if (ready == null) {
            watches.ended(EnqueueWatch.Outcome.VETOED, null);
            return Optional.empty();
        }
        watches.write(
                () -> destination.putTracked(queue, ready.job.payload(), statuses.enqueued(ready.token), ready.ownId));
        ready.job.listeners().forEach(listener -> listener.afterEnqueue(ready.job.written()));
        return Optional.of(ready.token);
    }

    private record ReadyTracked(ReadyJob job, String token, boolean ownId) {}

    private @Nullable ReadyTracked readyTracked(
            String queue, JobSpec job, ListenerChain events, EnqueueWatches watches) {
        QueueNames.check(queue);
        JobSpec checked = tracked(rules.check(job));
        String token = checked.id().orElseGet(tokens::next);
        List<ResqueListener> listeners = events.all();
        Instant now = clock.instant();
        JobInfo asked = info(queue, checked, token, now);
        if (isVetoed(asked, listeners, null)) {
            return null;
        }
        JobEncoder.Encoded encoded = encoder.encode(
                queue,
                checked,
                asked,
                listeners,
                watches,
                (whole, claim) -> PayloadShape.tracked(whole, claim, token, now),
                false);
        JobInfo written = encoded.job() == checked ? asked : info(queue, encoded.job(), token, now);
        return new ReadyTracked(
                new ReadyJob(encoded.payload(), written, listeners),
                token,
                checked.id().isPresent());
    }

    long enqueueAll(String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        return write(prepare(queue, jobs, events, due, true));
    }

    List<Optional<String>> enqueueAllTracked(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepareTracked(queue, jobs, events, due, true);
        write(batch);
        return batch.tokens();
    }

    /** Writes what was prepared, tells the listeners, and returns how many jobs there are. */
    long write(EnqueueBatch batch) {
        batch.writeBy(destination::put);
        return batch.tell();
    }

    CompletableFuture<Long> enqueueAllAsync(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepare(queue, jobs, events, due, false);
        return handOver(batch, batch::tell);
    }

    CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepareTracked(queue, jobs, events, due, false);
        return handOver(batch, () -> {
            batch.tell();
            return batch.tokens();
        });
    }

    <R> CompletableFuture<R> handOver(EnqueueBatch batch, Supplier<R> tell) {
        // Before it is handed over, so that the thread that writes tells the listeners, and no caller can keep it from
        // that.
        CompletableFuture<R> told = batch.written
                .whenComplete((nothing, failure) -> batch.ended(failure))
                .thenApply(nothing -> tell.get());
        if (batch.payloads.isEmpty()) {
            batch.written.complete(null);
        } else {
            destination.takeOver(batch);
        }
        return told.copy();
    }

    long enqueueAll(String queue, Iterator<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        return new StreamedJobs(queue, jobs, next -> prepare(queue, next, events, due, true), destination).write();
    }

    private EnqueueBatch batch(
            String queue,
            List<JobSpec> jobs,
            List<ResqueListener> listeners,
            @Nullable Instant due,
            EnqueueWatches watches) {
        QueueNames.check(queue);
        Long second = null;
        if (due != null) {
            second = delays.second(clock.instant(), due);
            destination.checkDelays();
        }
        return new EnqueueBatch(
                queue, listeners, Objects.requireNonNull(jobs, "jobs").size(), second, watches);
    }

    EnqueueBatch prepare(String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due, boolean waits) {
        EnqueueWatches watches = watches(queue, jobs, events, waits, due);
        return watches.prepare(() -> prepare(queue, jobs, events.all(), due, watches));
    }

    private EnqueueBatch prepare(
            String queue,
            List<JobSpec> jobs,
            List<ResqueListener> listeners,
            @Nullable Instant due,
            EnqueueWatches watches) {
        EnqueueBatch batch = batch(queue, jobs, listeners, due, watches);
        List<JobSpec> checked = new ArrayList<>(jobs.size());
        jobs.forEach(job -> checked.add(untracked(rules.check(job))));
        boolean isDelayed = batch.second != null;
        for (JobSpec job : checked) {
            JobEncoder.Encoded encoded;
            if (listeners.isEmpty()) {
                encoded = encoder.encode(queue, job, PayloadShape::plain, isDelayed);
            } else {
                JobInfo asked = info(queue, job, null, null);
                if (isVetoed(asked, listeners, batch.second)) {
                    batch.addVetoed();
                    continue;
                }
                encoded = encoder.encode(queue, job, asked, listeners, watches, PayloadShape::plain, isDelayed);
                batch.add(encoded.job() == job ? asked : info(queue, encoded.job(), null, null));
            }
            batch.add(encoded);
        }
        return batch;
    }

    EnqueueBatch prepareTracked(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due, boolean waits) {
        EnqueueWatches watches = watches(queue, jobs, events, waits, due);
        return watches.prepare(() -> prepareTracked(queue, jobs, events.all(), due, watches));
    }

    private EnqueueBatch prepareTracked(
            String queue,
            List<JobSpec> jobs,
            List<ResqueListener> listeners,
            @Nullable Instant due,
            EnqueueWatches watches) {
        EnqueueBatch batch = batch(queue, jobs, listeners, due, watches);
        List<JobSpec> checked = new ArrayList<>(jobs.size());
        Set<String> ids = new HashSet<>();
        for (JobSpec job : jobs) {
            JobSpec whole = tracked(rules.check(job));
            if (whole.id().isPresent() && !ids.add(whole.id().get())) {
                throw new InvalidJobException("Two jobs have the id \""
                        + JsonRules.forLog(whole.id().get()) + "\"; leave one of them out, or give it another id");
            }
            checked.add(whole);
        }
        Instant now = clock.instant();
        for (JobSpec job : checked) {
            String token = job.id().orElseGet(tokens::next);
            JobInfo asked = info(queue, job, token, now);
            if (isVetoed(asked, listeners, batch.second)) {
                batch.addVetoedTracked();
                continue;
            }
            JobEncoder.Encoded encoded = encoder.encode(
                    queue,
                    job,
                    asked,
                    listeners,
                    watches,
                    (whole, claim) -> PayloadShape.tracked(whole, claim, token, now),
                    batch.second != null);
            if (!listeners.isEmpty()) {
                batch.add(encoded.job() == job ? asked : info(queue, encoded.job(), token, now));
            }
            batch.add(
                    encoded,
                    statuses.enqueued(token, delays.wait(now, batch.second)),
                    job.id().isPresent());
        }
        return batch;
    }

    /** Waits until the jobs that were handed over are written, for this long at most. */
    public void close(Duration timeout) {
        destination.close(timeout);
    }

    private static JobInfo info(String queue, JobSpec job, @Nullable String token, @Nullable Instant queuedAt) {
        return new JobInfo(
                queue,
                job.jobClass(),
                job.args(),
                Optional.ofNullable(token),
                job.metadata(),
                Optional.ofNullable(queuedAt));
    }

    /** Whether a listener vetoes the job, which is due at a second if it is delayed. */
    private boolean isVetoed(JobInfo job, List<ResqueListener> listeners, @Nullable Long second) {
        return isVetoed(() -> {
            if (second != null) {
                Instant due = Instant.ofEpochSecond(second);
                listeners.forEach(listener -> listener.beforeSchedule(job, due));
            }
            if (second == null || second <= clock.instant().getEpochSecond()) {
                listeners.forEach(listener -> listener.beforeEnqueue(job));
            }
        });
    }

    private static boolean isVetoed(Runnable told) {
        try {
            told.run();
            return false;
        } catch (DontCreateException e) {
            return true;
        }
    }
}
