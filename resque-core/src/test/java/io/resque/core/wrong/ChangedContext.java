package io.resque.core.wrong;

import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a job sees, for those that change one method. */
class ChangedContext implements JobContext {
    final JobContext real;

    ChangedContext(JobContext real) {
        this.real = real;
    }

    @Override
    public String queue() {
        return real.queue();
    }

    @Override
    public String jobClass() {
        return real.jobClass();
    }

    @Override
    public Optional<String> id() {
        return real.id();
    }

    @Override
    public JobArguments args() {
        return real.args();
    }

    @Override
    public Map<String, @Nullable Object> metadata() {
        return real.metadata();
    }

    @Override
    public Optional<Instant> queuedAt() {
        return real.queuedAt();
    }

    @Override
    public void result(@Nullable Object value) {
        real.result(value);
    }

    @Override
    public boolean isCancelled() {
        return real.isCancelled();
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return real.enqueue(queue, job);
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return real.enqueueTracked(queue, job);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return real.enqueueAll(queue, jobs);
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return real.enqueueAll(queue, jobs);
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return real.enqueueAllTracked(queue, jobs);
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return real.enqueueAsync(queue, job);
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return real.enqueueTrackedAsync(queue, job);
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return real.enqueueAllAsync(queue, jobs);
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return real.enqueueAllTrackedAsync(queue, jobs);
    }
}
