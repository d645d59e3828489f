package io.resque.tck;

import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.TypedJob;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The host of the executor under test, in place of a worker. It keeps the jobs that jobs enqueue. */
final class TckHost implements JobExecutorHost, JobRegistry, Listeners {
    private final TckJobs module = new TckJobs();
    private final List<ResqueListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Supplier<? extends Job>> jobs = new HashMap<>();
    private final List<List<?>> enqueued = new CopyOnWriteArrayList<>();
    private final List<JobSpec> specs = new CopyOnWriteArrayList<>();
    private final Set<Object> released = ConcurrentHashMap.newKeySet();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<@Nullable Object> checkpoints = new ArrayList<>();
    private final JobSerializer serializer;
    private final Enqueuer enqueuer = new OneByOne() {
        @Override
        public boolean enqueue(String queue, JobSpec job) {
            return take(queue, job);
        }
    };
    private volatile boolean allReleased;

    TckHost(JobSerializer serializer) {
        this.serializer = serializer;
        module.register(this);
        module.listen(this);
    }

    /** The jobs that jobs have enqueued, except on the queue of the gate. */
    List<List<?>> enqueued() {
        return enqueued;
    }

    /** The same jobs with their ids and metadata. */
    List<JobSpec> specs() {
        return specs;
    }

    /** The first argument of each note, in order. */
    List<Object> notes() {
        List<Object> notes = new ArrayList<>();
        enqueued.forEach(job -> notes.add(((List<?>) job.get(2)).get(0)));
        return notes;
    }

    void clear() {
        enqueued.clear();
        specs.clear();
        released.clear();
    }

    /** Lets the job with this first argument end. */
    void release(Object name) {
        released.add(name);
    }

    void releaseAll() {
        allReleased = true;
    }

    @Override
    public JobRegistry register(String jobClass, Supplier<? extends Job> factory) {
        jobs.put(jobClass, factory);
        return this;
    }

    @Override
    public JobRegistry register(String jobClass, Class<? extends Job> type) {
        throw new IllegalStateException("The kit registers no classes");
    }

    @Override
    public <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job) {
        throw new IllegalStateException("The kit registers no classes");
    }

    @Override
    public List<JobModule> modules() {
        return List.of(module);
    }

    @Override
    public Set<String> localJobs() {
        return Set.of();
    }

    @Override
    public List<ResqueListener> listeners() {
        return List.copyOf(listeners);
    }

    @Override
    public void listen(ResqueListener listener) {
        listeners.add(listener);
    }

    @Override
    public boolean stopListening(ResqueListener listener) {
        return listeners.remove(listener);
    }

    @Override
    public Optional<Job> create(String jobClass) {
        return Optional.ofNullable(jobs.get(jobClass)).map(Supplier::get);
    }

    @Override
    public JobSerializer serializer() {
        return serializer;
    }

    @Override
    public Map<Class<?>, Function<Object, ?>> readers() {
        return Map.of(TckJobs.Amount.class, json -> TckJobs.Amount.of((Long) json));
    }

    @Override
    public @Nullable Object toTree(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(toTree(element)));
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, element) -> copy.put(name, toTree(element)));
            return Collections.unmodifiableMap(copy);
        }
        if (value != null && value.getClass() == Object.class) {
            throw new InvalidJobException("The result is a java.lang.Object, which JSON does not have");
        }
        return value;
    }

    /** The checkpoints that jobs have given since the last call. */
    List<@Nullable Object> checkpoints() {
        synchronized (checkpoints) {
            List<@Nullable Object> given = new ArrayList<>(checkpoints);
            checkpoints.clear();
            return given;
        }
    }

    /** What jobs have told since the last call. */
    List<String> told() {
        List<String> told = List.copyOf(this.told);
        this.told.clear();
        return told;
    }

    @Override
    public void progress(JobRequest request, long done, long total, String text) {
        told.add(done + "/" + total + " " + text);
    }

    @Override
    public void log(JobRequest request, String line) {
        told.add(line);
    }

    @Override
    public void checkpoint(JobRequest request, @Nullable Object cursor) {
        if (TckJobs.REFUSED.equals(cursor)) {
            throw new InvalidJobException("The kit refuses this checkpoint");
        }
        synchronized (checkpoints) {
            checkpoints.add(cursor);
        }
    }

    @Override
    public Enqueuer enqueuer() {
        return enqueuer;
    }

    private boolean take(String queue, JobSpec job) {
        List<@Nullable Object> args = job.args();
        if (queue.equals(TckJobs.REFUSED)) {
            throw new InvalidJobException("The kit refuses jobs for the queue \"" + queue + "\"");
        }
        if (queue.equals(TckJobs.GATE)) {
            return allReleased || released.contains(args.get(0));
        }
        List<@Nullable Object> sent = new ArrayList<>();
        args.forEach(arg -> sent.add(arg instanceof Optional<?> optional ? optional.orElse(null) : arg));
        specs.add(job);
        enqueued.add(List.of(queue, job.jobClass(), Collections.unmodifiableList(sent)));
        return true;
    }
}
