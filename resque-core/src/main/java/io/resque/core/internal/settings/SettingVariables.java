package io.resque.core.internal.settings;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variable of each key. A variable that {@code bin/resque} and others know has their spelling, such as seconds without a unit;
 * any other variable has that of its key.
 */
final class SettingVariables {
    private static final Map<String, Variable> ALL = new LinkedHashMap<>();

    /**
     * One variable.
     *
     * @param most if not 0, its value is a whole number between two bounds: of seconds, bytes, or whatever its key counts
     */
    record Variable(String name, long least, long most) {}

    static {
        add("url", "REDIS_URL");
        add("namespace", "PREFIX");
        add("backend", "RESQUE_BACKEND");
        add("serializer", "RESQUE_SERIALIZER");
        add("status-store", "RESQUE_STATUS_STORE");
        add("status-store-url", "RESQUE_STATUS_STORE_URL");
        add("status-expiry", "RESQUE_STATUS_EXPIRY");
        add("waiting-status-expiry", "WAITING_STATUS_EXPIRY", 1, 31_536_000);
        add("heartbeat-interval", "HEARTBEAT_INTERVAL", 1, 60);
        add("heartbeat-file", "HEARTBEAT_FILE");
        add("requeue-after-worker-death", "REQUEUE_AFTER_WORKER_DEATH");
        add("dead-after", "DEAD_AFTER", 3, 300);
        add("recover-by-pid", "RECOVER_BY_PID");
        add("failure-lists", "FAILURE_BACKEND");
        add("failure-limit", "RESQUE_FAILURE_LIMIT");
        add("failure-age", "RESQUE_FAILURE_AGE");
        add("backtrace-limit", "RESQUE_BACKTRACE_LIMIT");
        add("max-payload", "MAX_PAYLOAD", 16_384, 512 << 20);
        add("scheduler-mode", "RESQUE_SCHEDULER_MODE");
        add("scheduler-lock-prefix", "RESQUE_SCHEDULER_MASTER_LOCK_PREFIX");
        add("scheduler-environment", "RAILS_ENV");
        add("max-delay", "RESQUE_MAX_DELAY");
        add("max-delayed-job", "RESQUE_MAX_DELAYED_JOB");
        add("retry-keys", "RESQUE_RETRY_KEYS");
        add("flush-on-exit", "RESQUE_FLUSH_ON_EXIT");
        add("history", "RESQUE_HISTORY");
    }

    private SettingVariables() {}

    private static void add(String key, String variable) {
        add(key, variable, 0, 0);
    }

    private static void add(String key, String variable, long least, long most) {
        ALL.put(key, new Variable(variable, least, most));
    }

    static Variable of(String key) {
        Variable variable = ALL.get(key);
        if (variable == null) {
            throw new IllegalArgumentException("The key " + key + " has no variable");
        }
        return variable;
    }

    /** The names of the variables by the keys. */
    static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        ALL.forEach((key, variable) -> names.put(key, variable.name));
        return names;
    }
}
