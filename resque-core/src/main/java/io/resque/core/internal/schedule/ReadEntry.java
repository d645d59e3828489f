package io.resque.core.internal.schedule;

import io.resque.api.JobSpec;
import io.resque.api.Misfire;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a recurring job that was read.
 *
 * @param recurrence when its job is due
 * @param queue the queue of its job
 * @param job its job
 * @param environments the values of {@code RAILS_ENV} for which it was written; empty for all, and one empty text for none
 * @param createdAt when this library has written it with this timing for the first time; null if Ruby has
 * @param misfire what becomes of ticks that were missed
 */
record ReadEntry(
        Recurrence recurrence,
        String queue,
        JobSpec job,
        List<String> environments,
        @Nullable Instant createdAt,
        Misfire misfire) {
    /**
     * A time further ahead of the clock was written while the clock went wrong. A time that is nearer may be right, and the clock wrong
     * now: then ticks up to it must not be made again.
     */
    static final Duration FARTHEST = Duration.ofHours(1);

    /**
     * The instant up to which its ticks are settled: its last run, but not before its creation. Null if nothing says so: it is Ruby's
     * and has no last run, or the last run is no time, or lies too far ahead. Then its ticks count from the moment at which that is found.
     *
     * @param lastRun the text of the last run; null if there is none
     * @param now the backend's time
     */
    @Nullable
    Instant settled(@Nullable String lastRun, Instant now) {
        Instant created = isTooFar(createdAt, now) ? null : createdAt;
        if (lastRun == null) {
            return created;
        }
        Instant last = LastRun.read(lastRun);
        if (last == null || isTooFar(last, now)) {
            return null;
        }
        return created != null && created.isAfter(last) ? created : last;
    }

    /** Whether no scheduler of Ruby fires it. */
    boolean isOnlyOurs() {
        return environments.equals(List.of(EntryShape.OURS));
    }

    static boolean isTooFar(@Nullable Instant time, Instant now) {
        return time != null && time.isAfter(now.plus(FARTHEST));
    }
}
