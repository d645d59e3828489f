package io.resque.launcher;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureLists;
import io.resque.api.JobModule;
import io.resque.core.WorkerBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the environment says about a worker, checked before anything begins. */
final class WorkerSettings {
    private static final int MOST_WORKERS = 1000;

    static final String HEARTBEAT_FILE = "HEARTBEAT_FILE";

    /** How Ruby's workers choose the time between two looks at their queues. */
    private static final List<String> POLLING = List.of("MIN_INTERVAL", "MAX_INTERVAL", "BACKOFF_INTERVAL");

    private final Environment environment;
    final List<String> queues;
    final int count;
    final int concurrency;
    /** INTERVAL=0. */
    final boolean untilEmpty;

    final boolean forks;
    final int jobsPerFork;
    final long memoryLimit;
    final @Nullable Duration jobTimeout;
    final boolean termChild;
    final boolean gracefulTerm;
    final Duration termTimeout;
    final Duration preShutdownTimeout;
    final FailureLists failureLists;
    final List<String> childOptions;
    final List<String> childrenWithout;
    final @Nullable String host;
    final @Nullable String pidFile;
    final @Nullable HttpAddress http;
    final @Nullable String heartbeatFile;

    WorkerSettings(Environment environment) {
        this.environment = environment;
        this.queues = queues(environment.get("QUEUES", environment.get("QUEUE", "")));
        this.count = environment.number("COUNT", 1, 1, MOST_WORKERS);
        this.concurrency = environment.number("CONCURRENCY", 1, 1, 100_000);
        this.untilEmpty = seconds("INTERVAL", "5").isZero();
        for (String name : POLLING) {
            seconds(name, "0"); // nothing polls, but a mistake is a mistake
        }
        this.forks = !environment.get("FORK_PER_JOB", "").equals("false");
        this.jobsPerFork = environment.number("JOBS_PER_FORK", 1, 1, Integer.MAX_VALUE);
        this.memoryLimit = (long) environment.number("JOB_MEMORY_LIMIT", 0, 1, 1 << 30) << 20;
        this.jobTimeout = environment.get("JOB_TIMEOUT") == null ? null : seconds("JOB_TIMEOUT", "0");
        this.termChild = environment.get("TERM_CHILD") != null;
        this.gracefulTerm = environment.get("GRACEFUL_TERM") != null;
        this.termTimeout = seconds("RESQUE_TERM_TIMEOUT", "4");
        this.preShutdownTimeout = seconds("RESQUE_PRE_SHUTDOWN_TIMEOUT", "0");
        this.failureLists = failureLists();
        this.childOptions = words(environment.get("JOB_JAVA_OPTS", ""));
        this.childrenWithout = names("JOB_ENV_REMOVE");
        this.host = host();
        this.pidFile = environment.get(PidFile.VARIABLE);
        if (pidFile != null) {
            boolean several = count > 1 && !environment.isSupervised();
            PidFile.at(several ? PidFile.ofWorker(pidFile, 1) : pidFile); // a mistake is told at once
        }
        String address = environment.get(HttpAddress.VARIABLE);
        this.http = address == null ? null : HttpAddress.of(address, environment.isSupervised() ? 1 : count);
        this.heartbeatFile = environment.get(HEARTBEAT_FILE);
    }

    /** What one of several workers, from 1 on, has for itself. */
    void giveOwn(int number, Map<String, String> variables) {
        if (http != null) {
            variables.put(HttpAddress.VARIABLE, http.ofWorker(number).toString());
        }
        if (heartbeatFile != null) {
            variables.put(HEARTBEAT_FILE, heartbeatFile + "." + number);
        }
        if (pidFile != null) {
            variables.put(PidFile.VARIABLE, PidFile.ofWorker(pidFile, number));
        }
    }

    private static List<String> queues(String list) {
        List<String> queues = Pattern.compile(",")
                .splitAsStream(list)
                .map(String::strip)
                .filter(queue -> !queue.isEmpty())
                .toList();
        if (queues.isEmpty()) {
            throw new ConfigurationException(
                    "QUEUE is not set; name the queues to work, the most urgent first: QUEUE=critical,low bin/resque,"
                            + " or QUEUE='*' for all");
        }
        return queues;
    }

    /** The variables that are set and that do nothing here: a push wakes a worker, and a child JVM runs no shutdown hooks. */
    List<String> withoutEffect() {
        List<String> names = new ArrayList<>(POLLING);
        names.addAll(List.of("BLOCKING", "RUN_AT_EXIT_HOOKS"));
        if (!untilEmpty) {
            names.add("INTERVAL");
        }
        names.removeIf(name -> environment.get(name) == null);
        return names;
    }

    /** Those that APP_INCLUDE names, or else those that the class path offers. */
    List<JobModule> modules() {
        List<JobModule> modules = new ArrayList<>();
        for (String name : environment.get("APP_INCLUDE", "").split(",")) {
            if (!name.isBlank()) {
                modules.add(module(name.strip()));
            }
        }
        if (modules.isEmpty()) {
            try {
                ServiceLoader.load(JobModule.class).forEach(modules::add);
            } catch (ServiceConfigurationError e) {
                throw new ConfigurationException(
                        "A JobModule that META-INF/services/io.resque.api.JobModule names cannot be made: "
                                + e.getMessage() + "; mend or remove its jar, or name the modules in APP_INCLUDE",
                        e);
            }
        }
        if (modules.isEmpty()) {
            throw new ConfigurationException("No job is known: name your JobModule and where it is,"
                    + " APP_INCLUDE=com.acme.MyJobs CLASSPATH=/opt/acme/jobs.jar");
        }
        return modules;
    }

    /** All of their jobs. */
    void register(WorkerBuilder worker) {
        for (JobModule module : modules()) {
            try {
                worker.module(module);
            } catch (RuntimeException | Error e) { // such as a class that is not there
                throw new ConfigurationException(
                        "The module " + module.getClass().getName() + " cannot register its jobs: " + Thrown.text(e)
                                + "; mend it, or put what it needs into CLASSPATH",
                        e);
            }
        }
    }

    private static JobModule module(String name) {
        try {
            Object module = Class.forName(name).getDeclaredConstructor().newInstance();
            if (module instanceof JobModule jobs) {
                return jobs;
            }
            throw new ConfigurationException("APP_INCLUDE names " + name + ", which is no io.resque.api.JobModule");
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException(
                    "APP_INCLUDE names " + name
                            + ", which is not on the class path; put its jar or folder into CLASSPATH",
                    e);
        } catch (ReflectiveOperationException | LinkageError e) {
            Throwable why =
                    e instanceof java.lang.reflect.InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            throw new ConfigurationException(
                    "APP_INCLUDE names " + name + ", which cannot be loaded: " + Thrown.text(why)
                            + "; it needs a public class with a public constructor without parameters",
                    e);
        }
    }

    private @Nullable String host() {
        String name = environment.get("RESQUE_WORKER_HOST");
        if (name != null && !WorkerBuilder.isHost(name)) {
            throw new ConfigurationException("RESQUE_WORKER_HOST is \"" + name
                    + "\"; it must be a name without blanks, commas and colons, such as billing-jvm");
        }
        return name;
    }

    private FailureLists failureLists() {
        String name = environment.get("FAILURE_BACKEND", "redis");
        return switch (name) {
            case "redis" -> FailureLists.COMMON;
            case "redis_multi_queue" -> FailureLists.BY_QUEUE;
            default ->
                throw new ConfigurationException(
                        "FAILURE_BACKEND is \"" + name + "\"; it must be redis or redis_multi_queue");
        };
    }

    private Duration seconds(String name, String otherwise) {
        String value = environment.get(name, otherwise);
        if (!value.matches("\\d{1,8}(\\.\\d{1,9})?")) {
            throw new ConfigurationException(name + " is \"" + value + "\"; it must be seconds, such as 4 or 0.5");
        }
        return Duration.ofNanos(new BigDecimal(value).movePointRight(9).longValueExact());
    }

    private List<String> names(String variable) {
        List<String> names = Pattern.compile(",")
                .splitAsStream(environment.get(variable, ""))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        for (String name : names) {
            if (!name.matches("[^=\\s]+")) {
                throw new ConfigurationException(variable + " names \"" + name
                        + "\", which is no name of a variable; separate names by commas: REDIS_URL,REDIS_BACKEND");
            }
        }
        return names;
    }

    static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
