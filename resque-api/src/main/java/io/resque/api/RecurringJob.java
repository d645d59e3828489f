package io.resque.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A recurring job, as it was read: one of this library, or one that resque-scheduler keeps in Redis. Immutable.
 *
 * @param name its name
 * @param cron the cron expression, as it stands; empty if it goes by a period
 * @param zone the time zone of the cron expression, UTC if it names none; empty if there is no expression that can be read
 * @param every the period; empty if it goes by a cron expression
 * @param queue the queue of its jobs; empty if it names none
 * @param job the class, which is empty if it names none, the arguments and the metadata of its jobs
 * @param misfire what becomes of ticks that were missed
 * @param description what it says of itself, for people
 * @param environments the values of {@code RAILS_ENV} for which it was written. {@code java} alone: only schedulers of this library fire
 *     it; none: those of Ruby fire it whatever their {@code RAILS_ENV} is, unless {@code problem} says that the values cannot be read; one
 *     empty text: it names no value, and those of Ruby never fire it
 * @param isFired whether the schedulers of this library fire it, unless it is paused
 * @param isPaused whether it is paused
 * @param lastRun up to when its ticks are settled: they were made, or missed and skipped; empty if there was none yet
 * @param nextRun the next tick, by the clock of Redis; in the past if no scheduler has made it yet. Empty if it is paused or not fired
 * @param problem why it cannot be fired, as the rest of a sentence about it, such as "it names no queue"; empty if it can be
 */
public record RecurringJob(
        String name,
        Optional<String> cron,
        Optional<ZoneId> zone,
        Optional<Duration> every,
        String queue,
        JobSpec job,
        Misfire misfire,
        Optional<String> description,
        List<String> environments,
        boolean isFired,
        boolean isPaused,
        Optional<Instant> lastRun,
        Optional<Instant> nextRun,
        Optional<String> problem) {
    /**
     * Copies the list, and refuses null.
     *
     * @param name its name
     * @param cron the cron expression
     * @param zone the time zone of the cron expression
     * @param every the period
     * @param queue the queue of its jobs
     * @param job the class, the arguments and the metadata of its jobs
     * @param misfire what becomes of ticks that were missed
     * @param description what it says of itself
     * @param environments the values of {@code RAILS_ENV} for which it was written
     * @param isFired whether the schedulers of this library fire it
     * @param isPaused whether it is paused
     * @param lastRun up to when its ticks are settled
     * @param nextRun the next tick
     * @param problem why it cannot be fired
     */
    public RecurringJob {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(cron, "cron");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(every, "every");
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(misfire, "misfire");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(lastRun, "lastRun");
        Objects.requireNonNull(nextRun, "nextRun");
        Objects.requireNonNull(problem, "problem");
        environments = List.copyOf(environments);
    }

    /** Leaves out the arguments: they may hold secrets. */
    @Override
    public String toString() {
        return "RecurringJob[" + name + ": " + job.jobClass() + " of " + queue + "]";
    }
}
