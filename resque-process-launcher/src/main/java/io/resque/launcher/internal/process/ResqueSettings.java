package io.resque.launcher.internal.process;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the environment says about Redis and about dead workers: the settings of all commands. */
public final class ResqueSettings {
    /** This variable means here what it means in php-resque. */
    private static final String PHP = "REDIS_BACKEND";

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
        ResqueBuilder builder = Resque.builder().url(url());
        String prefix = prefix();
        if (prefix != null) {
            builder.namespace(prefix);
        }
        String backend = environment.get("RESQUE_BACKEND");
        if (backend != null) {
            builder.backend(backend);
        }
        String serializer = environment.get("RESQUE_SERIALIZER");
        if (serializer != null) {
            builder.serializer(serializer);
        }
        if (environment.get("REQUEUE_DEAD_JOBS") != null) {
            builder.requeueDeadJobs(environment.number("REQUEUE_DEAD_JOBS", 0, 2, 1_000));
        }
        if (environment.get("HEARTBEAT_INTERVAL") != null) {
            builder.heartbeatInterval(Duration.ofSeconds(environment.number("HEARTBEAT_INTERVAL", 0, 1, 60)));
        }
        if (environment.get("DEAD_AFTER") != null) {
            builder.deadAfter(Duration.ofSeconds(environment.number("DEAD_AFTER", 0, 3, 300)));
        }
        String byPid = environment.get("RECOVER_BY_PID", "true");
        if (!byPid.equals("true") && !byPid.equals("false")) {
            throw new ConfigurationException("RECOVER_BY_PID is \"" + byPid + "\"; it must be true or false");
        }
        builder.recoverByPid(byPid.equals("true"));
        if (environment.get("WAITING_STATUS_EXPIRY") != null) {
            int longest = (int) Duration.ofDays(365).toSeconds();
            builder.waitingStatusExpiry(Duration.ofSeconds(environment.number("WAITING_STATUS_EXPIRY", 0, 1, longest)));
        }
        if (environment.get("MAX_PAYLOAD") != null) {
            builder.maxPayload(environment.number("MAX_PAYLOAD", 0, 16_384, 512 << 20));
        }
        return builder;
    }

    /** The namespace; null for the default one. */
    @Nullable
    String prefix() {
        String prefix = environment.get("PREFIX");
        if ("0".equals(prefix)) {
            throw new ConfigurationException(
                    "PREFIX is \"0\", which php-resque takes for none; leave it out for the prefix"
                            + " resque, or choose a prefix that is not a number");
        }
        return prefix;
    }

    /** The URL of Redis. */
    String url() {
        String name = environment.get(PHP) != null ? PHP : "REDIS_URL";
        String url = environment.get(name);
        String database = environment.get("REDIS_BACKEND_DB");
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

    /**
     * A message for people about a failure: without a password, and with the variable that may have caused it.
     *
     * @param failure of something that {@link #builder} has opened
     */
    public String explain(ResqueException failure) {
        String message = String.valueOf(failure.getMessage());
        String user = RedisAddress.ignoredUser(environment.get(PHP, ""));
        boolean refused = failure instanceof BackendException
                && REFUSED_LOGIN.matcher(message).find();
        return user.isEmpty() || !refused
                ? message
                : message + ". REDIS_BACKEND names the user \"" + user
                        + "\", which is not sent, since php-resque does not send it either; give a user of Redis's ACL in"
                        + " REDIS_URL";
    }
}
