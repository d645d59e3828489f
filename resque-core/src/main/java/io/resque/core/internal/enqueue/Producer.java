package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.LockShape;
import io.resque.core.internal.wire.MaxPayload;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.QueueNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks and encodes jobs, puts them to their destination, and tells the listeners before and after. Thread-safe. */
public final class Producer {
    private final ArgumentRules rules;
    private final JobSerializer serializer;
    private final MaxPayload maxPayload;
    private final StatusUpdates statuses;
    private final StatusTokens tokens = new StatusTokens();
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
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.statuses = statuses;
        this.clock = clock;
        this.delays = delays;
        this.deferral = deferral;
        this.destination = destination.apply(this);
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
        ReadyJob ready = ready(queue, job, events, null);
        if (ready == null) {
            return false;
        }
        destination.put(queue, ready.payload());
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
        QueueNames.check(queue);
        JobSpec checked = untracked(rules.check(job));
        List<ResqueListener> listeners = events.all();
        JobInfo asked = info(queue, checked, null, null);
        if (tick != null && isVetoed(() -> listeners.forEach(listener -> listener.beforeSchedule(asked, tick)))
                || isVetoed(asked, listeners, null)) {
            return null;
        }
        JobSpec whole = withMetadata(checked, asked, listeners);
        Payload payload = encode(whole.jobClass(), PayloadShape.plain(whole, claim(queue, whole)));
        return new ReadyJob(payload, whole == checked ? asked : info(queue, whole, null, null), listeners);
    }

    /** The instant after a delay, by the clock of this JVM. */
    Instant after(Duration delay) {
        return delays.after(clock.instant(), delay);
    }

    /** The locks of a job, under an owner of its own; null if it has none. */
    private @Nullable LockClaim claim(String queue, JobSpec checked) {
        if (checked.unique().isEmpty()) {
            return null;
        }
        destination.checkLocks();
        LockClaim.Lock lock =
                LockShape.lock(checked.unique().get(), queue, checked.jobClass(), checked.args(), serializer);
        return new LockClaim(tokens.next(), List.of(lock));
    }

    /** Adds the item to the payload that was added last, if the jobs of the batch are delayed. */
    private void addItem(EnqueueBatch batch, JobSpec job, Map<String, @Nullable Object> tree) {
        if (batch.second != null) {
            Payload item = serializer.encode(ItemShape.of(tree, batch.queue));
            delays.checkSize(job.jobClass(), item);
            batch.addItem(item);
        }
    }

    private Payload encode(String jobClass, Map<String, @Nullable Object> tree) {
        Payload payload = serializer.encode(tree);
        if (payload.size() > maxPayload.enqueued()) {
            throw new InvalidJobException("The payload of \"" + JsonRules.forLog(jobClass) + "\" has " + payload.size()
                    + " bytes, more than the " + maxPayload.enqueued()
                    + " that are allowed; send less, such as the name of a file, or raise the"
                    + " largest payload (max-payload, MAX_PAYLOAD) here and where the workers are");
        }
        return payload;
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
        QueueNames.check(queue);
        JobSpec checked = tracked(rules.check(job));
        String token = checked.id().orElseGet(tokens::next);
        List<ResqueListener> listeners = events.all();
        Instant now = clock.instant();
        JobInfo asked = info(queue, checked, token, now);
        if (isVetoed(asked, listeners, null)) {
            return Optional.empty();
        }
        JobSpec whole = withMetadata(checked, asked, listeners);
        Payload payload = encode(whole.jobClass(), PayloadShape.tracked(whole, token, now));
        destination.putTracked(
                queue, payload, statuses.enqueued(token), checked.id().isPresent());
        JobInfo written = whole == checked ? asked : info(queue, whole, token, now);
        listeners.forEach(listener -> listener.afterEnqueue(written));
        return Optional.of(token);
    }

    long enqueueAll(String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        return write(prepare(queue, jobs, events, due));
    }

    List<Optional<String>> enqueueAllTracked(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepareTracked(queue, jobs, events, due);
        write(batch);
        return batch.tokens();
    }

    /** Writes what was prepared, tells the listeners, and returns how many jobs there are. */
    long write(EnqueueBatch batch) {
        destination.put(batch);
        return batch.tell();
    }

    CompletableFuture<Long> enqueueAllAsync(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepare(queue, jobs, events, due);
        return handOver(batch, batch::tell);
    }

    CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(
            String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        EnqueueBatch batch = prepareTracked(queue, jobs, events, due);
        return handOver(batch, () -> {
            batch.tell();
            return batch.tokens();
        });
    }

    <R> CompletableFuture<R> handOver(EnqueueBatch batch, Supplier<R> tell) {
        // Before it is handed over, so that the thread that writes tells the listeners, and no caller can keep it from
        // that.
        CompletableFuture<R> told = batch.written.thenApply(nothing -> tell.get());
        if (batch.payloads.isEmpty()) {
            batch.written.complete(null);
        } else {
            destination.takeOver(batch);
        }
        return told.copy();
    }

    /** While a thousand are being written, by a thread, the next are prepared. */
    long enqueueAll(String queue, Iterator<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        long written = 0;
        Prepared prepared = thousand(queue, jobs, events, due); // at least once, for the name of the queue
        while (true) {
            if (prepared.failure != null) {
                throw ofStream(prepared.failure, written);
            }
            EnqueueBatch batch = prepared.batch;
            if (batch.payloads.isEmpty() || prepared.isLast) {
                batch.completeBy(destination::put);
            } else {
                destination.begin(batch);
            }
            Prepared next = prepared.isLast ? prepared : thousand(queue, jobs, events, due);
            Throwable refused = batch.written.handle((nothing, e) -> e).join();
            if (refused != null) {
                if (next.failure != null && next.failure != refused) {
                    refused.addSuppressed(next.failure);
                }
                throw ofStream(refused, written);
            }
            written += batch.tell();
            if (prepared.isLast) {
                return written;
            }
            prepared = next;
        }
    }

    private record Prepared(
            EnqueueBatch batch, boolean isLast, @Nullable Throwable failure) {}

    private Prepared thousand(String queue, Iterator<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        try {
            List<JobSpec> next = new ArrayList<>();
            while (next.size() < EnqueueBatch.MOST_JOBS && jobs.hasNext()) {
                next.add(jobs.next());
            }
            return new Prepared(prepare(queue, next, events, due), next.size() < EnqueueBatch.MOST_JOBS, null);
        } catch (Throwable e) { // an iterator may throw what it does not declare
            return new Prepared(new EnqueueBatch(queue, List.of(), 0), true, e);
        }
    }

    private static RuntimeException ofStream(Throwable failure, long written) {
        String before = "; before these, " + written + " jobs of the stream were written";
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

    private EnqueueBatch batch(
            String queue, List<JobSpec> jobs, List<ResqueListener> listeners, @Nullable Instant due) {
        QueueNames.check(queue);
        Long second = null;
        if (due != null) {
            second = delays.second(clock.instant(), due);
            destination.checkDelays();
        }
        return new EnqueueBatch(
                queue, listeners, Objects.requireNonNull(jobs, "jobs").size(), second);
    }

    EnqueueBatch prepare(String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        List<ResqueListener> listeners = events.all();
        EnqueueBatch batch = batch(queue, jobs, listeners, due);
        List<JobSpec> checked = new ArrayList<>(jobs.size());
        jobs.forEach(job -> checked.add(untracked(rules.check(job))));
        for (JobSpec job : checked) {
            JobSpec whole = job;
            if (!listeners.isEmpty()) {
                JobInfo asked = info(queue, job, null, null);
                if (isVetoed(asked, listeners, batch.second)) {
                    continue;
                }
                whole = withMetadata(job, asked, listeners);
                batch.add(whole == job ? asked : info(queue, whole, null, null));
            }
            LockClaim claim = claim(queue, whole);
            Map<String, @Nullable Object> tree = PayloadShape.plain(whole, claim);
            batch.add(encode(whole.jobClass(), tree), claim);
            addItem(batch, whole, tree);
        }
        return batch;
    }

    EnqueueBatch prepareTracked(String queue, List<JobSpec> jobs, ListenerChain events, @Nullable Instant due) {
        List<ResqueListener> listeners = events.all();
        EnqueueBatch batch = batch(queue, jobs, listeners, due);
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
                batch.addVetoed();
                continue;
            }
            JobSpec whole = withMetadata(job, asked, listeners);
            if (!listeners.isEmpty()) {
                batch.add(whole == job ? asked : info(queue, whole, token, now));
            }
            LockClaim claim = claim(queue, whole);
            Map<String, @Nullable Object> tree = PayloadShape.tracked(whole, claim, token, now);
            batch.add(
                    encode(whole.jobClass(), tree),
                    claim,
                    statuses.enqueued(token, delays.wait(now, batch.second)),
                    job.id().isPresent());
            addItem(batch, whole, tree);
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

    /** The job with the metadata that listeners add; the same job if they add none. */
    private JobSpec withMetadata(JobSpec job, JobInfo asked, List<ResqueListener> listeners) {
        Map<String, @Nullable Object> all = null;
        for (ResqueListener listener : listeners) {
            Map<String, @Nullable Object> added = listener.metadata(asked);
            if (!added.isEmpty()) {
                all = all == null ? new LinkedHashMap<>(job.metadata()) : all;
                for (Map.Entry<String, @Nullable Object> member : added.entrySet()) {
                    if (!all.containsKey(member.getKey())) {
                        all.put(member.getKey(), member.getValue());
                    }
                }
            }
        }
        return all == null ? job : rules.withMetadata(job, all);
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
