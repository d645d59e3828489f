package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobFactory;
import io.resque.api.JobModule;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a {@link Worker} runs and how. Not thread-safe; good for one start.
 */
public final class WorkerBuilder {
    private final Resque resque;
    private final Services services;
    private final QueueList queues;
    private final Jobs jobs;
    private int concurrency = 1;
    private boolean virtual;
    private @Nullable JobExecutorProvider executor;

    WorkerBuilder(Resque resque, Services services, QueueList queues) {
        this.resque = resque;
        this.services = services;
        this.queues = queues;
        this.jobs = new Jobs(resque, services);
    }

    /**
     * Registers a job.
     *
     * @param jobClass the name in the payload, such as Ruby's {@code Acme::Mail} or PHP's {@code Acme\Mail}
     * @param factory makes a new instance for every run, such as {@code MyJob::new}
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    public WorkerBuilder register(String jobClass, Supplier<? extends Job> factory) {
        jobs.register(jobClass, Objects.requireNonNull(factory, "factory"));
        return this;
    }

    /**
     * Registers a job by its class, which the {@link #factory} makes.
     *
     * @param jobClass the name in the payload
     * @param type the class that runs it
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    public WorkerBuilder register(String jobClass, Class<? extends Job> type) {
        jobs.register(jobClass, Objects.requireNonNull(type, "type"));
        return this;
    }

    /**
     * Registers all jobs of a module.
     *
     * @param module the module
     * @return this builder
     * @throws IllegalArgumentException if one of its names is registered already
     */
    public WorkerBuilder module(JobModule module) {
        jobs.add(Objects.requireNonNull(module, "module"));
        return this;
    }

    /**
     * Makes the jobs that are registered by class, such as {@code applicationContext::getBean}. Default: the
     * constructor without parameters.
     *
     * @param factory the factory
     * @return this builder
     */
    public WorkerBuilder factory(JobFactory factory) {
        jobs.factory(Objects.requireNonNull(factory, "factory"));
        return this;
    }

    /**
     * How many jobs run at the same time. Default 1.
     *
     * @param jobs at least 1; each is a thread, and a worker of its own in Redis
     * @return this builder
     * @throws IllegalArgumentException if less than 1
     */
    public WorkerBuilder concurrency(int jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1, was " + jobs);
        }
        this.concurrency = jobs;
        return this;
    }

    /**
     * Runs each job on a virtual thread. These do not keep a JVM alive: {@link Worker#join} does.
     *
     * @return this builder
     */
    public WorkerBuilder virtualThreads() {
        this.virtual = true;
        return this;
    }

    /**
     * Runs jobs elsewhere than in the worker's thread.
     *
     * @param provider opens the executor
     * @return this builder
     */
    public WorkerBuilder executor(JobExecutorProvider provider) {
        this.executor = Objects.requireNonNull(provider, "provider");
        return this;
    }

    /**
     * Runs jobs elsewhere than in the worker's thread.
     *
     * @param name of an executor on the class path
     * @return this builder
     * @throws ConfigurationException if there is none of that name
     */
    public WorkerBuilder executor(String name) {
        return executor(
                services.adapters().find(JobExecutorProvider.class, Objects.requireNonNull(name, "name"), null));
    }

    /**
     * Registers in Redis and starts to work.
     *
     * @return the running worker
     * @throws ConfigurationException if no job is registered, or the executor or this Java cannot do what was chosen
     * @throws io.resque.api.BackendException if Redis did not answer; nothing was started. Once started, a worker goes
     *     on whatever happens to Redis
     */
    public Worker start() {
        if (jobs.isEmpty()) {
            throw new ConfigurationException("No job is registered, so every job in \"" + queues
                    + "\" would fail; register one: worker.register(\"My_Job\", MyJob::new)");
        }
        WorkerThreads threads = new WorkerThreads(queues, virtual);
        Subscription subscription = queues.subscription(services.serializer());
        JobExecutor running = executor == null ? new InThreadExecutor(jobs) : executor.open(jobs);
        Registrar registrar = new Registrar(services, WorkerIds.ofThisProcess(), queues);
        StopSignal stop = new StopSignal();
        List<WorkerSession> sessions = register(registrar, running);
        List<WorkerLoop> loops = new ArrayList<>();
        for (WorkerSession session : sessions) {
            services.heartbeat().add(session);
            loops.add(new WorkerLoop(services, registrar, subscription, running, stop, session));
        }
        Worker worker = new Worker(resque, loops, threads, running, stop);
        resque.start(worker);
        return worker;
    }

    private List<WorkerSession> register(Registrar registrar, JobExecutor opened) {
        List<WorkerSession> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < concurrency; i++) {
                sessions.add(registrar.register());
            }
            return sessions;
        } catch (RuntimeException e) {
            opened.close();
            try {
                sessions.forEach(WorkerSession::unregister);
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }
}
