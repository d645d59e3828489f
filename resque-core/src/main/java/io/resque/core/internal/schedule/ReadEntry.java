package io.resque.core.internal.schedule;

import io.resque.api.JobSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a recurring job that was read.
 *
 * @param recurrence when its job is due
 * @param queue the queue of its job
 * @param job its job
 * @param environments the values of {@code RAILS_ENV} for which it was written; empty for all
 * @param createdAt when this library has written it for the first time; null if Ruby has
 * @param misfire what becomes of ticks that were missed
 * @param description what it says of itself, for people; null if it says nothing
 */
record ReadEntry(
        Recurrence recurrence,
        String queue,
        JobSpec job,
        List<String> environments,
        @Nullable Instant createdAt,
        Misfire misfire,
        @Nullable String description) {
    /**
     * The instant up to which its ticks are settled: its last run, but not before its creation. Null if nothing says so: it is Ruby's
     * and has no last run, or the last run is no time. Then its ticks count from the moment at which that is found.
     *
     * @param lastRun the text of the last run; null if there is none
     */
    @Nullable
    Instant settled(@Nullable String lastRun) {
        if (lastRun == null) {
            return createdAt;
        }
        Instant last = LastRun.read(lastRun);
        return last != null && createdAt != null && createdAt.isAfter(last) ? createdAt : last;
    }
}
