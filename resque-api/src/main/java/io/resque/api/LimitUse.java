package io.resque.api;

import java.util.Objects;

/**
 * How a limit is used that jobs wait for.
 *
 * @param limit its full name, see {@link Limit#nameFor}
 * @param jobs how many jobs may run at a time
 * @param running how many have a slot: they run, or were sent back to their queue a moment ago
 * @param waiting how many wait for a slot
 */
public record LimitUse(String limit, int jobs, int running, long waiting) {
    /**
     * Refuses null.
     *
     * @param limit its full name
     * @param jobs how many jobs may run at a time
     * @param running how many have a slot
     * @param waiting how many wait for a slot
     */
    public LimitUse {
        Objects.requireNonNull(limit, "limit");
    }
}
