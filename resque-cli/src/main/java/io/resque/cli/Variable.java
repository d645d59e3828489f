package io.resque.cli;

import java.util.List;

/**
 * A variable of the environment as the help shows it; docs/operations.md says more, and a test compares the names.
 *
 * @param names one, or several that belong together, separated by commas
 * @param meaning in few words
 */
record Variable(String names, String meaning) {
    /** Of each command that connects to Redis. */
    static final List<Variable> OF_ALL = List.of(
            new Variable("REDIS_BACKEND", "host:port, unix:///path or a URL; no user is sent"),
            new Variable("REDIS_BACKEND_DB", "its database"),
            new Variable("REDIS_URL", "redis://host:6379/0, if REDIS_BACKEND is not set"),
            new Variable("PREFIX", "the namespace, resque if not set"),
            new Variable("RESQUE_BACKEND, RESQUE_SERIALIZER", "the name of an adapter, if lib/ has several"),
            new Variable("RESQUE_LOG_LEVEL", "the log of commands, WARN if not set"),
            new Variable("MAX_PAYLOAD", "bytes of the largest payload"),
            new Variable("RESQUE_MAX_DELAY", "the longest delay of a job, 3653d if not set"),
            new Variable("RESQUE_MAX_DELAYED_JOB", "the largest delayed job, 64KB if not set"),
            new Variable(
                    "REQUEUE_AFTER_WORKER_DEATH",
                    "a job goes back to its queue until this many workers have died over it"),
            new Variable("HEARTBEAT_INTERVAL", "seconds between heartbeats, 60 if not set"),
            new Variable("DEAD_AFTER", "seconds of silence until a worker is dead, 300 if not set"),
            new Variable("RECOVER_BY_PID", "false: leaves workers without a heartbeat alone"),
            new Variable("WAITING_STATUS_EXPIRY", "seconds until the status of a waiting job expires"),
            new Variable("RESQUE_JAVA_OPTS", "options of the JVM"),
            new Variable("TMPDIR", "folder for temporary files"),
            new Variable("COLUMNS", "the width of tables; otherwise that of the terminal"),
            new Variable("NO_COLOR", "any value: no colours in the help"));

    /** Of a worker, and of each worker of a pool. */
    static final List<Variable> OF_WORKERS = List.of(
            new Variable("QUEUES, QUEUE", "queues, the most urgent first: high,low or * or mail_* or *,!low"),
            new Variable("APP_INCLUDE", "class of a JobModule, or several, separated by commas"),
            new Variable("CLASSPATH", "jars and folders of your jobs"),
            new Variable("COUNT", "number of worker processes, 1 if not set"),
            new Variable("CONCURRENCY", "number of jobs that each process runs at once, 1 if not set"),
            new Variable("QUEUE_LIMITS", "most jobs of a queue that run at once: mail=5,reports=1"),
            new Variable("INTERVAL", "0: leaves when no job is left"),
            new Variable("MIN_INTERVAL, MAX_INTERVAL, BACKOFF_INTERVAL, BLOCKING", "no effect: a push wakes a worker"),
            new Variable("RUN_AT_EXIT_HOOKS", "no effect"),
            new Variable("VERBOSE, LOGGING", "logs each job"),
            new Variable("VVERBOSE", "logs more, with time and pid"),
            new Variable("PIDFILE", "file for the pid, for signals"),
            new Variable("JVM_PIDFILE", "file for the pid of the JVM"),
            new Variable("BACKGROUND", "any value: leaves the terminal"),
            new Variable("ISOLATION", "strict: a child JVM for each job; recycled: for many; thread: none"),
            new Variable("FORK_PER_JOB", "false: the same as ISOLATION=thread"),
            new Variable("JOBS_PER_FORK", "most jobs of a child JVM, 1 or with ISOLATION=recycled 1000"),
            new Variable("JOB_MAY_LEAVE", "threads,open-files: what ends no recycled child JVM"),
            new Variable("JOB_TIMEOUT", "seconds that a job can take"),
            new Variable("JOB_MEMORY_LIMIT", "MB after which a child JVM is replaced"),
            new Variable("CLASS_ARCHIVE_TRAINING", "child JVMs whose classes go into the archive of classes"),
            new Variable("JOB_ENV_REMOVE", "names of variables that child JVMs do not get"),
            new Variable("JOB_JAVA_OPTS", "options of the child JVMs"),
            new Variable("TERM_CHILD", "any value: TERM interrupts the job before it kills it"),
            new Variable("RESQUE_TERM_TIMEOUT", "seconds from the interrupt to the kill, 4 if not set"),
            new Variable("RESQUE_PRE_SHUTDOWN_TIMEOUT", "seconds that a job has before it is interrupted"),
            new Variable("ON_STOP", "put-back: a job that TERM interrupts or kills goes back to its queue"),
            new Variable("GRACEFUL_TERM", "any value: TERM waits for the job"),
            new Variable("FAILURE_BACKEND", "redis, or redis_multi_queue for a list for each queue"),
            new Variable("SCHEDULER", "false: leaves delayed and recurring jobs to others"),
            new Variable("RESQUE_SCHEDULER_MODE", "share, replace: takes the locks of Ruby's and Node's schedulers"),
            new Variable("RESQUE_SCHEDULER_MASTER_LOCK_PREFIX", "the prefix of the lock of Ruby's schedulers"),
            new Variable("RESQUE_RETRY_KEYS", "ruby-3.3, ruby-3.4, none: keys in which Ruby sees retries"),
            new Variable("RAILS_ENV", "in mode replace: the environment of Ruby's recurring jobs"),
            new Variable("RESQUE_WORKER_HOST", "the first part of the id of the worker"),
            new Variable("RESQUE_HTTP", "port for probes and metrics"),
            new Variable("RESQUE_HISTORY", "true: writes samples and run times for the pages of resque-web"),
            new Variable("HEARTBEAT_FILE", "file that each heartbeat touches"),
            new Variable("RESQUE_PROCLINE_PREFIX", "text before the title in ps"));

    /** Of a scheduler without a worker. */
    static final List<Variable> OF_SCHEDULERS = List.of(
            new Variable("APP_NAME, RAILS_ENV", "names in the title in ps; RAILS_ENV also of Ruby's recurring jobs"),
            new Variable("VERBOSE, LOGGING", "logs more"),
            new Variable("VVERBOSE", "logs more, with time and pid"),
            new Variable("PIDFILE", "file for the pid, for signals"),
            new Variable("JVM_PIDFILE", "file for the pid of the JVM"),
            new Variable("BACKGROUND", "any value: leaves the terminal"),
            new Variable("RESQUE_SCHEDULER_MASTER_LOCK_PREFIX", "the prefix of the lock of Ruby's schedulers"),
            new Variable(
                    "RESQUE_SCHEDULER_INTERVAL, DYNAMIC_SCHEDULE, INITIALIZER_PATH, LOGFILE, LOGFORMAT, QUIET, LOCK_TIMEOUT, DELAYED_REQUEUE_BATCH_SIZE",
                    "no effect"),
            new Variable("RESQUE_HTTP", "port for probes and metrics"),
            new Variable("RESQUE_PROCLINE_PREFIX", "text before the title in ps"));

    /** Of a pool alone. */
    static final List<Variable> OF_POOLS = List.of(
            new Variable("RESQUE_POOL_CONFIG", "the file of the pool"),
            new Variable("RACK_ENV, RAILS_ENV, RESQUE_ENV", "the environment in that file"));
}
