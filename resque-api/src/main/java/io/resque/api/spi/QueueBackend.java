package io.resque.api.spi;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The port to Redis: it stores queues, workers, failures, counters and statuses. Each role has an interface of its own.
 * All of them are thread-safe, except {@link WorkerSession}, which one thread at a time may use.
 */
public interface QueueBackend extends AutoCloseable {
    /**
     * The queues.
     *
     * @return the same object on each call
     */
    Queues queues();

    /**
     * The workers, and the jobs that they hold.
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
     * The status store of this backend. {@link Queues#push} and {@link WorkerSession#settle} write to the same
     * statuses. A caller that keeps statuses in another store passes no status change to these two methods; it calls
     * its own store before a push and after a settle.
     *
     * @return the same object on each call; closed with this backend
     */
    StatusStore statuses();

    /**
     * The delayed items.
     *
     * @return the same object on each call; by default empty, for a backend that does not support delayed jobs
     */
    default Optional<DelayedItems> delayed() {
        return Optional.empty();
    }

    /**
     * The entries of recurring jobs.
     *
     * @return the same object on each call; by default empty, for a backend that does not support recurring jobs
     */
    default Optional<RecurringEntries> recurring() {
        return Optional.empty();
    }

    /**
     * The limits of jobs.
     *
     * @return the same object on each call; by default empty, for a backend that does not support limits
     */
    default Optional<Limits> limits() {
        return Optional.empty();
    }

    /**
     * The locks of unique jobs.
     *
     * @return the same object on each call; by default empty, for a backend that does not support unique jobs. A backend that has locks
     *     has {@link WorkerSession#begin} and {@link Effect.ReleaseLocks}, too
     */
    default Optional<Locks> locks() {
        return Optional.empty();
    }

    /**
     * The history: samples, run times and marks.
     *
     * @return the same object on each call; by default empty, for a backend that keeps no history
     */
    default Optional<HistoryStore> history() {
        return Optional.empty();
    }

    /**
     * The effects that this backend applies in the step that ends a job. An {@code io.resque.core.Resque} does not open on
     * a backend that lacks one of the effects which it needs.
     *
     * @return the classes; by default those of the first version of the ports. An adapter names a later effect when it can
     *     apply it
     */
    default Set<Class<? extends Effect>> effects() {
        return Set.of(Effect.Count.class, Effect.RecordFailure.class, Effect.ChangeStatus.class);
    }

    /**
     * The address of this backend, for logs and messages.
     *
     * @return for example {@code localhost:6379/0}, without any secret
     */
    String endpoint();

    /**
     * Facts about the server, for a person who looks for the cause of a problem. Facts of Redis have Redis's names:
     * {@code redis_version}, {@code maxmemory_policy}, {@code aof_enabled}, {@code role}.
     *
     * @return names and values, in no order; empty if there is no server, or it gives no facts
     */
    default Map<String, String> server() {
        return Map.of();
    }

    /**
     * Finds keys that have the name of a Resque key but another type, such as a string in place of the list of
     * failures. The library does not change such a key, and treats it as empty when it reads it.
     *
     * @param queues the queues whose keys are checked
     * @param workers the ids of the workers whose keys are checked
     * @return for each such key its name and what is wrong, as in {@code is a string, not a list}; by default empty,
     *     for a backend that no other program can write to
     */
    default Map<String, String> foreignKeys(Collection<String> queues, Collection<String> workers) {
        return Map.of();
    }

    /**
     * Removes all keys of the namespace, after a trial of the server has used it. Does nothing by default, for a backend whose data ends
     * with it.
     *
     * @throws IllegalStateException if the namespace is not that of a trial, which begins with <code>{resque-trial-</code>. Nothing is
     *     removed then
     */
    default void removeTrial() {}

    /**
     * Closes what this backend has opened, and nothing that the caller gave to it. Every waiting call, and every later
     * call, throws {@link io.resque.api.BackendException}. Closing again does nothing.
     */
    @Override
    void close();
}
