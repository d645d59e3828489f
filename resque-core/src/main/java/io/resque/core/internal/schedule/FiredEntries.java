package io.resque.core.internal.schedule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a scheduler fires.
 *
 * @param rubys whether also those that Ruby's scheduler would fire, in whose place it runs
 * @param environment what {@code RAILS_ENV} is for Ruby's schedulers; null if it is not set
 */
public record FiredEntries(boolean rubys, @Nullable String environment) {
    public static final FiredEntries ONLY_OURS = new FiredEntries(false, null);

    boolean has(ReadEntry entry) {
        List<String> written = entry.environments();
        if (!rubys) {
            return written.equals(List.of(EntryShape.OURS));
        }
        return written.isEmpty()
                || written.contains(EntryShape.OURS)
                || environment != null && written.contains(environment);
    }
}
