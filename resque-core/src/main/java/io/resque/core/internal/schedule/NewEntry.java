package io.resque.core.internal.schedule;

import io.resque.api.JobSpec;
import io.resque.api.Misfire;
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
public record NewEntry(
        Timing timing,
        String queue,
        JobSpec job,
        Misfire misfire,
        @Nullable String description,
        boolean shared) {
    /** When a job is due, in the words of a caller. */
    public sealed interface Timing {
        /**
         * The text that is written: the expression with its zone, or the period.
         *
         * @throws IllegalArgumentException if Ruby's scheduler would refuse it; the message names it and the way out
         */
        String text();
    }

    /**
     * By a calendar.
     *
     * @param zone the zone of an expression that names none
     */
    public record Cron(String expression, ZoneId zone) implements Timing {
        @Override
        public String text() {
            return EntryShape.withZone(this);
        }

        /**
         * The zone that the expression itself names; null if it names none.
         *
         * @throws IllegalArgumentException as {@link #text}
         */
        public @Nullable ZoneId ownZone() {
            return EntryShape.ownZone(this);
        }
    }

    /**
     * After a period.
     *
     * @param first the first tick; null for one period after the entry was written
     */
    public record Every(Duration period, @Nullable Instant first) implements Timing {
        @Override
        public String text() {
            return EveryText.of(period);
        }
    }
}
