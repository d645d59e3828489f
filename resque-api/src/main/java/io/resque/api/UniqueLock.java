package io.resque.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A lock of a {@link Unique} job, as it was read.
 *
 * @param key its name in Redis, without the namespace
 * @param kind when it keeps equal jobs away; empty if another program has written it
 * @param state where its job is, as the lock says
 * @param owner what the payload of its job names as the owner; empty if another program has written it
 * @param worker the id of the worker that runs its job; empty if none does
 * @param since when it was taken, or last changed its state; empty if it does not say so
 * @param expiry when it ends, if nobody frees or renews it; empty if it does not say so
 * @param unsure whether it may have no job: another program has written it, or the worker that it names is not registered
 */
public record UniqueLock(
        String key,
        Optional<Unique.Kind> kind,
        State state,
        Optional<String> owner,
        Optional<String> worker,
        Optional<Instant> since,
        Optional<Instant> expiry,
        boolean unsure) {
    /** Where the job of a lock is. */
    public enum State {
        /** On its queue, or taken by a worker that has not begun it. */
        QUEUED,

        /** Among the delayed jobs, or moved from there to its queue. */
        DELAYED,

        /** A worker runs it. */
        RUNNING,

        /** Another program has written the lock, which does not say so. */
        UNKNOWN
    }

    /**
     * Refuses null.
     *
     * @param key its name in Redis
     * @param kind when it keeps equal jobs away
     * @param state where its job is
     * @param owner the owner
     * @param worker the worker
     * @param since when it was taken
     * @param expiry when it ends
     * @param unsure whether it may have no job
     */
    public UniqueLock {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(worker, "worker");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(expiry, "expiry");
    }
}
