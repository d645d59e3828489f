package io.resque.wrong.executor;

import io.resque.api.Enqueuer;
import io.resque.api.Job;
import io.resque.api.JobModule;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A worker's side, for those that change one method. */
class ChangedHost implements JobExecutorHost {
    final JobExecutorHost real;

    ChangedHost(JobExecutorHost real) {
        this.real = real;
    }

    Job change(Job job) {
        return job;
    }

    @Override
    public List<JobModule> modules() {
        return real.modules();
    }

    @Override
    public Set<String> localJobs() {
        return real.localJobs();
    }

    @Override
    public List<ResqueListener> listeners() {
        return real.listeners();
    }

    @Override
    public Optional<Job> create(String jobClass) throws Exception {
        return real.create(jobClass).map(this::change);
    }

    @Override
    public JobSerializer serializer() {
        return real.serializer();
    }

    @Override
    public Set<Class<?>> converted() {
        return real.converted();
    }

    @Override
    public Map<Class<?>, Function<Object, ?>> readers() {
        return real.readers();
    }

    @Override
    public @Nullable Object toTree(@Nullable Object value) {
        return real.toTree(value);
    }

    @Override
    public void checkpoint(JobRequest request, @Nullable Object cursor) {
        real.checkpoint(request, cursor);
    }

    @Override
    public void progress(JobRequest request, long done, long total, String text) {
        real.progress(request, done, total, text);
    }

    @Override
    public void log(JobRequest request, String line) {
        real.log(request, line);
    }

    @Override
    public Enqueuer enqueuer() {
        return real.enqueuer();
    }
}
