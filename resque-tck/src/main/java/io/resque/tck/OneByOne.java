package io.resque.tck;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Gives each job to one method, in the thread of the caller. The token of a tracked job is its id, or its class if it has none. */
abstract class OneByOne implements Enqueuer {
    @Override
    public abstract boolean enqueue(String queue, JobSpec job);

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return enqueue(queue, job) ? Optional.of(job.id().orElse(job.jobClass())) : Optional.empty();
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return jobs.stream().filter(job -> enqueue(queue, job)).count();
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return enqueueAll(queue, jobs.toList());
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        List<Optional<String>> tokens = new ArrayList<>();
        jobs.forEach(job -> tokens.add(enqueueTracked(queue, job)));
        return tokens;
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return CompletableFuture.completedFuture(enqueue(queue, job));
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return CompletableFuture.completedFuture(enqueueTracked(queue, job));
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return CompletableFuture.completedFuture(enqueueAll(queue, jobs));
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return CompletableFuture.completedFuture(enqueueAllTracked(queue, jobs));
    }
}
