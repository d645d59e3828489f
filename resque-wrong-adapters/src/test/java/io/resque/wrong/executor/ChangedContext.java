package io.resque.wrong.executor;

import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobFailure;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a job sees, for those that change one method. */
class ChangedContext extends ChangedEnqueuer implements JobContext {
    final JobContext real;

    ChangedContext(JobContext real) {
        super(real);
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
    public int attempt() {
        return real.attempt();
    }

    @Override
    public Optional<JobFailure> lastFailure() {
        return real.lastFailure();
    }

    @Override
    public void checkpoint(@Nullable Object cursor) {
        real.checkpoint(cursor);
    }

    @Override
    public Optional<Object> lastCheckpoint() {
        return real.lastCheckpoint();
    }

    @Override
    public void progress(long done, long total, String text) {
        real.progress(done, total, text);
    }

    @Override
    public void log(String line) {
        real.log(line);
    }

    @Override
    public void result(@Nullable Object value) {
        real.result(value);
    }

    @Override
    public boolean isCancelled() {
        return real.isCancelled();
    }
}
