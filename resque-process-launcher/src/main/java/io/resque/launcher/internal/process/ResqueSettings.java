package io.resque.launcher.internal.process;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import java.util.List;
import java.util.regex.Pattern;

/** What the environment says about Redis and about dead workers: the settings of all commands. */
public final class ResqueSettings {
    /** This variable means here what it means in php-resque. */
    private static final String PHP = "REDIS_BACKEND";

    /** The variables of all commands; {@link WorkerSettings} reads those of a worker alone. */
    private static final List<String> READ = List.of(
            PHP,
            "REDIS_BACKEND_DB",
            "REDIS_URL",
            "PREFIX",
            "RESQUE_BACKEND",
            "RESQUE_SERIALIZER",
            "REQUEUE_AFTER_WORKER_DEATH",
            "HEARTBEAT_INTERVAL",
            "DEAD_AFTER",
            "RECOVER_BY_PID",
            "WAITING_STATUS_EXPIRY",
            "MAX_PAYLOAD",
            "RESQUE_SCHEDULER_MODE",
            "RESQUE_RETRY_KEYS",
            "RESQUE_MAX_DELAY",
            "RESQUE_MAX_DELAYED_JOB",
            "RESQUE_SCHEDULER_MASTER_LOCK_PREFIX",
            "RESQUE_HISTORY",
            "RAILS_ENV");

    private static final Pattern REFUSED_LOGIN = Pattern.compile("WRONGPASS|AUTH|invalid password");

    private final EnvironmentReader environment;

    public ResqueSettings(EnvironmentReader environment) {
        this.environment = environment;
    }

    /**
     * A builder with all settings; nothing is connected.
     *
     * @throws ConfigurationException if a value cannot be read
     */
    public ResqueBuilder builder() {
        return Resque.builder().configureFromEnvironment(environment.only(READ));
    }

    /**
     * A message for people about a failure: without a password, and with the variable that may have caused it.
     *
     * @param failure of something that {@link #builder} has opened
     */
    public String explain(ResqueException failure) {
        String message = String.valueOf(failure.getMessage());
        String user = ignoredUser(environment.get(PHP, ""));
        boolean refused = failure instanceof BackendException
                && REFUSED_LOGIN.matcher(message).find();
        return user.isEmpty() || !refused
                ? message
                : message + ". REDIS_BACKEND names the user \"" + user
                        + "\", which is not sent, since php-resque does not send it either; give a user of Redis's ACL in"
                        + " REDIS_URL";
    }

    /** The user name in REDIS_BACKEND, which no login sends to Redis; empty if there is none. */
    private static String ignoredUser(String address) {
        int start = address.contains("://") ? address.indexOf("://") + 3 : 0;
        int at = address.lastIndexOf('@');
        int colon = address.indexOf(':', start);
        boolean login = at >= start && colon >= 0 && colon < at && !address.startsWith("unix:///");
        return login ? address.substring(start, colon) : "";
    }
}
