package io.resque.spring.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties of Resque. Those that a table of {@code docs/configuration.md} lists have its keys and mean the same.
 *
 * @param url where Redis is, such as redis://user:password@host:6379/0. Default: the connection of Spring Data Redis if that is there,
 *     else redis://localhost:6379/0
 * @param namespace prefix of all keys; default resque, or the namespace of the URL
 * @param backend name of the backend, where several are on the class path
 * @param serializer name of the serializer, where several are on the class path
 * @param statusStore name of the store that keeps statuses apart from the queues
 * @param statusStoreUrl URL of that store
 * @param statusExpiry how long the status of a job stays after its end; default 24 hours
 * @param waitingStatusExpiry how long the status of a waiting job stays; default: for ever
 * @param heartbeatInterval time between two heartbeats of a worker; default a minute
 * @param heartbeatFile file whose time is set at each heartbeat that reached Redis
 * @param requeueAfterWorkerDeath puts the job of a dead worker back on its queue, until so many workers have died with it; default: it fails
 * @param deadAfter age of the last heartbeat from which a worker counts as dead; default 300 seconds
 * @param recoverByPid whether a worker of another library is dead once its pid is gone; default true
 * @param failureLists where failures are recorded: common, by-queue or both; default common
 * @param failureLimit most records in a failure list; default: no limit
 * @param failureAge greatest age of failure records; default: no limit
 * @param backtraceLimit most lines of a backtrace in a failure record; default 300
 * @param maxPayload largest payload of a job; default 16 MB, for a worker less if its heap is small
 * @param schedulerMode how schedulers behave beside those of Ruby and Node: beside, share or replace; default beside
 * @param schedulerLockPrefix prefix of the lock of Ruby's schedulers
 * @param schedulerEnvironment value of RAILS_ENV for Ruby's schedulers
 * @param maxDelay how far away the instant of a delayed job can be; default ten years
 * @param maxDelayedJob largest delayed job; default 64 KB
 * @param retryKeys whose keys of Ruby's resque-retry are written: ruby-3.3, ruby-3.4 or none; default ruby-3.3
 * @param flushOnExit whether a shutdown hook waits for jobs of enqueueAsync. The context waits for them anyway when it closes
 * @param history whether workers write the history, which the pages show; default false
 * @param afterCommit whether enqueueing inside a transaction writes the job after the commit
 * @param worker settings of the worker, or of all workers if there are several
 * @param workers several workers by their names; what one of them leaves out is taken from resque.worker
 * @param recurring recurring jobs by their names, written to Redis at each start
 */
@ConfigurationProperties("resque")
public record ResqueProperties(
        @Nullable String url,
        @Nullable String namespace,
        @Nullable String backend,
        @Nullable String serializer,
        @Nullable String statusStore,
        @Nullable String statusStoreUrl,
        @Nullable Duration statusExpiry,
        @Nullable Duration waitingStatusExpiry,
        @Nullable Duration heartbeatInterval,
        @Nullable String heartbeatFile,
        @Nullable Integer requeueAfterWorkerDeath,
        @Nullable Duration deadAfter,
        @Nullable Boolean recoverByPid,
        @Nullable String failureLists,
        @Nullable Long failureLimit,
        @Nullable Duration failureAge,
        @Nullable Integer backtraceLimit,
        @Nullable DataSize maxPayload,
        @Nullable String schedulerMode,
        @Nullable String schedulerLockPrefix,
        @Nullable String schedulerEnvironment,
        @Nullable Duration maxDelay,
        @Nullable DataSize maxDelayedJob,
        @Nullable String retryKeys,
        @DefaultValue("false") boolean flushOnExit,
        @Nullable Boolean history,
        @DefaultValue("false") boolean afterCommit,
        @DefaultValue Worker worker,
        @DefaultValue Map<String, Worker> workers,
        @DefaultValue Map<String, Recurring> recurring) {
    /**
     * A worker.
     *
     * @param enabled whether this application has workers. Default: true if it has a job
     * @param autoStartup whether the workers start with the application; otherwise by ResqueWorkers.start. Only for resque.worker. Default true
     * @param queues the queues, the most urgent first, also as patterns; default: the queues that the jobs name
     * @param concurrency how many jobs run at the same time; default 1
     * @param virtualThreads whether each job runs on a virtual thread. Default: spring.threads.virtual.enabled
     * @param jobTimeout how long a job can run; default: no limit
     * @param stopTimeout how long running jobs have to end at a stop. Default 25 seconds, less than spring.lifecycle.timeout-per-shutdown-phase
     * @param onStop what becomes of a job that a stop interrupts: put-back or fail; default fail
     * @param untilEmpty whether the worker stops when no job is left; default false
     * @param start whether the start of the application waits for Redis: wait starts without Redis and registers once it answers,
     *     fail ends the start; default wait
     * @param scheduler whether the worker puts delayed and recurring jobs onto their queues; default true
     * @param host first part of the ids of the worker
     * @param executor where jobs run: thread, or with resque-process-launcher process; default thread
     * @param jobsPerFork jobs that a child process runs, with the executor process
     * @param mayLeave kinds of things that a job may leave behind in a child process of several jobs, such as threads
     * @param javaOptions options of a child process, with the executor process
     */
    public record Worker(
            @Nullable Boolean enabled,
            @Nullable Boolean autoStartup,
            @Nullable List<String> queues,
            @Nullable Integer concurrency,
            @Nullable Boolean virtualThreads,
            @Nullable Duration jobTimeout,
            @Nullable Duration stopTimeout,
            @Nullable String onStop,
            @Nullable Boolean untilEmpty,
            @Nullable String start,
            @Nullable Boolean scheduler,
            @Nullable String host,
            @Nullable String executor,
            @Nullable Integer jobsPerFork,
            @Nullable List<String> mayLeave,
            @Nullable String javaOptions) {
        /** Those that are set, by the keys of {@link io.resque.core.WorkerBuilder#configure}. */
        Map<String, String> settings() {
            return new SettingsMap()
                    .put("queues", queues == null ? null : String.join(",", queues))
                    .put("concurrency", concurrency)
                    .put("virtual-threads", virtualThreads)
                    .put("job-timeout", jobTimeout)
                    .put("stop-timeout", stopTimeout)
                    .put("on-stop", onStop)
                    .put("until-empty", untilEmpty)
                    .put("start", start)
                    .put("scheduler", scheduler)
                    .put("host", host)
                    .put("executor", executor)
                    .put("jobs-per-fork", jobsPerFork)
                    .put("may-leave", mayLeave == null ? null : String.join(",", mayLeave))
                    .put("java-options", javaOptions)
                    .toMap();
        }
    }

    /**
     * A recurring job.
     *
     * @param cron cron expression, with its time zone unless zone names it
     * @param zone time zone of the cron expression
     * @param every period, such as 15m
     * @param queue queue of its jobs
     * @param job name of its jobs
     * @param args arguments of its jobs; in YAML, numbers stay numbers
     */
    public record Recurring(
            @Nullable String cron,
            @Nullable String zone,
            @Nullable String every,
            @Nullable String queue,
            @Nullable String job,
            @DefaultValue List<Object> args) {}

    /** Leaves all out: the URLs can hold passwords. */
    @Override
    public String toString() {
        return "ResqueProperties";
    }

    /** Those that are set, by the keys of {@link io.resque.core.ResqueBuilder#configure}, without the URL. */
    Map<String, String> settings() {
        return new SettingsMap()
                .put("namespace", namespace)
                .put("backend", backend)
                .put("serializer", serializer)
                .put("status-store", statusStore)
                .put("status-store-url", statusStoreUrl)
                .put("status-expiry", statusExpiry)
                .put("waiting-status-expiry", waitingStatusExpiry)
                .put("heartbeat-interval", heartbeatInterval)
                .put("heartbeat-file", heartbeatFile)
                .put("requeue-after-worker-death", requeueAfterWorkerDeath)
                .put("dead-after", deadAfter)
                .put("recover-by-pid", recoverByPid)
                .put("failure-lists", failureLists)
                .put("failure-limit", failureLimit)
                .put("failure-age", failureAge)
                .put("backtrace-limit", backtraceLimit)
                .put("max-payload", maxPayload == null ? null : maxPayload.toBytes())
                .put("scheduler-mode", schedulerMode)
                .put("scheduler-lock-prefix", schedulerLockPrefix)
                .put("scheduler-environment", schedulerEnvironment)
                .put("max-delay", maxDelay)
                .put("max-delayed-job", maxDelayedJob == null ? null : maxDelayedJob.toBytes())
                .put("retry-keys", retryKeys)
                .put("flush-on-exit", flushOnExit)
                .put("history", history)
                .toMap();
    }
}
