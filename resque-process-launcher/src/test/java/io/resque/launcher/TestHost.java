package io.resque.launcher;

import io.resque.api.Enqueuer;
import io.resque.api.Job;
import io.resque.api.JobModule;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.serialization.gson.GsonSerializerProvider;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands for a worker in tests of an executor. */
final class TestHost implements JobExecutorHost {
    private final List<JobModule> modules;
    private final Set<String> local;
    final List<List<Object>> enqueued = new CopyOnWriteArrayList<>();

    private TestHost(Set<String> local, JobModule... modules) {
        this.local = local;
        this.modules = List.of(modules);
    }

    static TestHost of(JobModule... modules) {
        return new TestHost(Set.of(), modules);
    }

    static TestHost withLocal(String name) {
        return new TestHost(Set.of(name));
    }

    JobExecutor open(JobExecutorProvider provider) {
        return provider.open(this);
    }

    static JobRequest request(String jobClass, @Nullable Object... args) {
        return new JobRequest("host:1:q", "q", jobClass, "id", Arrays.asList(args), Map.of(), null, null);
    }

    static JobRequest limited(Duration limit, String jobClass, @Nullable Object... args) {
        return new JobRequest(
                "host:1:q",
                "q",
                jobClass,
                null,
                Arrays.asList(args),
                Map.of(),
                null,
                Instant.now().plus(limit));
    }

    static JobOutcome run(JobExecutor executor, String jobClass, @Nullable Object... args) throws InterruptedException {
        return executor.run(request(jobClass, args));
    }

    @Override
    public List<JobModule> modules() {
        return modules;
    }

    @Override
    public Set<String> localJobs() {
        return local;
    }

    @Override
    public List<ResqueListener> listeners() {
        return List.of();
    }

    @Override
    public Optional<Job> create(String jobClass) {
        throw new IllegalStateException("No job is made here");
    }

    @Override
    public JobSerializer serializer() {
        return new GsonSerializerProvider().create();
    }

    @Override
    public @Nullable Object toTree(@Nullable Object value) {
        if ("refused".equals(value)) {
            throw new io.resque.api.InvalidJobException("The result was refused");
        }
        return value;
    }

    @Override
    public Enqueuer enqueuer() {
        return (Enqueuer) Proxy.newProxyInstance(
                Enqueuer.class.getClassLoader(), new Class<?>[] {Enqueuer.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("enqueue")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return enqueue((String) args[0], (JobSpec) args[1]);
                });
    }

    private boolean enqueue(String queue, JobSpec job) {
        String jobClass = job.jobClass();
        if (jobClass.equals("Broken")) {
            throw new IllegalStateException("a listener of the worker");
        }
        enqueued.add(Arrays.asList(queue, jobClass, job.args()));
        return !jobClass.equals("Vetoed");
    }
}
