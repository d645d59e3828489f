package io.resque.api.spi;

import io.resque.api.Unique;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is held.
 *
 * @param key its name, without a namespace
 * @param kind when it keeps other jobs away; null for a lock that another library has written
 * @param state where its job is; null for a lock that another library has written
 * @param owner the owner of the claim; null for a lock that another library has written
 * @param worker the id of the worker that runs the job; null if none does
 * @param since when it was taken, or last changed its state; null if it does not say so
 * @param expiry when it ends, if nobody frees or renews it; null if it never does
 */
public record HeldLock(
        String key,
        Unique.@Nullable Kind kind,
        @Nullable State state,
        @Nullable String owner,
        @Nullable String worker,
        @Nullable Instant since,
        @Nullable Instant expiry) {
    /** Where the job of a lock is. */
    public enum State {
        /** On its queue, or taken by a worker that has not begun it. */
        QUEUED,

        /** Among the delayed jobs or in the list of a limit, or moved from there to its queue. */
        DELAYED,

        /** A worker runs it. */
        RUNNING
    }

    /**
     * Refuses null where it has no meaning.
     *
     * @param key its name
     * @param kind when it keeps other jobs away
     * @param state where its job is
     * @param owner the owner
     * @param worker the worker
     * @param since when it was taken
     * @param expiry when it ends
     */
    public HeldLock {
        Objects.requireNonNull(key, "key");
    }
}
