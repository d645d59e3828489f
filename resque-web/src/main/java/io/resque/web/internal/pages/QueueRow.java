package io.resque.web.internal.pages;

import org.jspecify.annotations.Nullable;

/**
 * A queue in a table.
 *
 * @param state such as paused; empty if there is nothing to say
 * @param spark its length in the last hour; null if nothing was sampled
 */
record QueueRow(
        String name,
        String address,
        long jobs,
        String state,
        @Nullable Spark spark) {}
