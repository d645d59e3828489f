package io.resque.launcher;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that php-resque's and Ruby's workers know, read for all commands alike. Immutable. An empty
 * value counts as none.
 */
public final class Environment {
    /** Holds the pid of the shell that has started this JVM and passes signals on. */
    static final String LAUNCHER = "RESQUE_LAUNCHER";

    /** Before the name of a variable of {@link JavaOptions}: what it is for the workers, where it is not for this JVM. */
    static final String HELD = "RESQUE_HELD_";

    /** Holds the pid of the process that has started this worker as one of several. */
    static final String SUPERVISOR = "RESQUE_SUPERVISOR";

    /** A property of the JVM of such a worker. */
    static final String SUPERVISED = "resque.supervised";

    /** Set by {@code bin/resque}, so that the JVM does not suspend threads by USR2. */
    private static final String SUSPEND_SIGNAL = "_JAVA_SR_SIGNUM";

    /** What it says means here what it means to php-resque. */
    private static final String PHP = "REDIS_BACKEND";

    private static final Pattern REFUSED_LOGIN = Pattern.compile("WRONGPASS|AUTH|invalid password");

    private final Map<String, String> variables;

    /**
     * Reads these variables.
     *
     * @param variables such as {@link System#getenv()}
     */
    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * Refuses arguments that are not what was typed, since Java could not read them by the locale.
     *
     * @param args as {@code main} gets them
     * @throws ConfigurationException naming the first such argument
     */
    public static void refuseLostText(String... args) {
        for (String arg : args) {
            LostText.refuse(null, arg);
        }
    }

    /**
     * The value of a variable.
     *
     * @param name such as {@code PREFIX}
     * @return what it is, without blanks around it; empty if it is not set or blank
     * @throws ConfigurationException if Java could not read it by the locale
     */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(get(name));
    }

    /** With some variables in place of those of the same names. */
    Environment with(Map<String, String> changes) {
        Map<String, String> changed = new HashMap<>(variables);
        changed.putAll(changes);
        return new Environment(changed);
    }

    /** The value, null if there is none. */
    @Nullable
    String get(String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        LostText.refuse(name, value);
        return value.strip();
    }

    String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /**
     * What {@code REDIS_BACKEND} (as php-resque reads it), {@code REDIS_BACKEND_DB}, {@code REDIS_URL} and {@code PREFIX} say, in that order of
     * importance; {@code REQUEUE_DEAD_JOBS}, {@code HEARTBEAT_INTERVAL},
     * {@code DEAD_AFTER} and {@code RECOVER_BY_PID} about dead workers; {@code WAITING_STATUS_EXPIRY} in seconds; {@code MAX_PAYLOAD} in bytes; {@code RESQUE_BACKEND} and {@code RESQUE_SERIALIZER} name an adapter where several are on the class
     * path.
     *
     * @return a builder; nothing is connected
     * @throws ConfigurationException if a value cannot be read
     */
    public ResqueBuilder resque() {
        ResqueBuilder builder = Resque.builder().url(url());
        String prefix = prefix();
        if (prefix != null) {
            builder.namespace(prefix);
        }
        String backend = get("RESQUE_BACKEND");
        if (backend != null) {
            builder.backend(backend);
        }
        String serializer = get("RESQUE_SERIALIZER");
        if (serializer != null) {
            builder.serializer(serializer);
        }
        if (get("REQUEUE_DEAD_JOBS") != null) {
            builder.requeueDeadJobs(number("REQUEUE_DEAD_JOBS", 0, 2, 1_000));
        }
        if (get("HEARTBEAT_INTERVAL") != null) {
            builder.heartbeatInterval(Duration.ofSeconds(number("HEARTBEAT_INTERVAL", 0, 1, 60)));
        }
        if (get("DEAD_AFTER") != null) {
            builder.deadAfter(Duration.ofSeconds(number("DEAD_AFTER", 0, 3, 300)));
        }
        String byPid = get("RECOVER_BY_PID", "true");
        if (!byPid.equals("true") && !byPid.equals("false")) {
            throw new ConfigurationException("RECOVER_BY_PID is \"" + byPid + "\"; it must be true or false");
        }
        builder.recoverByPid(byPid.equals("true"));
        if (get("WAITING_STATUS_EXPIRY") != null) {
            int longest = (int) Duration.ofDays(365).toSeconds();
            builder.waitingStatusExpiry(Duration.ofSeconds(number("WAITING_STATUS_EXPIRY", 0, 1, longest)));
        }
        if (get("MAX_PAYLOAD") != null) {
            builder.maxPayload(number("MAX_PAYLOAD", 0, 16_384, 512 << 20));
        }
        return builder;
    }

    /** The namespace; null for the usual one. */
    @Nullable
    String prefix() {
        String prefix = get("PREFIX");
        if ("0".equals(prefix)) {
            throw new ConfigurationException(
                    "PREFIX is \"0\", which php-resque takes for none; leave it out for the prefix"
                            + " resque, or choose one that is no number");
        }
        return prefix;
    }

    /**
     * The message of a failure, and the variable that may have caused it.
     *
     * @param failure of something that was opened by {@link #resque}
     * @return a message for people, without a password
     */
    public String explain(ResqueException failure) {
        String message = String.valueOf(failure.getMessage());
        String user = RedisAddress.ignoredUser(get(PHP, ""));
        boolean refused = failure instanceof BackendException
                && REFUSED_LOGIN.matcher(message).find();
        return user.isEmpty() || !refused
                ? message
                : message + ". REDIS_BACKEND names the user \"" + user
                        + "\", which is not sent, since php-resque does not"
                        + " send it either; give a user of Redis's ACL in REDIS_URL";
    }

    /** A number that a variable gives. */
    int number(String name, int otherwise, int least, int most) {
        String value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.matches("\\d{1,10}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw new ConfigurationException(
                name + " is \"" + value + "\"; it must be a whole number from " + least + " to " + most);
    }

    /** The pid of the launcher, if it is this process's parent; a job's own child has inherited the variable only. */
    OptionalLong launcher() {
        return isParent(get(LAUNCHER, "")) ? OptionalLong.of(Long.parseLong(get(LAUNCHER, ""))) : OptionalLong.empty();
    }

    /** By an option, since its supervisor may have left before this is asked, and a job's own child does not inherit that. */
    boolean isSupervised() {
        return Boolean.getBoolean(SUPERVISED);
    }

    /** Takes out what is for this process, and no other: what {@code bin/resque} has told it, its port and its file. */
    static void keepOurs(Map<String, String> environment) {
        environment.remove(HttpAddress.VARIABLE);
        environment.remove(WorkerSettings.HEARTBEAT_FILE);
        environment.remove("PIDFILE");
        environment.remove(PidFile.VARIABLE);
        String launcher = environment.remove(LAUNCHER);
        String supervisor = environment.remove(SUPERVISOR);
        if (launcher != null || supervisor != null) {
            environment.remove(SUSPEND_SIGNAL);
        }
    }

    /** Whether bin/resque kept the options of the operator from this JVM, for the workers that it starts. */
    boolean isSupervisor() {
        return variables.keySet().stream().anyMatch(name -> name.startsWith(HELD));
    }

    private static boolean isParent(String pid) {
        return ProcessHandle.current()
                .parent()
                .map(parent -> Long.toString(parent.pid()).equals(pid))
                .orElse(false);
    }

    /** Where Redis is. */
    String url() {
        String name = get(PHP) != null ? PHP : "REDIS_URL";
        String url = get(name);
        String database = get("REDIS_BACKEND_DB");
        if (database != null && !database.matches("\\d{1,9}")) {
            throw new ConfigurationException(
                    "REDIS_BACKEND_DB is \"" + database + "\"; it must be the number of a database, such as 0");
        }
        if (url == null) {
            return database == null ? ResqueBuilder.DEFAULT_URL : RedisAddress.LOCAL + "/" + database;
        }
        if (url.startsWith("/") || url.startsWith("unix:") && !url.startsWith("unix://")) {
            throw new ConfigurationException(
                    name + " is \"" + RedisAddress.withoutLogin(url)
                            + "\"; a Unix domain socket needs unix:// and its whole path, such as unix:///run/redis/redis.sock");
        }
        if (name.equals(PHP)) {
            url = RedisAddress.ofPhp(url);
        }
        return database == null ? url : RedisAddress.withDatabase(name, url, database);
    }
}
