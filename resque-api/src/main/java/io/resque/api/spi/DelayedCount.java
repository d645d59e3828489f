package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * A part of a count of delayed items.
 *
 * @param items the number of items in this part
 * @param next where the next part begins; null if this is the last part
 */
public record DelayedCount(long items, @Nullable String next) {}
