package io.resque.core.internal.execution;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Asks at each call whether it can still be used, and so do the enqueuers of its {@code at} and {@code in}. */
interface GuardedEnqueuer extends Enqueuer {
    /** The enqueuer that does the work; throws if there must be no more work. */
    Enqueuer enqueuer();

    private GuardedEnqueuer guarded(Enqueuer later) {
        return () -> {
            enqueuer(); // asks
            return later;
        };
    }

    @Override
    default Enqueuer at(Instant due) {
        return guarded(enqueuer().at(due));
    }

    @Override
    default Enqueuer in(Duration delay) {
        return guarded(enqueuer().in(delay));
    }

    @Override
    default boolean enqueue(String queue, JobSpec job) {
        return enqueuer().enqueue(queue, job);
    }

    @Override
    default Optional<String> enqueueTracked(String queue, JobSpec job) {
        return enqueuer().enqueueTracked(queue, job);
    }

    @Override
    default long enqueueAll(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAll(queue, jobs);
    }

    @Override
    default long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return enqueuer().enqueueAll(queue, jobs);
    }

    @Override
    default List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllTracked(queue, jobs);
    }

    @Override
    default CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueuer().enqueueAsync(queue, job);
    }

    @Override
    default CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return enqueuer().enqueueTrackedAsync(queue, job);
    }

    @Override
    default CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllAsync(queue, jobs);
    }

    @Override
    default CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllTrackedAsync(queue, jobs);
    }
}
