package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobFactory;
import io.resque.api.JobModule;
import io.resque.api.JobType;
import io.resque.api.Limit;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.TypedJob;
import io.resque.api.Unique;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.fleet.ProcessIdentity;
import io.resque.core.internal.lookup.Adapters;
import io.resque.core.internal.settings.SettingReader;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.Durations;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.wire.QueueNames;
import io.resque.core.internal.worker.WorkerPlan;
import io.resque.core.internal.worker.WorkerStarter;
import io.resque.core.internal.worker.WorkerStop;
import io.resque.core.internal.worker.WorkerThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the jobs of a {@link Worker} and how it runs them. Not thread-safe; starts one worker.
 *
 * <pre>{@code
 * try (Resque resque = Resque.connect("redis://localhost:6379/0").closeOnExit(); // a signal stops the worker
 *         Worker worker = resque.workerBuilder("critical", "mail")
 *                 .register("Mail", () -> context -> send(context.args().get(0, String.class)))
 *                 .register(WELCOME, (welcome, context) -> greet(welcome.name())) // a JobType
 *                 .concurrency(4)
 *                 .start()) {
 *     worker.join(); // without this the end of the block would stop the worker at once
 * }
 * }</pre>
 */
public final class WorkerBuilder {
    /** How long running jobs have to end when a worker is closed: 30 seconds. */
    public static final Duration DEFAULT_STOP_TIMEOUT = WorkerStop.DEFAULT_TIMEOUT;

    private final WorkerStarter starter;
    private final Adapters adapters;
    private final @Nullable ClassLoader resqueLoader;
    private QueueList queues;
    private final ListenerChain events;
    private final WorkerJobs jobs;
    private @Nullable Duration jobTimeout;
    private int concurrency = 1;
    private Duration stopTimeout = DEFAULT_STOP_TIMEOUT;
    private boolean virtual;
    /** A look at a full queue takes Redis the longer the more slots it has. */
    private static final int MOST_AT_ONCE = 1_000;

    private final Map<String, Integer> queueLimits = new HashMap<>();
    private OnStop onStop = OnStop.FAIL;
    private boolean untilEmpty;
    private boolean waitsForRedis;
    private boolean schedules = true;
    private UnknownJobs unknownJobs = UnknownJobs.fail();
    private long pid = ProcessHandle.current().pid();
    private @Nullable String host;
    private boolean used;
    private @Nullable JobExecutorProvider executor;

    /** With the context class loader of the thread that built the {@link Resque}. */
    WorkerBuilder(
            WorkerStarter starter,
            Adapters adapters,
            @Nullable ClassLoader resqueLoader,
            QueueList queues,
            ListenerChain events,
            WorkerJobs jobs) {
        this.starter = starter;
        this.adapters = adapters;
        this.resqueLoader = resqueLoader;
        this.queues = queues;
        this.events = events;
        this.jobs = jobs;
    }

    /**
     * Sets what these settings name, as the methods of this builder do. The keys are {@code concurrency}, {@code virtual-threads}, {@code
     * job-timeout}, {@code stop-timeout}, {@code on-stop} ({@code put-back} or {@code fail}), {@code until-empty}, {@code start} ({@code wait} for {@link #waitForRedis}, or {@code fail}),
     * {@code scheduler}, {@code host} and {@code executor} ({@code thread} or {@code process}); {@code queues} replaces the queues. With
     * the executor {@code process}, chosen here or before, there are {@code jobs-per-fork}, {@code may-leave} and {@code java-options}, too. The file {@code
     * docs/configuration.md} in the source repository has an example of each. A duration has its unit, such as {@code 30s}. A value that is
     * null or blank sets nothing.
     *
     * @param settings values by their keys, in any order
     * @return this builder
     * @throws ConfigurationException naming a key that is not known and the nearest known one, or a key, its value and the way out
     */
    public WorkerBuilder configure(Map<String, String> settings) {
        return read(SettingReader.ofKeys(settings));
    }

    WorkerBuilder read(SettingReader from) {
        from.value("queues", QueueList::of).ifPresent(list -> queues = list);
        return readOthers(from);
    }

    /** All but the queues, which the caller has read. */
    WorkerBuilder readOthers(SettingReader from) {
        from.number("concurrency", 1, 100_000, this::concurrency);
        from.isTrue("virtual-threads", on -> virtual = on);
        from.duration("job-timeout", this::jobTimeout);
        from.duration("stop-timeout", this::stopTimeout);
        from.isFirst("on-stop", "put-back", "fail", back -> onStop = back ? OnStop.PUT_BACK : OnStop.FAIL);
        from.isTrue("until-empty", on -> untilEmpty = on);
        from.isFirst("start", "wait", "fail", waits -> waitsForRedis = waits);
        from.isTrue("scheduler", this::scheduler);
        from.text("host", this::host);
        from.text("executor", this::executor);
        if (executor != null) {
            Map<String, String> its = from.others(executor.settings());
            executor = its.isEmpty() ? executor : executor.with(its);
        }
        from.refuseUnknown(executor == null ? "; an executor that \"executor\" names can have more" : "");
        return this;
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
     * Registers a job by its class under the simple name of the class: {@code register(WelcomeMail.class)} is {@code
     * register("WelcomeMail", WelcomeMail.class)}, also if the class is in a package or in another class.
     *
     * @param type the class that runs it
     * @return this builder
     * @throws IllegalArgumentException if the name is registered already, or the class has no name
     * @throws ConfigurationException as {@link #register(String, Class)}
     */
    public WorkerBuilder register(Class<? extends Job> type) {
        jobs.register(Objects.requireNonNull(type, "type"));
        return this;
    }

    /**
     * Registers a job by its class; the {@link #factory} creates the instances.
     *
     * @param jobClass the name in the payload
     * @param type the class that runs it
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or registered already
     * @throws ConfigurationException if no {@link #factory} was set before, and the class is an interface, abstract or an inner class. If
     *     it only lacks a constructor without parameters, {@link #start} throws this, unless a factory is set by then
     */
    public WorkerBuilder register(String jobClass, Class<? extends Job> type) {
        jobs.register(jobClass, Objects.requireNonNull(type, "type"));
        return this;
    }

    /**
     * Registers a typed job under the name of its type. One instance runs all jobs, as a lambda can.
     *
     * @param <A> the type of the arguments
     * @param type as its producers have it
     * @param job runs the jobs, on several threads at once
     * @return this builder
     * @throws IllegalArgumentException if the name is registered already
     * @throws ConfigurationException if a component has a class that JSON does not have, and no converter both ways
     */
    public <A> WorkerBuilder register(JobType<A> type, TypedJob<A> job) {
        jobs.register(type, Objects.requireNonNull(job, "job"));
        return this;
    }

    /**
     * Registers a typed job by its class, which the {@link #factory} makes.
     *
     * @param <A> the type of the arguments
     * @param type as its producers have it
     * @param job the class that runs it
     * @return this builder
     * @throws IllegalArgumentException if the name is registered already
     * @throws ConfigurationException if a component has a class that JSON does not have, and no converter both ways; or if the job
     *     cannot be created, as for {@link #register(String, Class)}
     */
    public <A> WorkerBuilder register(JobType<A> type, Class<? extends TypedJob<A>> job) {
        jobs.register(type, Objects.requireNonNull(job, "job"));
        return this;
    }

    /**
     * Gives a registered job a policy for its failed runs, in place of the policy of its {@link JobType}. The jobs of a module are
     * registered by {@link #module}; a module can give policies itself.
     *
     * @param jobClass the name under which the job is registered
     * @param retry the policy
     * @return this builder
     * @throws IllegalArgumentException if no job is registered under the name
     */
    public WorkerBuilder retry(String jobClass, Retry retry) {
        jobs.retry(jobClass, retry);
        return this;
    }

    /**
     * Adds a limit to a registered job, in addition to those of its {@link JobType}. The jobs of a module are registered by {@link
     * #module}; a module can give limits itself.
     *
     * @param jobClass the name under which the job is registered
     * @param limit how many of its jobs may run at a time, or may begin in a period
     * @return this builder
     * @throws IllegalArgumentException if no job is registered under the name
     */
    public WorkerBuilder limit(String jobClass, Limit limit) {
        jobs.limit(jobClass, limit);
        return this;
    }

    /**
     * Gives a registered job the option of {@link Unique#whileRunning} or {@link Unique#as}, for payloads that do not name such a lock, as of other programs.
     * The other kinds of locks are taken where a job is enqueued: this ignores them. An option of a {@link JobType} is given by its registration.
     *
     * @param jobClass the name under which the job is registered
     * @param option the option
     * @return this builder
     * @throws IllegalArgumentException if no job is registered under the name
     */
    public WorkerBuilder unique(String jobClass, Unique option) {
        jobs.unique(jobClass, option);
        return this;
    }

    /**
     * What this worker does with a job whose class is not registered. A job that waits ends with {@link
     * io.resque.api.JobEnd.Kind#RETRIED}.
     *
     * @param choice such as {@code UnknownJobs.waitFor(Duration.ofMinutes(10))}; default {@link UnknownJobs#fail}
     * @return this builder
     */
    public WorkerBuilder unknownJobs(UnknownJobs choice) {
        this.unknownJobs = Objects.requireNonNull(choice, "choice");
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
     * Makes the jobs that are registered by class, a new one for each run, such as {@code applicationContext::getBean} for beans
     * of the scope {@code prototype}. Default: the constructor without parameters.
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
     * How many jobs of one queue run at the same time, in all workers of this namespace that have the same limit. Give it to each worker
     * that takes jobs of the queue; if workers have different limits, each goes by its own. Jobs beyond the limit wait in the queue, in their order,
     * and the worker works its other queues. When one of the jobs has ended, its worker takes the next one of the queue in the same
     * step, or another worker does within about a second. The job of a worker that died counts until a recovery has dealt with it. Workers of
     * Ruby, PHP and Node know no such limit, and their jobs do not count.
     *
     * @param queue name of the queue; it can also be one that a pattern of this worker stands for
     * @param jobs from 1 to 1,000
     * @return this builder
     * @throws IllegalArgumentException if the number is another one
     * @throws io.resque.api.InvalidJobException if no worker can ask for a queue of this name
     */
    public WorkerBuilder limitQueue(String queue, int jobs) {
        QueueNames.check(queue);
        if (jobs < 1 || jobs > MOST_AT_ONCE) {
            throw new IllegalArgumentException("The limit of a queue must be from 1 to " + MOST_AT_ONCE + ", was "
                    + jobs + " for " + JsonRules.forLog(queue));
        }
        queueLimits.put(queue, jobs);
        return this;
    }

    /**
     * Runs each job on a virtual thread. While such a worker runs, a thread of its own keeps the JVM alive, as the threads of
     * other workers do.
     *
     * @return this builder
     */
    public WorkerBuilder virtualThreads() {
        this.virtual = true;
        return this;
    }

    /**
     * The pid in the ids of the worker, in place of the pid of this process: for a worker whose process is started, watched and
     * signalled by another process, such as {@code bin/resque}. To decide whether the worker lives, a recovery still looks at this
     * process.
     *
     * @param pid of the other process, at least 1
     * @return this builder
     * @throws IllegalArgumentException if less than 1
     */
    public WorkerBuilder pid(long pid) {
        if (pid < 1) {
            throw new IllegalArgumentException("pid must be at least 1, was " + pid);
        }
        this.pid = pid;
        return this;
    }

    /**
     * The first part of the ids of the worker, in place of {@code <host>-jvm}. It must not be the host name of a machine. When a
     * worker of another library starts, it looks at the ids that begin with its own host name, and takes a worker for dead if
     * it finds no process that has the pid in the id and a name that it knows. PHP then deletes the job of that worker, and pyres
     * removes the worker from {@code workers}.
     *
     * @param host any text without blanks, commas and colons, such as {@code billing-jvm}
     * @return this builder
     * @throws IllegalArgumentException if it is empty, or holds one of these
     */
    public WorkerBuilder host(String host) {
        if (!isHost(host)) {
            throw new IllegalArgumentException("host must be a name without blanks, commas and colons, such as"
                    + " billing-jvm; was \"" + JsonRules.forLog(host) + "\"");
        }
        this.host = host;
        return this;
    }

    /**
     * Whether {@link #host} takes a text: whether it can be the first part of an id.
     *
     * @param host the text
     * @return false if it is empty, or has a blank, a comma, a colon or a control character
     */
    public static boolean isHost(String host) {
        return Objects.requireNonNull(host, "host").matches("[^\\s:,\\p{Cntrl}\\p{Cs}]+");
    }

    /**
     * How long each job of this worker can run; a single job has no limit of its own. In a job that takes longer, {@code
     * JobContext.isCancelled} is true, and its thread is interrupted. If it then throws, it fails with a {@link
     * java.util.concurrent.TimeoutException}; if it ends without throwing, it counts as done. A job that ignores the interrupt goes on; if
     * it runs in a child process, this process is killed. Default: no limit.
     *
     * @param timeout more than zero, at most 36,500 days
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public WorkerBuilder jobTimeout(Duration timeout) {
        this.jobTimeout = Durations.moreThanZero("jobTimeout", timeout);
        return this;
    }

    /**
     * How long running jobs have to end before {@link Worker#close}, {@link Resque#close} and {@link Resque#closeOnExit} interrupt
     * them. Default {@link #DEFAULT_STOP_TIMEOUT}.
     *
     * @param timeout zero to interrupt them at once; at most 36,500 days
     * @return this builder
     * @throws IllegalArgumentException if it is less than zero or more than 36,500 days
     */
    public WorkerBuilder stopTimeout(Duration timeout) {
        this.stopTimeout = Durations.notNegative("stopTimeout", timeout);
        return this;
    }

    /**
     * What becomes of a job that a stop interrupts: one whose time of {@link #stopTimeout} or {@link Worker#stop} is over.
     *
     * <p>With {@link OnStop#PUT_BACK}, a job that ends by an exception after it was interrupted, or whose child process was killed for the
     * stop, goes back to the head of its queue, and another worker runs it from its beginning. So such a job runs <em>at least once</em>.
     * This is no attempt of a {@link io.resque.api.Retry}, counts in no counter, and leaves no failure record; {@code jobEnded} tells {@link
     * io.resque.api.JobEnd.Kind#PUT_BACK}. {@code onFailure} of listeners hears of the exception all the same, where the job ran. A job that
     * completes after the interrupt is complete, and a job that throws {@link io.resque.api.DontPerformException} is vetoed. A job that still
     * runs when the stop gives up stays in the record of the worker, and a recovery of dead workers deals with it.
     *
     * @param choice default {@link OnStop#FAIL}
     * @return this builder
     */
    public WorkerBuilder onStop(OnStop choice) {
        this.onStop = Objects.requireNonNull(choice, "choice");
        return this;
    }

    /**
     * Makes the worker stop when no job is left, as Ruby's workers do with {@code INTERVAL=0}: when its queues are empty and none
     * of its threads runs a job, which could enqueue more. A job that is pushed later stays in its queue. If the worker or all
     * workers are paused, it stops when its running jobs have ended. While Redis is away, the worker waits for it.
     * {@link Worker#join} waits for the end. Default: a worker goes on until it is stopped.
     *
     * @return this builder
     */
    public WorkerBuilder untilEmpty() {
        this.untilEmpty = true;
        return this;
    }

    /**
     * Lets {@link #start} return without a Redis: the worker then registers once Redis answers, and tries again for ever, at most ten
     * seconds later, as a worker does that has lost its Redis. {@link Worker#awaitRegistered} waits for that; {@link Worker#redisError} and
     * {@link Resque#health} tell why it is not registered; a stop ends it. {@link #start} still tries once, for as long as a connection may
     * take, and throws what waiting cannot mend: a login that Redis refuses, or a version that is too old. A Redis that loads its data, or
     * has no primary now, counts as one that does not answer. {@link #drain} waits, too. Default: {@link #start} throws if Redis does not
     * answer.
     *
     * @return this builder
     */
    public WorkerBuilder waitForRedis() {
        this.waitsForRedis = true;
        return this;
    }

    /**
     * Whether the process puts delayed and recurring jobs of any queue onto their queues while this worker runs, as {@link
     * Resque#scheduler} does. One thread does so for all workers of a {@link Resque}. With {@link
     * #untilEmpty} and {@link #drain}, the jobs that are due go onto their queues before the first job is taken. No delayed job is moved
     * while a scheduler of Ruby or Node holds its lock.
     * Default true.
     *
     * @param moves false if another process does
     * @return this builder
     */
    public WorkerBuilder scheduler(boolean moves) {
        this.schedules = moves;
        return this;
    }

    /**
     * Adds a listener for this worker, which hears after those of the {@link Resque}, in this process. If jobs run in child processes, a
     * listener that must hear there, such as in {@code beforePerform}, comes from a {@link JobModule}.
     *
     * @param listener the listener
     * @return this builder
     */
    public WorkerBuilder listen(ResqueListener listener) {
        events.listen(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Runs jobs elsewhere than in the worker's thread, such as in child processes by {@code ProcessJobExecutor}. A child process has only
     * the jobs and listeners of modules:
     *
     * <pre>{@code
     * resque.workerBuilder("mail")
     *         .module(new MyJobs()) // a public class that implements JobModule
     *         .executor(ProcessJobExecutor.builder().jobsPerFork(10).build())
     *         .start();
     * }</pre>
     *
     * @param provider opens the executor
     * @return this builder
     */
    public WorkerBuilder executor(JobExecutorProvider provider) {
        this.executor = Objects.requireNonNull(provider, "provider");
        return this;
    }

    /**
     * Runs jobs as the executor of a name does: {@code thread}, the default, in the threads of the worker; {@code process}, of {@code
     * io.resque:resque-process-launcher}, in child processes, with the jobs of a {@link #module}.
     *
     * @param name of an executor on the class path
     * @return this builder
     * @throws ConfigurationException if there is none of that name
     */
    public WorkerBuilder executor(String name) {
        return executor(adapters.find(JobExecutorProvider.class, Objects.requireNonNull(name, "name"), null));
    }

    /**
     * Registers the worker in Redis, starts its threads and returns. The JVM lives until the worker is stopped, also after the end of
     * {@code main}. A {@code try} with the worker stops it at the end of the block; {@link Worker#join} waits there until it is stopped.
     * {@link Resque#close} stops it, too.
     *
     * <p>If the executor runs jobs in child processes, the log warns of each listener that no module has added and that overrides a method
     * which is called there, such as {@code beforePerform}.
     *
     * <p>Jobs run in threads of the worker, unless an {@link #executor(String)} is chosen. At the start of each job the thread has its
     * own name, normal priority, no interrupt, and nothing but {@code resque.…} in the MDC, whatever an earlier job has set. Its
     * context class loader is that of the thread that calls this method; if that is null or the system class loader, as in the
     * common pool, it is that of the thread that built the {@link Resque}. The threads do not inherit
     * {@link InheritableThreadLocal}s of the caller. A value that a job leaves in a {@link ThreadLocal} stays for later jobs.
     *
     * @return the running worker
     * @throws ConfigurationException if no job is registered, a registered class cannot be created, or the executor or this version of Java
     *     does not support a setting
     * @throws IllegalStateException if this builder has already started a worker; after a start that failed, call this again
     * @throws io.resque.api.BackendException if Redis did not answer, unless {@link #waitForRedis} was called, or if it refused for
     *     good, such as the login; nothing was started. A worker that has started goes on, whatever happens to Redis
     */
    public Worker start() {
        WorkerThreads threads = new WorkerThreads(queues, virtual, loader());
        return new Worker(starter.start(register(concurrency, untilEmpty), threads));
    }

    /**
     * Runs jobs on the calling thread until no job is left, or all workers are paused: for scripts and tests. A worker with {@link
     * #untilEmpty} does the same in threads of its own. A job that fails is recorded as failed; {@link #concurrency} has no effect.
     * At the start of each job the thread has the name, priority and context class loader that it had at the call, and nothing but
     * {@code resque.…} in the MDC. When this method returns, the thread has them again, and the caller's MDC. An interrupt during
     * the call interrupts the running job, and is set again when this method returns. If another thread closes the {@code Resque},
     * this method returns after the running job.
     *
     * @return the number of jobs that were run
     * @throws ConfigurationException as {@link #start}
     * @throws io.resque.api.BackendException as {@link #start}; later this method waits while Redis is away
     */
    public long drain() {
        OwnThread caller = new OwnThread();
        caller.clean(); // of an interrupt, which the first job would take for its own
        try {
            return starter.drain(register(1, true), caller);
        } finally {
            caller.giveBack();
        }
    }

    /**
     * A thread of the common pool only has the class loader of the JVM, which does not see the classes of an application server.
     */
    private @Nullable ClassLoader loader() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader == null || loader == ClassLoader.getSystemClassLoader() ? resqueLoader : loader;
    }

    private WorkerStarter.Registered register(int loops, boolean untilEmpty) {
        if (used) {
            throw new IllegalStateException("This builder has started a worker of \"" + queues
                    + "\" already; begin another one by resque.workerBuilder(…), or give this one more concurrency");
        }
        if (jobs.isEmpty()) {
            throw new ConfigurationException("No job is registered, so every job in \"" + queues
                    + "\" would fail; register one:"
                    + " resque.workerBuilder(\"" + queues + "\").register(\"My_Job\", MyJob::new)");
        }
        jobs.checkConstructors();
        WorkerPlan plan = new WorkerPlan(
                queues,
                Map.copyOf(queueLimits),
                jobs,
                events,
                ProcessIdentity.under(pid, host),
                loops,
                jobTimeout,
                stopTimeout,
                onStop == OnStop.PUT_BACK,
                untilEmpty,
                waitsForRedis,
                schedules,
                unknownJobs.longest().orElse(null),
                executor);
        WorkerStarter.Registered registered = starter.register(plan);
        used = true;
        return registered;
    }
}
