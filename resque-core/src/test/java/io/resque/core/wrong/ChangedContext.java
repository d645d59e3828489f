package io.resque.core.wrong;

import io.resque.api.JobArguments;
import io.resque.api.JobContext;
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
    public void result(@Nullable Object value) {
        real.result(value);
    }

    @Override
    public boolean isCancelled() {
        return real.isCancelled();
    }
}
