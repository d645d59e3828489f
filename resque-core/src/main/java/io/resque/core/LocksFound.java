package io.resque.core;

import io.resque.api.UniqueLock;
import java.util.List;
import java.util.Optional;

/**
 * Some of the locks of unique jobs.
 *
 * @param locks the locks, in no order
 * @param next what {@link Inspector#locks(String, int)} needs to go on; empty at the end
 */
public record LocksFound(List<UniqueLock> locks, Optional<String> next) {
    /**
     * Copies the list.
     *
     * @param locks the locks
     * @param next where to go on
     */
    public LocksFound {
        locks = List.copyOf(locks);
    }
}
