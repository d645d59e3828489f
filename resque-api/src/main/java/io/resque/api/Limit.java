package io.resque.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many jobs may run at a time, or may begin in a period, over all workers of this library. Immutable and thread-safe; each method
 * gives a limit of its own.
 *
 * <pre>{@code
 * resque.workerBuilder("mail")
 *         .register("WelcomeMail", () -> context -> send(context))
 *         .limit("WelcomeMail", Limit.of(5))
 *         .limit("WelcomeMail", Limit.rate(100, Duration.ofMinutes(1)))
 *         .start();
 * }</pre>
 *
 * <p>A worker applies the limits of a job class that it was given by {@link JobType#limit(Limit)} or {@link JobRegistry#limit}. A worker that
 * takes a job over a limit does not run it: the job waits in a list of its own until an earlier job ends, and then goes back to the head of
 * its queue; a job over a rate becomes a delayed job. Workers of other languages know no limits.
 *
 * <p>A job class can have several limits. A job runs when none of them is reached.
 */
public final class Limit {
    /** The most jobs of a rate in its period: the backend keeps an instant for each of them. */
    public static final int MOST_IN_A_PERIOD = 1_000;

    private static final Duration LONGEST = Duration.ofDays(366);

    private final int jobs;
    private final @Nullable Duration period;
    private final @Nullable String name;
    private final @Nullable Function<? super JobInfo, String> key;

    private Limit(
            int jobs,
            @Nullable Duration period,
            @Nullable String name,
            @Nullable Function<? super JobInfo, String> key) {
        this.jobs = jobs;
        this.period = period;
        this.name = name;
        this.key = key;
    }

    /**
     * At most so many jobs at a time. The place of a job is free once its end is in the backend. The place of a job whose worker died is
     * free once the worker is recovered.
     *
     * @param jobs how many, at least 1
     * @return a limit of the job class that it is given to
     * @throws IllegalArgumentException if {@code jobs} is below 1
     */
    public static Limit of(int jobs) {
        return new Limit(checked(jobs), null, null, null);
    }

    /**
     * At most so many jobs in any period of this length. A job over the rate becomes a delayed job of the second in which its turn comes,
     * and needs a scheduler to be moved then.
     *
     * @param jobs how many, from 1 to {@link #MOST_IN_A_PERIOD}
     * @param period the period, from a second to 366 days
     * @return a limit of the job class that it is given to
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static Limit rate(int jobs, Duration period) {
        if (checked(jobs) > MOST_IN_A_PERIOD) {
            throw new IllegalArgumentException("A rate has at most 1,000 jobs in a period, was " + jobs
                    + "; take a shorter period, such as 100 jobs in a second for 6,000 in a minute");
        }
        if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The period of a rate must be from 1 second to 366 days, was " + period);
        }
        return new Limit(jobs, period, null, null);
    }

    private static int checked(int jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException(
                    "A limit must allow at least 1 job, was " + jobs + "; to let no job run, pause the queue");
        }
        return jobs;
    }

    /**
     * The same limit under a name, which several job classes can share: their jobs count together. All workers must give the name the same
     * number.
     *
     * @param name the name
     * @return a limit
     * @throws IllegalArgumentException if the name is blank
     */
    public Limit named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("A limit cannot have an empty name");
        }
        return new Limit(jobs, period, name, key);
    }

    /**
     * The same limit for each value of a key, such as {@code job -> String.valueOf(job.args().get(0))} for each user. The worker calls the
     * function once for each job, before the job runs. A job for which the function throws or gives null fails.
     *
     * @param key gives the value for a job; must be thread-safe
     * @return a limit
     */
    public Limit by(Function<? super JobInfo, String> key) {
        return new Limit(jobs, period, name, Objects.requireNonNull(key, "key"));
    }

    /**
     * The number of jobs.
     *
     * @return at least 1
     */
    public int jobs() {
        return jobs;
    }

    /**
     * The period of a rate.
     *
     * @return empty if this limits how many jobs run at a time
     */
    public Optional<Duration> period() {
        return Optional.ofNullable(period);
    }

    /**
     * The full name of the limit for a job, by which the backend counts. {@code class:WelcomeMail}, or {@code name:smtp} for a limit with a
     * name; behind it a colon and the value of the key.
     *
     * @param job the job
     * @return the name
     * @throws NullPointerException if the function of {@link #by} gave null
     */
    public String nameFor(JobInfo job) {
        String whole = name == null ? "class:" + job.jobClass() : "name:" + name;
        return key == null
                ? whole
                : whole + ":" + Objects.requireNonNull(key.apply(job), "the function of Limit.by gave null");
    }
}
