package io.resque.core.internal.schedule;

import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.internal.enqueue.Producer;
import io.resque.core.internal.enqueue.ReadyJob;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.WrappedJob;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the jobs of ticks, and acts once they are in Redis. Thread-safe. */
public final class TickJobs {
    private final String scheduler;
    private final Producer producer;
    private final JobSerializer serializer;
    private final Supplier<ListenerChain> events;
    private final FailureLog failures;

    /**
     * For one scheduler.
     *
     * @param scheduler what failure records name as their worker
     * @param events the listeners of a moment, which hear of the jobs
     */
    public TickJobs(
            String scheduler,
            Producer producer,
            JobSerializer serializer,
            Supplier<ListenerChain> events,
            FailureLog failures) {
        this.scheduler = scheduler;
        this.producer = producer;
        this.serializer = serializer;
        this.events = events;
        this.failures = failures;
    }

    /** The job of an entry that is due at an instant; null if a listener vetoed it. Throws what a listener or a check throws. */
    @Nullable
    ReadyJob job(ReadEntry entry, Instant at) {
        return producer.ready(entry.queue(), WrappedJob.fresh(entry.job(), Instant.now()), events.get(), at);
    }

    /** What is recorded of a job that cannot be pushed. */
    List<Effect> failure(ReadEntry entry, JobOutcome.Failed failure) {
        Payload payload = serializer.encode(PayloadShape.plain(entry.job()));
        return failures.records(payload, scheduler, entry.queue(), failure);
    }

    /** To be called once a job is pushed. Throws nothing. */
    void pushed(ReadyJob job, Instant at) {
        ListenerChain.announce(job.listeners(), "afterEnqueue", listener -> listener.afterEnqueue(job.written()));
        ListenerChain.announce(job.listeners(), "afterSchedule", listener -> listener.afterSchedule(job.written(), at));
    }

    /** To be called once a job was not pushed, since an equal job has its lock. Throws nothing. */
    void refused(ReadyJob job) {
        ListenerChain.announce(job.listeners(), "duplicate", listener -> listener.duplicate(job.written()));
    }

    /** To be called once a failure is recorded. Throws nothing. */
    void recorded(List<Effect> effects) {
        failures.recorded(effects);
    }
}
