package io.resque.core.internal.execution;

import io.resque.api.Enqueuer;
import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobFailure;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import io.resque.core.internal.wire.ProgressShape;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The context of one run of a job. */
public final class RunContext implements JobContext, GuardedEnqueuer {
    final JobRequest request;
    private final JobExecutorHost host;
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

    @Override
    public Enqueuer enqueuer() {
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
            known = request.metadata().isEmpty() ? Map.of() : ReadOnlyTree.of(request.metadata());
            metadata = known;
        }
        return known;
    }

    @Override
    public Optional<Instant> queuedAt() {
        return Optional.ofNullable(request.queuedAt());
    }

    @Override
    public int attempt() {
        return request.attempt();
    }

    @Override
    public Optional<JobFailure> lastFailure() {
        return Optional.ofNullable(request.lastFailure());
    }

    @Override
    public void checkpoint(@Nullable Object cursor) {
        refuseIfEnded();
        host.checkpoint(request, cursor);
    }

    @Override
    public Optional<Object> lastCheckpoint() {
        return Optional.ofNullable(ReadOnlyTree.of(request.checkpoint()));
    }

    @Override
    public void progress(long done, long total, String text) {
        refuseIfEnded();
        if (done < 0 || total < 0) {
            throw new IllegalArgumentException("done and total must not be negative, were " + done + ", " + total);
        }
        host.progress(request, done, total, ProgressShape.shown(text));
    }

    @Override
    public void log(String line) {
        refuseIfEnded();
        host.log(request, ProgressShape.shown(line));
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
}
