package io.resque.core.internal.schedule;

import io.resque.api.spi.ForeignLocks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a scheduler fires.
 *
 * @param rubys the locks that it holds while it fires also those entries that Ruby's scheduler would fire, in whose place it runs; null if it
 *     leaves these to Ruby
 * @param environment what {@code RAILS_ENV} is for Ruby's schedulers; null if it is not set
 */
public record FiredEntries(
        @Nullable ForeignLocks rubys, @Nullable String environment) {
    public static final FiredEntries ONLY_OURS = new FiredEntries(null, null);

    boolean has(ReadEntry entry) {
        if (rubys == null || entry.isOnlyOurs()) {
            return entry.isOnlyOurs();
        }
        List<String> written = entry.environments();
        return written.isEmpty()
                || written.contains(EntryShape.OURS)
                || environment != null && written.contains(environment);
    }

    /** The locks without which a tick of this entry must not be made; null if it needs none. */
    @Nullable
    ForeignLocks locks(ReadEntry entry) {
        return entry.isOnlyOurs() ? null : rubys;
    }
}
