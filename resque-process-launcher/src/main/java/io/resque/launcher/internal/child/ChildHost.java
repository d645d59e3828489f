package io.resque.launcher.internal.child;

import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobFactory;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobType;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.TypedJob;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.support.ThrownText;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands for the worker in a child. It loads the modules here, and asks the worker for everything else. */
final class ChildHost implements JobExecutorHost, JobRegistry, Listeners {
    private final ParentLink parent;
    private final JobSerializer serializer;
    private final List<JobModule> modules = new ArrayList<>();
    /** A supplier, a class or a typed job for each name. */
    private final Map<String, Object> jobs = new HashMap<>();

    private final CopyOnWriteArrayList<ResqueListener> listeners = new CopyOnWriteArrayList<>();
    /** Names of the classes whose converters only the worker has. */
    private final Set<String> converted = new HashSet<>();

    private final Enqueuer enqueuer;
    private boolean rehearsing;
    private @Nullable LeftBehind leftBehind;

    ChildHost(ParentLink parent, String serializer, List<?> converted) {
        this.parent = parent;
        this.serializer = new LazySerializer(serializer);
        for (Object name : converted) {
            this.converted.add((String) name);
        }
        this.enqueuer = new ChildEnqueuer(parent, this.converted);
    }

    void load(String name) throws Exception {
        JobModule module;
        try {
            module = (JobModule) Class.forName(name).getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw new ConfigurationException(
                    "The constructor of the module " + name + " threw " + ThrownText.of(e.getCause()), e);
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException("The module " + name + " is not on the class path of child processes", e);
        }
        modules.add(module);
        module.register(this);
        module.listen(this);
    }

    /** While rehearsing, every job does nothing, and no listener hears of it. */
    void rehearsing(boolean rehearsing) {
        this.rehearsing = rehearsing;
    }

    /** Null in a child that runs one job. */
    void leftBehind(@Nullable LeftBehind leftBehind) {
        this.leftBehind = leftBehind;
    }

    private static final class Nothing implements Job {
        /** The arguments of a rehearsal load the classes that read arguments. */
        @Override
        public void perform(JobContext context) {
            if (context.args().size() > 0) {
                context.args().get(0, int.class);
            }
        }
    }

    @Override
    public JobRegistry register(String jobClass, Supplier<? extends Job> factory) {
        return put(jobClass, factory);
    }

    @Override
    public JobRegistry register(String jobClass, Class<? extends Job> type) {
        return put(jobClass, type);
    }

    @Override
    public <A> JobRegistry register(JobType<A> type, TypedJob<A> job) {
        check(type);
        return put(type.jobClass(), new Typed<>(type, job, null));
    }

    @Override
    public <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job) {
        check(type);
        return put(type.jobClass(), new Typed<>(type, null, job));
    }

    private void check(JobType<?> type) {
        type.codec().check(Set.of(), Set.of());
        type.codec().checkWithout(converted);
    }

    /** A typed job, or the class of one. */
    private static final class Typed<A> {
        private final JobType<A> type;
        private final @Nullable TypedJob<A> job;
        private final @Nullable Class<? extends TypedJob<A>> jobClass;

        Typed(JobType<A> type, @Nullable TypedJob<A> job, @Nullable Class<? extends TypedJob<A>> jobClass) {
            this.type = type;
            this.job = job;
            this.jobClass = jobClass;
        }

        Job create() throws Exception {
            TypedJob<A> instance = jobClass == null ? job : jobClass.cast(JobFactory.byConstructor(jobClass));
            return TypedJob.bound(type, Objects.requireNonNull(instance));
        }
    }

    /** The worker has loaded the same modules and checked the names, so this checks little. */
    private JobRegistry put(String jobClass, Object maker) {
        if (jobs.putIfAbsent(jobClass, maker) != null) {
            throw new IllegalArgumentException("A job is registered for \"" + jobClass + "\" already");
        }
        return this;
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
    public List<JobModule> modules() {
        return modules;
    }

    @Override
    public Set<String> localJobs() {
        return Set.of();
    }

    /** The executor calls this when it has begun to run a job. From then on it can cancel the job. */
    @Override
    public List<ResqueListener> listeners() {
        parent.cancelIfAsked();
        if (listeners.isEmpty()) {
            return List.of();
        }
        List<ResqueListener> all = rehearsing ? new ArrayList<>() : new ArrayList<>(listeners);
        all.add(0, new AfterForkListener(List.copyOf(all), rehearsing ? null : leftBehind));
        return all;
    }

    @Override
    @SuppressWarnings("unchecked") // the register methods put nothing else
    public Optional<Job> create(String jobClass) throws Exception {
        if (rehearsing) {
            return Optional.of(new Nothing());
        }
        Object maker = jobs.get(jobClass);
        if (maker == null) {
            return Optional.empty();
        }
        if (maker instanceof Typed<?> typed) {
            return Optional.of(typed.create());
        }
        Job job = maker instanceof Supplier
                ? ((Supplier<? extends Job>) maker).get()
                : JobFactory.byConstructor((Class<? extends Job>) maker);
        if (job == null) {
            throw new ConfigurationException("The factory registered for \"" + jobClass + "\" gave null");
        }
        return Optional.of(job);
    }

    @Override
    public JobSerializer serializer() {
        return serializer;
    }

    @Override
    public @Nullable Object toTree(@Nullable Object value) {
        return value == null ? null : parent.ask(FrameType.TREE, value, converted);
    }

    /** The worker knows the job. */
    @Override
    public void checkpoint(JobRequest request, @Nullable Object cursor) {
        parent.ask(FrameType.CHECKPOINT, cursor, converted);
    }

    @Override
    public void progress(JobRequest request, long done, long total, String text) {
        parent.tell(FrameType.PROGRESS, List.of(done, total, text));
    }

    @Override
    public void log(JobRequest request, String line) {
        parent.tell(FrameType.LOG, line);
    }

    @Override
    public Enqueuer enqueuer() {
        return enqueuer;
    }
}
