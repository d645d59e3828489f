package io.resque.launcher;

import io.resque.api.ResqueException;
import io.resque.core.ResqueBuilder;
import io.resque.launcher.internal.process.EnvironmentReader;
import io.resque.launcher.internal.process.ResqueSettings;
import io.resque.launcher.internal.process.UndecodableText;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables of php-resque's and Ruby's workers, with one meaning for all commands. Immutable. An empty value counts
 * as none.
 */
public final class Environment {
    private final EnvironmentReader variables;

    /**
     * Reads these variables.
     *
     * @param variables such as {@link System#getenv()}
     */
    public Environment(Map<String, String> variables) {
        this.variables = new EnvironmentReader(variables);
    }

    EnvironmentReader variables() {
        return variables;
    }

    /**
     * Refuses arguments that Java could not decode by the locale.
     *
     * @param args as {@code main} gets them
     * @throws io.resque.api.ConfigurationException naming the first such argument
     */
    public static void refuseLostText(String... args) {
        for (String arg : args) {
            UndecodableText.refuse(null, arg);
        }
    }

    /**
     * The value of a variable.
     *
     * @param name such as {@code PREFIX}
     * @return the value without blanks around it; empty if it is not set or blank
     * @throws io.resque.api.ConfigurationException if Java could not decode it by the locale
     */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /**
     * A builder with the settings of these variables. Redis is named by {@code REDIS_BACKEND} (read as php-resque reads it), {@code
     * REDIS_BACKEND_DB}, {@code REDIS_URL} and {@code PREFIX}; an earlier one of these wins. {@code REQUEUE_AFTER_WORKER_DEATH}, {@code
     * HEARTBEAT_INTERVAL}, {@code DEAD_AFTER} and {@code RECOVER_BY_PID} are about dead workers. {@code WAITING_STATUS_EXPIRY} is in
     * seconds, {@code MAX_PAYLOAD} in bytes. {@code RESQUE_BACKEND} and {@code RESQUE_SERIALIZER} name an adapter where the class
     * path has several.
     *
     * @return a builder; nothing is connected
     * @throws io.resque.api.ConfigurationException if a value cannot be read
     */
    public ResqueBuilder resque() {
        return new ResqueSettings(variables).builder();
    }

    /**
     * The message of a failure, and the variable that may have caused it.
     *
     * @param failure of something that {@link #resque} has opened
     * @return a message for people, without a password
     */
    public String explain(ResqueException failure) {
        return new ResqueSettings(variables).explain(failure);
    }
}
