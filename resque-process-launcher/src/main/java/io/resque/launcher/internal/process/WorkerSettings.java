package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureListLayout;
import io.resque.api.spi.JsonRules;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.internal.pool.ChildOptions;
import io.resque.launcher.internal.support.OwnVariables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the environment says about a worker. The constructor checks all of it, before anything is started. */
final class WorkerSettings {
    private static final int MOST_WORKERS = 1000;

    /** Ruby's variables for the time between two looks at the queues. */
    private static final List<String> POLLING = List.of("MIN_INTERVAL", "MAX_INTERVAL", "BACKOFF_INTERVAL");

    /** As {@code WorkerBuilder.limitQueue} takes it. */
    private static final Pattern QUEUE_LIMIT = Pattern.compile("([^=*]+)=([1-9][0-9]{0,2}|1000)");

    private final EnvironmentReader environment;
    final ProcessRole role;
    final List<String> queues;
    final int count;
    final int concurrency;

    /** How many jobs of a queue run at the same time, by the names of the queues. */
    final Map<String, Integer> queueLimits;

    /** INTERVAL=0: the worker leaves when no job is left. */
    final boolean untilEmpty;

    /** Whether the process moves delayed jobs that are due. */
    final boolean schedules;

    final Isolation isolation;
    final boolean forks;
    final int jobsPerFork;

    /** What a job may leave behind in a child that runs further jobs. */
    final List<String> mayLeave;

    final int archiveTraining;
    final long memoryLimit;
    final @Nullable Duration jobTimeout;
    final boolean termChild;
    final boolean gracefulTerm;
    final boolean putsBack;
    final Duration termTimeout;
    final Duration preShutdownTimeout;
    final FailureListLayout failureLists;
    final List<String> childOptions;
    final List<String> childrenWithout;
    final @Nullable String host;
    final @Nullable String pidFile;
    final @Nullable HttpAddress http;
    final @Nullable String heartbeatFile;

    WorkerSettings(EnvironmentReader environment) {
        this.environment = environment;
        this.role = ProcessRole.of(environment);
        this.queues = queues(environment.get("QUEUES", environment.get("QUEUE", "")));
        this.count = environment.number("COUNT", 1, 1, MOST_WORKERS);
        this.concurrency = environment.number("CONCURRENCY", 1, 1, 100_000);
        this.queueLimits = queueLimits(environment.get("QUEUE_LIMITS", ""));
        this.untilEmpty = environment.seconds("INTERVAL", "5").isZero();
        for (String name : POLLING) {
            environment.seconds(name, "0"); // without effect, but a mistake is refused
        }
        this.schedules = !environment.get("SCHEDULER", "").equals("false");
        this.isolation = Isolation.of(environment);
        this.forks = isolation != Isolation.THREAD;
        this.jobsPerFork = isolation.jobsPerFork(environment);
        this.mayLeave = ChildOptions.mayLeave("JOB_MAY_LEAVE", environment.get("JOB_MAY_LEAVE", ""));
        this.archiveTraining = environment.number("CLASS_ARCHIVE_TRAINING", 0, 0, 1000);
        this.memoryLimit = (long) environment.number("JOB_MEMORY_LIMIT", 0, 1, 1 << 30) << 20;
        this.jobTimeout = environment.get("JOB_TIMEOUT") == null ? null : environment.seconds("JOB_TIMEOUT", "0");
        this.termChild = environment.get("TERM_CHILD") != null;
        this.gracefulTerm = environment.get("GRACEFUL_TERM") != null;
        this.putsBack = putsBack(environment.get("ON_STOP", "fail"));
        this.termTimeout = environment.seconds("RESQUE_TERM_TIMEOUT", "4");
        this.preShutdownTimeout = environment.seconds("RESQUE_PRE_SHUTDOWN_TIMEOUT", "0");
        this.failureLists = failureLists(environment.get("FAILURE_BACKEND", "redis"));
        this.childOptions = EnvironmentReader.words(environment.get("JOB_JAVA_OPTS", ""));
        this.childrenWithout = variables("JOB_ENV_REMOVE", environment.get("JOB_ENV_REMOVE", ""));
        this.host = host(environment.get("RESQUE_WORKER_HOST"));
        this.pidFile = environment.get(OwnVariables.JVM_PIDFILE);
        if (pidFile != null) {
            boolean several = count > 1 && !role.isSupervised();
            JvmPidFile.at(several ? JvmPidFile.ofWorker(pidFile, 1) : pidFile); // refuses a mistake
        }
        String address = environment.get(OwnVariables.HTTP);
        this.http = address == null ? null : HttpAddress.of(address, role.isSupervised() ? 1 : count);
        this.heartbeatFile = environment.get(OwnVariables.HEARTBEAT_FILE);
    }

    /** Whether this process starts the workers and is not one itself. */
    boolean isSupervisor() {
        return (count > 1 || role.holdsOptions()) && !role.isSupervised();
    }

    /**
     * Sets the variables in which several workers must differ.
     *
     * @param number of the worker, from 1 on
     * @param variables of its environment; changed here
     */
    void giveOwn(int number, Map<String, String> variables) {
        if (http != null) {
            variables.put(OwnVariables.HTTP, http.ofWorker(number).toString());
        }
        if (heartbeatFile != null) {
            variables.put(OwnVariables.HEARTBEAT_FILE, heartbeatFile + "." + number);
        }
        if (pidFile != null) {
            variables.put(OwnVariables.JVM_PIDFILE, JvmPidFile.ofWorker(pidFile, number));
        }
    }

    /**
     * The variables that are set without effect: a push wakes a worker, a child JVM runs no shutdown hooks, and some concern only children,
     * or only those that run several jobs.
     */
    List<String> withoutEffect() {
        List<String> names = new ArrayList<>(POLLING);
        names.addAll(List.of("BLOCKING", "RUN_AT_EXIT_HOOKS"));
        if (!untilEmpty) {
            names.add("INTERVAL");
        }
        if (isolation != Isolation.RECYCLED) {
            names.addAll(List.of("JOB_MAY_LEAVE", "JOB_MEMORY_LIMIT"));
        }
        if (!forks) {
            names.addAll(List.of("JOBS_PER_FORK", "JOB_ENV_REMOVE", "JOB_JAVA_OPTS"));
        }
        names.removeIf(name -> environment.get(name) == null);
        return names;
    }

    /** What the environment says about Redis. */
    ResqueSettings resque() {
        return new ResqueSettings(environment);
    }

    /**
     * Loads the modules with the jobs of this worker.
     *
     * @throws ConfigurationException if one cannot be loaded, or there is none
     */
    JobModules modules() {
        return JobModules.named(environment.get("APP_INCLUDE", ""));
    }

    private static boolean putsBack(String choice) {
        return switch (choice) {
            case "put-back" -> true;
            case "fail" -> false;
            default ->
                throw new ConfigurationException(
                        "ON_STOP is \"" + JsonRules.forLog(choice) + "\"; it must be put-back or fail");
        };
    }

    private static List<String> queues(String list) {
        List<String> queues = EnvironmentReader.parts(list);
        if (queues.isEmpty()) {
            throw new ConfigurationException(
                    "QUEUE is not set; name the queues to work, the most urgent first: QUEUE=critical,low bin/resque,"
                            + " or QUEUE='*' for all");
        }
        return queues;
    }

    private static Map<String, Integer> queueLimits(String list) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        for (String part : EnvironmentReader.parts(list)) {
            Matcher limit = QUEUE_LIMIT.matcher(part);
            if (!limit.matches() || limits.put(limit.group(1), Integer.valueOf(limit.group(2))) != null) {
                throw new ConfigurationException(
                        "QUEUE_LIMITS names \"" + JsonRules.forLog(part)
                                + "\"; it must have each queue once, with a number from 1 to 1000, as in QUEUE_LIMITS=mail=5,reports=1");
            }
        }
        return limits;
    }

    private static @Nullable String host(@Nullable String name) {
        if (name != null && !WorkerBuilder.isHost(name)) {
            throw new ConfigurationException("RESQUE_WORKER_HOST is \"" + name
                    + "\"; it must be a name without blanks, commas and colons, such as billing-jvm");
        }
        return name;
    }

    private static FailureListLayout failureLists(String name) {
        return switch (name) {
            case "redis" -> FailureListLayout.COMMON;
            case "redis_multi_queue" -> FailureListLayout.BY_QUEUE;
            default ->
                throw new ConfigurationException(
                        "FAILURE_BACKEND is \"" + name + "\"; it must be redis or redis_multi_queue");
        };
    }

    private static List<String> variables(String variable, String list) {
        List<String> names = EnvironmentReader.parts(list);
        for (String name : names) {
            if (!name.matches("[^=\\s]+")) {
                throw new ConfigurationException(variable + " names \"" + name
                        + "\", which is no name of a variable; separate names by commas: REDIS_URL,REDIS_BACKEND");
            }
        }
        return names;
    }
}
