package io.resque.core.internal.execution;

import io.resque.api.Enqueuer;
import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The context of one run of a job. */
public final class RunContext implements JobContext {
    final JobRequest request;
    private final JobExecutorHost host;
    /** Made when the job asks for them: a copy for each job has its price. */
    private @Nullable JobArguments args;

    private @Nullable Map<String, @Nullable Object> metadata;

    private volatile boolean cancelled;
    private volatile boolean ended;
    private volatile @Nullable Object result;

    public RunContext(JobRequest request, JobExecutorHost host) {
        this.request = request;
        this.host = host;
    }

    void cancel() {
        cancelled = true;
    }

    /** From now on the job can do nothing more: the outcome is known, and the child may run the next job. */
    void end() {
        ended = true;
    }

    private void refuseIfEnded() {
        if (ended) {
            throw new IllegalStateException("The context of a " + request.jobClass()
                    + " was used after the job had ended; use it while the job runs, or enqueue by a Resque");
        }
    }

    private Enqueuer enqueuer() {
        refuseIfEnded();
        return host.enqueuer();
    }

    @Nullable
    public Object result() {
        return result;
    }

    @Override
    public String queue() {
        return request.queue();
    }

    @Override
    public String jobClass() {
        return request.jobClass();
    }

    @Override
    public Optional<String> id() {
        return Optional.ofNullable(request.id());
    }

    @Override
    public JobArguments args() {
        JobArguments known = args;
        if (known == null) {
            known = new TreeArguments(request.jobClass(), request.args(), host.readers(), host.serializer());
            args = known;
        }
        return known;
    }

    @Override
    public Map<String, @Nullable Object> metadata() {
        Map<String, @Nullable Object> known = metadata;
        if (known == null) {
            known = request.metadata().isEmpty() ? Map.of() : TreeArguments.frozen(request.metadata());
            metadata = known;
        }
        return known;
    }

    @Override
    public Optional<Instant> queuedAt() {
        return Optional.ofNullable(request.queuedAt());
    }

    @Override
    public void result(@Nullable Object value) {
        refuseIfEnded();
        result = host.toTree(value);
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Enqueuer at(Instant due) {
        return enqueuer().at(due);
    }

    @Override
    public Enqueuer in(Duration delay) {
        return enqueuer().in(delay);
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return enqueuer().enqueue(queue, job);
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return enqueuer().enqueueTracked(queue, job);
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAll(queue, jobs);
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return enqueuer().enqueueAll(queue, jobs);
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllTracked(queue, jobs);
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueuer().enqueueAsync(queue, job);
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return enqueuer().enqueueTrackedAsync(queue, job);
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllAsync(queue, jobs);
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return enqueuer().enqueueAllTrackedAsync(queue, jobs);
    }
}
