package io.resque.chaos;

import io.resque.tck.RespClient;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What other programs write to Redis when they remove a worker, as recordings show: which keys, and whether they record
 * the worker's job as failed.
 */
enum Pruning {
    RUBY_HEARTBEAT("Ruby, for an old heartbeat", "Resque::PruneDeadWorkerDirtyExit", Pruning::any),
    RUBY_PROCESS("Ruby, for its process table", "Resque::DirtyExit", Pruning::ofThisHost),
    RUBY_REMOVE("Ruby's page and its remove", "Resque::DirtyExit", Pruning::any),
    PERL("Perl Resque", "Resque::Failure::Job", Pruning::ofThisHost),
    PHP("php-resque, php-resque-ex", null, Pruning::ofThisHost),
    PYRES("pyres", null, Pruning::ofThisHost),
    CLOJURE("resque-clojure, ending under an id within ours", null, id -> false),
    SESSIONS("somebody deletes java:sessions", null, Pruning::any);

    /** The text in the table. */
    final String title;

    /** The exception in the failure record that the program writes; null if it writes none. */
    final @Nullable String exception;

    private final Predicate<String> removes;

    Pruning(String title, @Nullable String exception, Predicate<String> removes) {
        this.title = title;
        this.exception = exception;
        this.removes = removes;
    }

    private static boolean any(String id) {
        return true;
    }

    /** Whether a rule for local workers applies: the id must begin with exactly the name of this host and a colon. */
    private static boolean ofThisHost(String id) {
        return !id.split(":")[0].endsWith("-jvm");
    }

    /** Whether the program's own rule selects this id, on the machine of a worker whose process has ended. */
    boolean picks(String id) {
        return removes.test(id);
    }

    void remove(RespClient redis, String namespace, String id) {
        String prefix = namespace + ":";
        String record = redis.text("GET", prefix + "worker:" + id);
        if (exception != null && record != null) {
            String payload = record.substring(record.indexOf("\"payload\":"), record.length() - 1);
            redis.call(
                    "RPUSH",
                    prefix + "failed",
                    "{\"failed_at\":\"2026/11/29 08:41:01 UTC\"," + payload + ",\"exception\":\"" + exception
                            + "\",\"error\":\"Job still being processed\",\"backtrace\":[],\"worker\":\"" + id
                            + "\",\"queue\":\"work\"}");
        }
        switch (this) {
            case SESSIONS -> redis.call("DEL", prefix + "java:sessions");
            case CLOJURE -> redis.keys(namespace + ":*" + id + "*").forEach(key -> redis.call("DEL", key));
            default -> {
                redis.call("SREM", prefix + "workers", id);
                if (this != PYRES) {
                    redis.call("DEL", prefix + "worker:" + id);
                }
                redis.call("DEL", prefix + "worker:" + id + ":started");
                if (name().startsWith("RUBY")) {
                    redis.call("HDEL", prefix + "workers:heartbeat", id);
                }
                redis.call("DEL", prefix + "stat:processed:" + id, prefix + "stat:failed:" + id);
            }
        }
    }
}
