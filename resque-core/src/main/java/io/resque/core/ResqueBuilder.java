package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureListLayout;
import io.resque.api.FailureSink;
import io.resque.api.JobModule;
import io.resque.api.ResqueListener;
import io.resque.api.RetryKeys;
import io.resque.api.SchedulerMode;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.internal.enqueue.DelayLimits;
import io.resque.core.internal.fleet.HeartbeatFile;
import io.resque.core.internal.fleet.RecoveryPolicy;
import io.resque.core.internal.settings.SettingReader;
import io.resque.core.internal.status.LateStatuses;
import io.resque.core.internal.support.Durations;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.LogBinding;
import io.resque.core.internal.wire.ArgumentRules;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the parts of a {@link Resque}. Adapters that are not chosen are looked up on the class path. Not thread-safe.
 */
public final class ResqueBuilder {
    /** The URL of Redis if {@link #url} is not called. */
    public static final String DEFAULT_URL = "redis://localhost:6379/0";

    /** How long the status of a job stays after its end, as in php-resque. */
    public static final Duration DEFAULT_STATUS_EXPIRY = Duration.ofHours(24);

    /** The time between two heartbeats of a worker, by which other processes know that it lives: 60 seconds, as in Ruby. */
    public static final Duration DEFAULT_HEARTBEAT_INTERVAL = RecoveryPolicy.HEARTBEAT;

    /** The time between two heartbeats with {@link #requeueAfterWorkerDeath}: 30 seconds. */
    public static final Duration REQUEUE_HEARTBEAT_INTERVAL = RecoveryPolicy.REQUEUE_HEARTBEAT;

    /** A worker is dead when its heartbeat is older than this: 300 seconds, as in Ruby. */
    public static final Duration DEFAULT_DEAD_AFTER = RecoveryPolicy.DEAD_AFTER;

    /**
     * A worker is dead when its heartbeat is older than this, with {@link #requeueAfterWorkerDeath}: 200 seconds, so that its job is
     * put back before a Ruby worker records it as a failure.
     */
    public static final Duration REQUEUE_DEAD_AFTER = RecoveryPolicy.REQUEUE_DEAD_AFTER;

    /** The most lines of a backtrace in a failure record. */
    public static final int DEFAULT_BACKTRACE_LIMIT = 300;

    /** How far away the instant of a delayed job may be: ten years. */
    public static final Duration DEFAULT_MAX_DELAY = DelayLimits.LONGEST;

    /** The most bytes of a delayed job: 64 KiB. */
    public static final long DEFAULT_MAX_DELAYED_JOB = DelayLimits.LARGEST;

    private static final long MOST_OF_REDIS = 512L << 20;

    final List<FailureSink> failureSinks = new ArrayList<>();
    FailureListLayout failureLists = FailureListLayout.COMMON;

    @Nullable
    Long failureLimit;

    @Nullable
    Duration failureAge;

    int backtraceLimit = DEFAULT_BACKTRACE_LIMIT;

    @Nullable
    Long maxPayload;

    RetryKeys retryKeys = RetryKeys.RUBY_3_3;
    SchedulerMode schedulerMode = SchedulerMode.BESIDE;
    String schedulerLockPrefix = "";

    @Nullable
    String schedulerEnvironment;

    Duration maxDelay = DEFAULT_MAX_DELAY;
    long maxDelayedJob = DEFAULT_MAX_DELAYED_JOB;

    final Map<Class<?>, Function<Object, @Nullable Object>> converters = new HashMap<>();
    final Map<Class<?>, Function<Object, ?>> readers = new HashMap<>();
    private final AdapterChoice adapters = new AdapterChoice();
    Duration statusExpiry = DEFAULT_STATUS_EXPIRY;

    @Nullable
    Duration waitingStatusExpiry;

    @Nullable
    LateStatuses lateStatuses;

    private @Nullable Duration heartbeatInterval;
    private @Nullable Duration deadAfter;
    private int maxDeaths = 1;
    private boolean recoverByPid = true;
    Clock clock = Clock.systemUTC();

    @Nullable
    HeartbeatFile heartbeatFile;

    final ListenerChain events = ListenerChain.ofResque();

    @Nullable
    JobModule inline;

    boolean flushOnExit = true;
    boolean history;

    @Nullable
    WriteDeferral deferral;

    ResqueBuilder() {}

    /**
     * Sets what these settings name, as the methods of this builder do. The keys are {@code url}, {@code namespace}, {@code backend},
     * {@code serializer}, {@code status-store} with {@code status-store-url}, {@code status-expiry}, {@code waiting-status-expiry}, {@code
     * heartbeat-interval}, {@code heartbeat-file}, {@code requeue-after-worker-death}, {@code dead-after}, {@code recover-by-pid}, {@code
     * failure-lists} ({@code common}, {@code by-queue} or {@code both}), {@code failure-limit}, {@code failure-age}, {@code
     * backtrace-limit}, {@code max-payload}, {@code scheduler-mode} ({@code beside}, {@code share} or {@code replace}), {@code
     * scheduler-lock-prefix}, {@code max-delay}, {@code max-delayed-job}, {@code flush-on-exit} and {@code
     * history}. A duration has its unit, such as {@code 30s}; bytes can have one, such as {@code 1MB}; a switch is {@code true} or
     * {@code false}. A value that is null or blank sets nothing. The file {@code docs/configuration.md} in the source repository has an
     * example of each.
     *
     * @param settings values by their keys, in any order
     * @return this builder
     * @throws ConfigurationException naming a key that is not known and the nearest known one, or a key, its value and the way out
     */
    public ResqueBuilder configure(Map<String, String> settings) {
        return read(SettingReader.ofKeys(settings));
    }

    /**
     * Sets what the environment variables of this process say; no other method reads them. {@code REDIS_URL} is the URL, such as {@code
     * redis://localhost:6379/0}; php-resque's {@code REDIS_BACKEND}, such as {@code localhost:6379}, wins over it. {@code PREFIX} is the
     * namespace. {@code HEARTBEAT_INTERVAL}, {@code DEAD_AFTER}, {@code REQUEUE_AFTER_WORKER_DEATH}, {@code FAILURE_BACKEND} and {@code
     * MAX_PAYLOAD} are read, too; the file {@code docs/configuration.md} in the source repository lists all variables. If {@code
     * bin/resque} reads a variable, too, it has the same meaning there. A variable that is not set, or is blank, sets nothing.
     *
     * @return this builder
     * @throws ConfigurationException naming a variable, its value and the way out
     */
    public ResqueBuilder configureFromEnvironment() {
        return configureFromEnvironment(System.getenv());
    }

    /**
     * As {@link #configureFromEnvironment()}, from given variables.
     *
     * @param variables values by their names; names that mean nothing here are not looked at
     * @return this builder
     * @throws ConfigurationException naming a variable, its value and the way out
     */
    public ResqueBuilder configureFromEnvironment(Map<String, String> variables) {
        adapters.isFromEnvironment = true;
        return read(SettingReader.ofEnvironment(variables));
    }

    ResqueBuilder read(SettingReader from) {
        from.url("url", this::url);
        from.namespace("namespace", this::namespace);
        from.text("backend", this::backend);
        from.text("serializer", this::serializer);
        from.nameAndUrl("status-store", "jedis", "status-store-url", "redis://localhost:6379/1", this::statusStore);
        from.duration("status-expiry", this::statusExpiry);
        from.duration("waiting-status-expiry", this::waitingStatusExpiry);
        from.duration("heartbeat-interval", this::heartbeatInterval);
        from.text("heartbeat-file", file -> heartbeatFile(Path.of(file)));
        from.number("requeue-after-worker-death", 2, 1_000, this::requeueAfterWorkerDeath);
        from.duration("dead-after", this::deadAfter);
        from.isTrue("recover-by-pid", this::recoverByPid);
        from.failureLists("failure-lists", this::failureLists);
        from.number("failure-limit", this::failureLimit);
        from.duration("failure-age", this::failureAge);
        from.number("backtrace-limit", 0, Integer.MAX_VALUE, this::backtraceLimit);
        from.bytes("max-payload", this::maxPayload);
        from.schedulerMode("scheduler-mode", this::schedulerMode);
        from.text("scheduler-lock-prefix", this::schedulerLockPrefix);
        from.text("scheduler-environment", this::schedulerEnvironment);
        from.duration("max-delay", this::maxDelay);
        from.bytes("max-delayed-job", this::maxDelayedJob);
        from.retryKeys("retry-keys", this::retryKeys);
        from.isTrue("flush-on-exit", this::flushOnExit);
        from.isTrue("history", this::history);
        from.refuseUnknown("");
        return this;
    }

    /**
     * Where Redis is. Default {@link #DEFAULT_URL}.
     *
     * @param url as for {@link Resque#connect}
     * @return this builder
     */
    public ResqueBuilder url(String url) {
        adapters.url = Objects.requireNonNull(url, "url");
        return this;
    }

    /**
     * The prefix of all keys, php-resque's {@code PREFIX}. Default {@code resque}, or the URL's {@code namespace}.
     *
     * @param namespace with or without a colon at its end
     * @return this builder
     */
    public ResqueBuilder namespace(String namespace) {
        adapters.namespace = Objects.requireNonNull(namespace, "namespace");
        return this;
    }

    /**
     * Names the backend, where several are on the class path. Wins over the system property {@code resque.backend}.
     * A URL that only one backend serves, such as {@code memory:}, needs no name.
     *
     * @param name such as {@code jedis}
     * @return this builder
     */
    public ResqueBuilder backend(String name) {
        adapters.backendName = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Uses this backend, for example one over a client that the application already has. Then {@link #url},
     * {@link #namespace(String)} and the class path do not choose the backend.
     *
     * @param backend closed with the {@link Resque}
     * @return this builder
     */
    public ResqueBuilder backend(QueueBackend backend) {
        adapters.backend = Objects.requireNonNull(backend, "backend");
        return this;
    }

    /**
     * Names the serializer, where several are on the class path. Wins over the system property
     * {@code resque.serializer}.
     *
     * @param name such as {@code gson}
     * @return this builder
     */
    public ResqueBuilder serializer(String name) {
        adapters.serializerName = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Uses this serializer, whatever is on the class path.
     *
     * @param serializer the serializer
     * @return this builder
     */
    public ResqueBuilder serializer(JobSerializer serializer) {
        adapters.serializer = Objects.requireNonNull(serializer, "serializer");
        return this;
    }

    /**
     * Keeps statuses in this store, apart from the queues. Default: in the backend. Wins over
     * {@link #statusStore(String, String)}.
     *
     * @param store closed with the {@link Resque}
     * @return this builder
     */
    public ResqueBuilder statusStore(StatusStore store) {
        adapters.statusStore = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * Keeps statuses apart from the queues, for example in another Redis. The store is looked up by its name. Every other
     * program that asks for a status, or runs the jobs, must use the same store.
     *
     * @param name of a store on the class path, such as {@code jedis}
     * @param url of the store. Its keys have the namespace of this builder, or the namespace of this URL if the builder has
     *     none. The store is closed with the {@link Resque}
     * @return this builder
     */
    public ResqueBuilder statusStore(String name, String url) {
        adapters.statusStoreName = Objects.requireNonNull(name, "name");
        adapters.statusStoreUrl = Objects.requireNonNull(url, "url");
        return this;
    }

    /**
     * Allows a class as an argument of jobs, and converts its values to JSON. An argument of a class without a converter is
     * refused, unless it is one of JSON's own types, a record, an enum or an Optional.
     *
     * @param <T> the class
     * @param type exactly this class, not its subclasses; for an enum or record the type itself
     * @param converter gives a JSON value, such as {@code Instant::toString}; must be thread-safe
     * @return this builder
     * @throws IllegalArgumentException if this class is one of JSON's own types, which need no converter
     */
    public <T> ResqueBuilder argument(Class<T> type, Function<? super T, ? extends @Nullable Object> converter) {
        Objects.requireNonNull(converter, "converter");
        if (ArgumentRules.isJson(Objects.requireNonNull(type, "type"))) {
            throw new IllegalArgumentException(type.getTypeName() + " is sent as JSON as it is, so that no converter"
                    + " is asked; register one for a class of yours");
        }
        converters.put(type, value -> converter.apply(type.cast(value)));
        readers.remove(type);
        return this;
    }

    /**
     * Does the same as {@link #argument(Class, Function)}, and also converts JSON values back, where a job asks for this class or
     * for a record that holds it. A child process does not have this way back; {@link io.resque.api.JobType#argument} works there,
     * too.
     *
     * @param <T> the class
     * @param <J> the JSON value; {@code from} gets an integer as a {@link Long}, or as a {@link java.math.BigInteger} if it is too
     *     large for that, and no null
     * @param type as there
     * @param to gives a JSON value, such as {@code Instant::toString}; must be thread-safe
     * @param from the way back, such as {@code Instant::parse}; must be thread-safe. The job fails with the exception that it throws
     * @return this builder
     * @throws IllegalArgumentException as there
     */
    public <T, J> ResqueBuilder argument(
            Class<T> type, Function<? super T, ? extends @Nullable J> to, Function<? super J, ? extends T> from) {
        Objects.requireNonNull(from, "from");
        argument(type, to);
        readers.put(type, reader(from));
        return this;
    }

    @SuppressWarnings("unchecked") // a value of another class is a ClassCastException, which fails the job
    private static <T, J> Function<Object, T> reader(Function<? super J, ? extends T> from) {
        return json -> from.apply((J) json);
    }

    /**
     * Where adapters are looked up. Default: the thread's context class loader, then this library's own.
     *
     * @param loader the class loader
     * @return this builder
     */
    public ResqueBuilder classLoader(ClassLoader loader) {
        adapters.classLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /**
     * How long the status of a job stays after its end. Default {@link #DEFAULT_STATUS_EXPIRY}.
     *
     * @param expiry at least a second, at most 36,500 days
     * @return this builder
     */
    public ResqueBuilder statusExpiry(Duration expiry) {
        this.statusExpiry = Durations.atLeastASecond("statusExpiry", expiry);
        return this;
    }

    /**
     * How long the status of a waiting job stays, counted from the moment when the job is enqueued or put back. Without this, the
     * status of a job that a Ruby worker runs says {@code WAITING} for ever, since Ruby's workers do not change it. Once a worker
     * that knows statuses has begun the job, this time no longer counts: the status stays until {@link #statusExpiry} after the
     * end. A job that waits longer than this loses its status. Default: for ever, as in php-resque.
     *
     * @param expiry longer than any job waits; at least a second, at most 36,500 days
     * @return this builder
     */
    public ResqueBuilder waitingStatusExpiry(Duration expiry) {
        this.waitingStatusExpiry = Durations.atLeastASecond("waitingStatusExpiry", expiry);
        return this;
    }

    /**
     * How often workers send a heartbeat, by which other processes know that they live. Default
     * {@link #DEFAULT_HEARTBEAT_INTERVAL}, or {@link #REQUEUE_HEARTBEAT_INTERVAL} with {@link #requeueAfterWorkerDeath}. After each
     * heartbeat this process also looks for dead workers.
     *
     * @param interval at least a second, at most a minute; Ruby takes a worker for dead after five minutes without a heartbeat
     * @return this builder
     */
    public ResqueBuilder heartbeatInterval(Duration interval) {
        Durations.atLeastASecond("heartbeatInterval", interval);
        if (interval.compareTo(DEFAULT_HEARTBEAT_INTERVAL) > 0) {
            throw new IllegalArgumentException("heartbeatInterval must be at most a minute, was " + interval);
        }
        this.heartbeatInterval = interval;
        return this;
    }

    /**
     * Sets the time of a file at each heartbeat that reached Redis, while no thread of a worker hangs. It is for health checks
     * that run a command: the age of the file is the time since the last such heartbeat. {@link Resque#close} removes the file.
     *
     * @param file in a folder that exists; the registration of the first worker creates it
     * @return this builder
     * @throws ConfigurationException if it is a folder, or its folder does not exist
     */
    public ResqueBuilder heartbeatFile(Path file) {
        this.heartbeatFile = new HeartbeatFile(file);
        return this;
    }

    /**
     * Puts the job of a dead worker back at the head of its queue, instead of recording it as a failure. So a job runs at least
     * once; without this setting it runs at most once. A job that was nearly done runs again, so jobs must allow a second run.
     * The setting of the {@code Resque} that recovers the dead worker counts, not that of the dead worker. So all processes with workers
     * of the same queues should use the same setting. A Ruby worker that prunes records the job as a failure.
     *
     * @param maxDeaths a job becomes a failure all the same when this many workers have died with it in a day, so that a job
     *     that kills its worker does not kill all workers; at least 2
     * @return this builder
     */
    public ResqueBuilder requeueAfterWorkerDeath(int maxDeaths) {
        this.maxDeaths = (int) atLeast(2, "requeueAfterWorkerDeath", maxDeaths);
        return this;
    }

    /**
     * How old the heartbeat of a worker can become before this process takes the worker for dead. Default
     * {@link #DEFAULT_DEAD_AFTER}, or {@link #REQUEUE_DEAD_AFTER} with {@link #requeueAfterWorkerDeath}, or once a worker of this process
     * has a {@link io.resque.api.Retry} that retries deaths. A worker on this machine whose process has ended is dead at once.
     *
     * @param silence at least three times the longest heartbeat interval of all workers, also those of other programs; the
     *     interval of Ruby's workers is a minute. At most 300 seconds, after which Ruby takes a worker for dead. A worker with a policy
     *     that retries deaths is refused with 300 seconds
     * @return this builder
     */
    public ResqueBuilder deadAfter(Duration silence) {
        Durations.atLeastASecond("deadAfter", silence);
        if (silence.compareTo(DEFAULT_DEAD_AFTER) > 0) {
            throw new IllegalArgumentException(
                    "deadAfter must be at most 300 s, when Ruby takes a worker for dead; was " + silence);
        }
        this.deadAfter = silence;
        return this;
    }

    /**
     * Whether a worker of another library that writes no heartbeat, such as PHP's, goworker's and Jesque's, is dead once its pid is
     * gone from this machine. Choose false if such workers run under the host name of the machine in containers that this process
     * cannot see, or if their ids hold another number than a pid; they are then never recovered. Default: true.
     *
     * @param recover false to leave workers without a heartbeat alone; workers of this library are recovered all the same
     * @return this builder
     */
    public ResqueBuilder recoverByPid(boolean recover) {
        this.recoverByPid = recover;
        return this;
    }

    /**
     * Adds a listener, as {@link Resque#listen} does: it hears in this process, and not in child processes that run jobs.
     *
     * @param listener the listener
     * @return this builder
     */
    public ResqueBuilder listen(ResqueListener listener) {
        events.listen(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Where workers record failures. Default {@link FailureListLayout#COMMON}.
     *
     * @param lists in which lists
     * @return this builder
     */
    public ResqueBuilder failureLists(FailureListLayout lists) {
        this.failureLists = Objects.requireNonNull(lists, "lists");
        return this;
    }

    /**
     * Runs each job in the thread that enqueues it, instead of putting it on a queue, as Ruby's {@code Resque.inline} does: for
     * tests and scripts. {@code enqueue} returns when the job has ended, and throws the exception of the job (a checked one as
     * the cause of a {@link io.resque.api.ResqueException}). There is no failure record and no counter. When {@code enqueue}
     * returns, the calling thread has its old name, priority, context class loader and MDC; an interrupt stays set.
     *
     * @param jobs the jobs that can be run
     * @return this builder
     */
    public ResqueBuilder inline(JobModule jobs) {
        this.inline = Objects.requireNonNull(jobs, "jobs");
        return this;
    }

    /**
     * Whether the end of the JVM, by a signal or {@link System#exit}, waits until the jobs of {@code enqueueAsync} are written,
     * for ten seconds at most. The log then says how many jobs were not written. Nothing is closed. Default: true.
     *
     * @param flush false for a program that must end at once
     * @return this builder
     */
    public ResqueBuilder flushOnExit(boolean flush) {
        this.flushOnExit = flush;
        return this;
    }

    /**
     * Whether processes whose workers belong to this {@link Resque} write {@link History}: samples of counters, queues and workers of all
     * languages, and the run times of their own jobs. Default: false. Every ten seconds a process sends one or two scripts; one process at a time also
     * reads the lengths of all queues, and the heads of the 200 longest.
     *
     * @param write true to write it
     * @return this builder
     */
    public ResqueBuilder history(boolean write) {
        this.history = write;
        return this;
    }

    /**
     * The most records in a failure list. About a second after a worker of this {@link Resque} has recorded a failure in a list,
     * it removes the oldest records beyond the limit; until then the list can be longer. Default: no limit.
     *
     * @param records at least 1, for each list
     * @return this builder
     */
    public ResqueBuilder failureLimit(long records) {
        this.failureLimit = atLeast(1, "failureLimit", records);
        return this;
    }

    /**
     * The greatest age of failure records, also of records that other libraries wrote. About a second after a worker of this
     * {@link Resque} has recorded a failure in a list, it removes older records from this list; while no job fails, old records
     * stay. Default: no limit.
     *
     * @param age at least a second, at most 36,500 days
     * @return this builder
     */
    public ResqueBuilder failureAge(Duration age) {
        this.failureAge = Durations.atLeastASecond("failureAge", age);
        return this;
    }

    /**
     * The most lines of a backtrace in a failure record: the innermost are kept, and one more line says that the others were cut.
     * Default {@link #DEFAULT_BACKTRACE_LIMIT}.
     *
     * @param frames 0 or more; 0 for an empty backtrace
     * @return this builder
     */
    public ResqueBuilder backtraceLimit(int frames) {
        this.backtraceLimit = (int) atLeast(0, "backtraceLimit", frames);
        return this;
    }

    /**
     * The largest payload (the JSON of a job) in bytes, for producers and workers of this {@link Resque}. {@code enqueue} refuses
     * a larger payload. If another program has enqueued one, a worker does not read it: Redis sets its bytes aside, and the job
     * becomes a failure record with the size of the payload and the place of its bytes, which can be retried.
     *
     * <p>Default: 16 MiB; for a worker a sixteenth of its heap if that is less, since several copies of a payload are in memory
     * while its job runs. If Redis cannot send a payload of more than 1 MiB within the timeout of the connection, five times in a
     * row, it is set aside, too. On a slow network choose a longer timeout or a smaller maximum.
     *
     * @param bytes at least 16,384, at most 512 MiB, which is Redis's own limit
     * @return this builder
     */
    public ResqueBuilder maxPayload(long bytes) {
        if (atLeast(Subscription.LEAST_MAX_PAYLOAD, "maxPayload", bytes) > MOST_OF_REDIS) {
            throw new IllegalArgumentException("maxPayload must be at most 512 MiB, Redis's own limit, was " + bytes);
        }
        this.maxPayload = bytes;
        return this;
    }

    /**
     * Whether retries also stand in the keys of Ruby's resque-retry, and as which version of Ruby names these keys. Default {@link
     * RetryKeys#RUBY_3_3}. The keys expire, and cost four commands of Redis for each failed run that is retried.
     *
     * @param keys the same for all Java programs of the namespace
     * @return this builder
     */
    public ResqueBuilder retryKeys(RetryKeys keys) {
        this.retryKeys = Objects.requireNonNull(keys, "keys");
        return this;
    }

    /**
     * How schedulers of this library behave beside those of Ruby and Node. Default {@link SchedulerMode#BESIDE}.
     *
     * @param mode the same for all Java programs of the namespace
     * @return this builder
     */
    public ResqueBuilder schedulerMode(SchedulerMode mode) {
        this.schedulerMode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * The prefix of the lock of Ruby's schedulers: the value of {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} in their environment. While
     * one of them holds this lock, a {@link Scheduler} moves nothing. It counts in all modes. Default: none.
     *
     * @param prefix the text
     * @return this builder
     */
    public ResqueBuilder schedulerLockPrefix(String prefix) {
        this.schedulerLockPrefix = Objects.requireNonNull(prefix, "prefix");
        return this;
    }

    /**
     * The environment of the recurring jobs that Ruby has stored in Redis: the value of {@code RAILS_ENV} for Ruby's schedulers. In mode
     * {@link SchedulerMode#REPLACE}, those with a {@code rails_env} are fired only if it names this environment. Default: none, so that
     * only those without a {@code rails_env} are fired.
     *
     * @param environment its name, such as {@code production}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, or has a comma or a blank: Ruby would read several names
     */
    public ResqueBuilder schedulerEnvironment(String environment) {
        if (!environment.matches("[^\\s,]+")) {
            throw new IllegalArgumentException(
                    "The environment of Ruby's schedulers must be one name, such as production," + " and was \""
                            + environment + "\"");
        }
        this.schedulerEnvironment = environment;
        return this;
    }

    /**
     * How far away the instant of a delayed job may be, see {@link io.resque.api.Enqueuer#at}: a bound against mistakes, such as
     * milliseconds for seconds. Default {@link #DEFAULT_MAX_DELAY}.
     *
     * @param delay at least a second, at most 36,500 days
     * @return this builder
     * @throws IllegalArgumentException if it is less or more
     */
    public ResqueBuilder maxDelay(Duration delay) {
        this.maxDelay = Durations.atLeastASecond("maxDelay", delay);
        return this;
    }

    /**
     * The most bytes of a delayed job, with its queue. resque-scheduler, whose keys these are, has a key that is named after the whole
     * job, so Redis keeps each delayed job twice. Default {@link #DEFAULT_MAX_DELAYED_JOB}. {@link #maxPayload} holds, too.
     *
     * @param bytes at least 1
     * @return this builder
     * @throws IllegalArgumentException if less than 1
     */
    public ResqueBuilder maxDelayedJob(long bytes) {
        this.maxDelayedJob = atLeast(1, "maxDelayedJob", bytes);
        return this;
    }

    /**
     * Puts the writes of all jobs off that this {@link Resque} and its running jobs enqueue, when the deferral says so: for example until a
     * transaction has committed. Recurring jobs, retries and moves of delayed jobs are not put off. Default: each job is written at once.
     *
     * @param choice says when; {@link Resque#deferring} is for single jobs
     * @return this builder
     */
    public ResqueBuilder deferral(WriteDeferral choice) {
        this.deferral = Objects.requireNonNull(choice, "choice");
        return this;
    }

    /**
     * Adds a sink, which receives each failure that workers of this {@link Resque} record. Each call adds a further sink.
     *
     * @param sink called after the record is in Redis
     * @return this builder
     */
    public ResqueBuilder failureSink(FailureSink sink) {
        failureSinks.add(Objects.requireNonNull(sink, "sink"));
        return this;
    }

    private static long atLeast(long least, String what, long value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ", was " + value);
        }
        return value;
    }

    ResqueBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    ResqueBuilder lateStatuses(LateStatuses late) {
        this.lateStatuses = late;
        return this;
    }

    /**
     * Opens the {@link Resque}. Does not connect before the first command.
     *
     * @return to be closed by the caller
     * @throws ConfigurationException if the URL cannot be read, the class path has no adapter or several to choose from, or
     *     {@link #deadAfter} is less than three of {@link #heartbeatInterval}
     * @throws RuntimeException that an adapter or the module of {@link #inline} threw. After any exception nothing is left open
     */
    public Resque build() {
        LogBinding.check();
        Duration interval = RecoveryPolicy.interval(heartbeatInterval, maxDeaths);
        RecoveryPolicy policy = RecoveryPolicy.of(deadAfter, interval, maxDeaths, recoverByPid);
        return adapters.open((backend, store, json, found) ->
                new ResqueComposer(this, backend, store, json, found, interval, policy).compose());
    }
}
