package io.resque.core.internal.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a recurring job, for people.
 *
 * @param name its name
 * @param entry what it says; null if it cannot be fired
 * @param problem why not, as the rest of a sentence about the entry; null if it can
 * @param lastRun up to when its ticks are settled; null if there is no last run, or it is no time
 * @param next its next tick, which is past if it is overdue; null if it is paused, or not fired by schedulers such as the caller's
 * @param paused whether it is paused
 */
record ListedEntry(
        String name,
        @Nullable ReadEntry entry,
        @Nullable String problem,
        @Nullable Instant lastRun,
        @Nullable Instant next,
        boolean paused) {}
