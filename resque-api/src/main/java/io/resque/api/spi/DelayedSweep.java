package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a step of a sweep has found.
 *
 * @param emptySeconds entries of the schedule that are seconds without items; a repair removes them
 * @param unscheduledSeconds seconds with items that the schedule lacks, so that their items are never moved; a repair adds them to the
 *     schedule
 * @param staleMarks notes that an item stands at a second where it does not stand; a repair removes them. A backend need not look for
 *     them at seconds of more than a thousand items
 * @param next where the next step begins; null if this is the last step
 */
public record DelayedSweep(
        long emptySeconds,
        long unscheduledSeconds,
        long staleMarks,
        @Nullable String next) {}
