package io.resque.wrong.executor;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** What a job enqueues by, for those that change one method. */
class ChangedEnqueuer implements Enqueuer {
    final Enqueuer enqueuer;

    ChangedEnqueuer(Enqueuer enqueuer) {
        this.enqueuer = enqueuer;
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return enqueuer.enqueue(queue, job);
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return enqueuer.enqueueTracked(queue, job);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAll(queue, jobs);
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return enqueuer.enqueueAll(queue, jobs);
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllTracked(queue, jobs);
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueuer.enqueueAsync(queue, job);
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return enqueuer.enqueueTrackedAsync(queue, job);
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllAsync(queue, jobs);
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllTrackedAsync(queue, jobs);
    }
}
