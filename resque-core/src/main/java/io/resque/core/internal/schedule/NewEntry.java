package io.resque.core.internal.schedule;

import io.resque.api.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * An entry to write.
 *
 * @param timing when its job is due
 * @param queue the queue of its job, which was checked
 * @param job its job, which was checked: its arguments and metadata are JSON trees
 * @param misfire what becomes of ticks that were missed
 * @param description what it says of itself, for people; null for nothing
 * @param shared whether Ruby's schedulers fire it, too
 */
record NewEntry(
        Timing timing,
        String queue,
        JobSpec job,
        Misfire misfire,
        @Nullable String description,
        boolean shared) {
    /** When a job is due, in the words of a caller. */
    sealed interface Timing {}

    /**
     * By a calendar.
     *
     * @param zone the zone of an expression that names none
     */
    record Cron(String expression, ZoneId zone) implements Timing {}

    /**
     * After a period.
     *
     * @param first the first tick; null for one period after the entry was written
     */
    record Every(Duration period, @Nullable Instant first) implements Timing {}
}
