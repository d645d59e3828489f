package io.resque.core.internal.execution;

import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobFactory;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobType;
import io.resque.api.Limit;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.TypeNames;
import io.resque.api.TypedJob;
import io.resque.api.Unique;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The jobs of one worker by name, and the services that an executor needs for them. Filled before the worker starts. */
public final class WorkerJobs implements JobRegistry, JobExecutorHost {
    @FunctionalInterface
    private interface Maker {
        Job make(JobFactory factory) throws Exception;
    }

    private final JobSerializer serializer;
    private final ArgumentRules rules;
    private final ListenerChain events;
    private final Enqueuer enqueuer;
    private final Map<String, Maker> makers = new LinkedHashMap<>();
    private final Map<String, Retry> policies = new LinkedHashMap<>();
    private final Map<String, List<Limit>> limits = new LinkedHashMap<>();
    private final Map<String, Unique> uniques = new LinkedHashMap<>();
    private final Set<String> local = new LinkedHashSet<>();
    private final List<JobModule> modules = new ArrayList<>();
    private final Set<ResqueListener> ofModules = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> byClass = new LinkedHashSet<>();
    private final List<ConfigurationException> unmade = new ArrayList<>();
    /** By the ids of their workers. */
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    private @Nullable JobFactory factory;
    private boolean inModule;

    public WorkerJobs(
            JobSerializer serializer,
            ArgumentRules rules,
            ListenerChain events,
            Function<ListenerChain, Enqueuer> enqueuers) {
        this.serializer = serializer;
        this.rules = rules;
        this.events = events;
        this.enqueuer = enqueuers.apply(events);
    }

    public void factory(JobFactory factory) {
        this.factory = new FreshInstances(factory);
    }

    public void add(JobModule module) {
        inModule = true;
        try {
            module.register(this);
        } finally {
            inModule = false;
        }
        module.listen(new Listeners() {
            @Override
            public void listen(ResqueListener listener) {
                events.listen(listener);
                ofModules.add(listener);
            }

            @Override
            public boolean stopListening(ResqueListener listener) {
                return events.stopListening(listener);
            }
        });
        modules.add(module);
    }

    /** The listeners of which no module has added one of the same class: another process does not have them. */
    public List<ResqueListener> localListeners() {
        return events.all().stream()
                .filter(listener -> ofModules.stream().noneMatch(each -> each.getClass() == listener.getClass()))
                .toList();
    }

    public boolean isEmpty() {
        return makers.isEmpty();
    }

    @Override
    public JobRegistry register(String jobClass, Supplier<? extends Job> supplier) {
        return put(jobClass, any -> supplier.get());
    }

    @Override
    public JobRegistry register(String jobClass, Class<? extends Job> type) {
        if (TypedJob.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(type.getName() + " is a TypedJob and needs the type of its arguments:"
                    + " register(JobType.of(\"" + jobClass + "\", …), " + type.getSimpleName() + ".class)");
        }
        check(type);
        put(jobClass, making -> making.create(type));
        byClass.add(jobClass);
        return this;
    }

    @Override
    public <A> JobRegistry register(JobType<A> type, TypedJob<A> job) {
        rules.check(type);
        put(type.jobClass(), any -> TypedJob.bound(type, job));
        return withPolicy(type);
    }

    @Override
    public <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job) {
        rules.check(type);
        check(job);
        put(type.jobClass(), making -> TypedJob.bound(type, typed(type, making.create(job))));
        byClass.add(type.jobClass());
        return withPolicy(type);
    }

    private JobRegistry withPolicy(JobType<?> type) {
        type.retry().ifPresent(policy -> policies.put(type.jobClass(), policy));
        type.limits().forEach(limit -> limit(type.jobClass(), limit));
        type.unique().ifPresent(option -> unique(type.jobClass(), option));
        return this;
    }

    @Override
    public JobRegistry retry(String jobClass, Retry retry) {
        policies.put(registered(jobClass, "retry policy"), Objects.requireNonNull(retry, "retry"));
        return this;
    }

    @Override
    public JobRegistry limit(String jobClass, Limit limit) {
        limits.computeIfAbsent(registered(jobClass, "limit"), name -> new ArrayList<>())
                .add(Objects.requireNonNull(limit, "limit"));
        return this;
    }

    private String registered(String jobClass, String what) {
        if (!makers.containsKey(Objects.requireNonNull(jobClass, "jobClass"))) {
            throw new IllegalArgumentException("No job is registered for \"" + jobClass + "\", so it can have no "
                    + what + "; register the job first");
        }
        return jobClass;
    }

    @Override
    public JobRegistry unique(String jobClass, Unique option) {
        registered(jobClass, "option of a unique job");
        if (Objects.requireNonNull(option, "option").kind() == Unique.Kind.WHILE_RUNNING
                || option.plugin().isPresent()) {
            uniques.put(jobClass, option);
        }
        return this;
    }

    /** Which equal jobs are kept from running; null if none is. */
    public @Nullable Unique unique(String jobClass) {
        return uniques.get(jobClass);
    }

    public boolean knows(String jobClass) {
        return makers.containsKey(jobClass);
    }

    /** The retry policy of a job; null if it has none. */
    public @Nullable Retry policy(String jobClass) {
        return policies.get(jobClass);
    }

    /** The retry policies by the names of their jobs. */
    public Map<String, Retry> policies() {
        return Collections.unmodifiableMap(policies);
    }

    /** The limits of a job, in the order in which they were given; empty if it has none. */
    public List<Limit> limits(String jobClass) {
        return limits.getOrDefault(jobClass, List.of());
    }

    /** Whether any job has a limit. */
    public boolean haveLimits() {
        return !limits.isEmpty();
    }

    /** A factory that is set later may know the arguments of a constructor; the other faults are the author's. */
    private void check(Class<? extends Job> job) {
        if (factory != null) {
            return;
        }
        try {
            JobFactory.checkConstructor(job);
        } catch (ConfigurationException e) {
            if (Modifier.isAbstract(job.getModifiers())
                    || job.isMemberClass() && !Modifier.isStatic(job.getModifiers())) {
                throw e;
            }
            unmade.add(e);
        }
    }

    /** Refuses a job that nobody can create, now that no factory comes any more. */
    public void checkConstructors() {
        if (factory == null && !unmade.isEmpty()) {
            throw new ConfigurationException(unmade.get(0).getMessage());
        }
    }

    /** A factory may give another class than the registered one, such as a proxy. */
    @SuppressWarnings("unchecked") // a job for other arguments gets a ClassCastException, which fails it
    private static <A> TypedJob<A> typed(JobType<A> type, Job job) {
        if (job instanceof TypedJob<?> typed) {
            return (TypedJob<A>) typed;
        }
        throw new ConfigurationException("The factory gave "
                + (job == null ? "null" : TypeNames.withArticle(job.getClass()) + ", which is no TypedJob,") + " for \""
                + type.jobClass() + "\"");
    }

    private JobRegistry put(String jobClass, Maker maker) {
        if (Objects.requireNonNull(jobClass, "jobClass").isBlank()) {
            throw new IllegalArgumentException("A job cannot be registered under an empty name");
        }
        if (makers.putIfAbsent(jobClass, maker) != null) {
            throw new IllegalArgumentException("A job is registered for \"" + jobClass + "\" already");
        }
        if (!inModule) {
            local.add(jobClass);
        }
        return this;
    }

    @Override
    public List<JobModule> modules() {
        return Collections.unmodifiableList(modules);
    }

    @Override
    public Set<String> localJobs() {
        Set<String> names = new LinkedHashSet<>(local);
        if (factory != null) {
            // Another process can load the class, but does not have the factory.
            names.addAll(byClass);
        }
        return names;
    }

    @Override
    public List<ResqueListener> listeners() {
        return events.all();
    }

    @Override
    public Optional<Job> create(String jobClass) throws Exception {
        Maker maker = makers.get(jobClass);
        if (maker == null) {
            return Optional.empty();
        }
        Job job = maker.make(factory != null ? factory : JobFactory::byConstructor);
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
    public Map<Class<?>, Function<Object, ?>> readers() {
        return rules.readers();
    }

    @Override
    public Set<Class<?>> converted() {
        return rules.converted();
    }

    @Override
    public @Nullable Object toTree(@Nullable Object value) throws InvalidJobException {
        return rules.result(value);
    }

    /** A job begins to run: what it tells of itself goes there. */
    public void begin(JobRequest request, RunningJob job) {
        running.put(request.worker(), new Running(request, job));
    }

    public void end(JobRequest request) {
        running.remove(request.worker());
    }

    /** A job that runs inline has no further run, so nothing is kept. */
    @Override
    public void checkpoint(JobRequest request, @Nullable Object cursor) {
        Object tree = rules.result(cursor);
        Running now = running.get(request.worker());
        if (now != null && now.request != request) {
            throw new IllegalStateException("The job has ended, so it can keep no checkpoint");
        }
        if (now != null) {
            now.job.checkpoint(tree);
        }
    }

    @Override
    public void progress(JobRequest request, long done, long total, String text) {
        RunningJob job = running(request);
        if (job != null) {
            job.progress(done, total, text);
        }
    }

    @Override
    public void log(JobRequest request, String line) {
        RunningJob job = running(request);
        if (job != null) {
            job.log(line);
        }
    }

    /** Null if it has ended, or runs inline. */
    private @Nullable RunningJob running(JobRequest request) {
        Running now = running.get(request.worker());
        return now == null || now.request != request ? null : now.job;
    }

    /** A thread that a job has left behind may still use the request, while the worker runs the next job. */
    private record Running(JobRequest request, RunningJob job) {}

    @Override
    public Enqueuer enqueuer() {
        return enqueuer;
    }
}
