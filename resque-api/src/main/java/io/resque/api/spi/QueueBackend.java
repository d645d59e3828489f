package io.resque.api.spi;

import java.util.Collection;
import java.util.Map;

/**
 * Where queues, workers, failures and counters live: the port to Redis, split by role. The methods of this interface
 * and of the roles are safe for concurrent use, but for {@link WorkerSession}, which belongs to one thread.
 */
public interface QueueBackend extends AutoCloseable {
    /**
     * The queues.
     *
     * @return the same object on each call
     */
    Queues queues();

    /**
     * The workers, and the jobs they hold.
     *
     * @return the same object on each call
     */
    Workers workers();

    /**
     * The failure lists.
     *
     * @return the same object on each call
     */
    Failures failures();

    /**
     * The counters.
     *
     * @return the same object on each call
     */
    Statistics statistics();

    /**
     * The status store whose changes ride along in {@link Queues#push} and {@link WorkerSession#settle}. A caller that
     * keeps statuses elsewhere passes no status change to those and calls its own store, before a push and after a
     * settle.
     *
     * @return the same object on each call; closed with this backend
     */
    StatusStore statuses();

    /**
     * Where this backend is, for logs and messages.
     *
     * @return such as {@code localhost:6379/0}, without any secret
     */
    String endpoint();

    /**
     * What the server says of itself, for a person who looks for a cause. Redis's own names where there are such:
     * {@code redis_version}, {@code maxmemory_policy}, {@code aof_enabled}, {@code role}.
     *
     * @return in no order; empty where there is no server, or it does not tell
     */
    default Map<String, String> server() {
        return Map.of();
    }

    /**
     * Finds keys under Resque's names that have another type, such as a string in place of the list of failures. Such a key is left
     * alone, and counts as empty wherever it is read.
     *
     * @param queues the queues that are looked at
     * @param workers the ids of the workers that are looked at
     * @return the name of each such key to what it is, as {@code is a string, not a list}; empty where no key can be
     */
    default Map<String, String> foreignKeys(Collection<String> queues, Collection<String> workers) {
        return Map.of();
    }

    /**
     * Closes what this backend opened and nothing that it was given. Waiting calls end with
     * {@link io.resque.api.BackendException}, as does every call made afterwards. Closing again does nothing.
     */
    @Override
    void close();
}
