package io.resque.core;

import io.resque.api.Misfire;
import io.resque.api.Unique;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.enqueue.DelayLimits;
import io.resque.core.internal.schedule.EveryText;
import io.resque.core.internal.schedule.NewEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a recurring job is due, and what becomes of missed ticks; for {@link RecurringJobs#put}. Each instant at which the job is due is a
 * <em>tick</em>, in whole seconds by the clock of Redis. Immutable: each method returns another schedule.
 */
public final class Schedule {
    /** The first instant that has more digits than Ruby's scheduler reads. */
    private static final Instant TOO_LATE = Instant.parse("9999-12-31T00:00:00Z");

    final NewEntry.Timing timing;
    final Misfire misfire;
    final @Nullable String description;
    final boolean isShared;

    /** How long the job of an earlier tick keeps that of a later one away; null if it does not. */
    final @Nullable Duration skips;

    private Schedule(
            NewEntry.Timing timing,
            Misfire misfire,
            @Nullable String description,
            boolean isShared,
            @Nullable Duration skips) {
        this.timing = timing;
        this.misfire = misfire;
        this.description = description;
        this.isShared = isShared;
        this.skips = skips;
    }

    private static Schedule of(NewEntry.Timing timing) {
        timing.text(); // or it says what is wrong
        return new Schedule(timing, Misfire.FIRE_ONCE, null, false, null);
    }

    /**
     * By a calendar: {@code cron("30 2 * * *", ZoneId.of("Europe/Berlin"))} for each night at half past two.
     *
     * <p>An expression is read as resque-scheduler's parser reads it: five fields, which are minute, hour, day of the month, month and day of
     * the week, or six with the second first; or a name such as {@code @daily}. Where clocks change, an expression whose minutes or hours
     * begin with {@code *} goes by elapsed time. Any other expression fires once a day for each time that it names: a time that the clocks
     * leave out is due at the end of the gap, and a time that they show twice is due the first time.
     *
     * @param expression the expression, without a time zone, or with the same as {@code zone}
     * @param zone its time zone: a region such as {@code Europe/Berlin}, an offset of quarters of an hour, or UTC. Ruby's scheduler
     *     refuses a region that is newer than the zone data of its machine, and ends at it. This library cannot see that data, and writes it
     * @return a schedule
     * @throws IllegalArgumentException if resque-scheduler would refuse the expression or the zone, the expression names no day that ever
     *     comes, or names another zone; the message says what is wrong
     */
    public static Schedule cron(String expression, ZoneId zone) {
        Objects.requireNonNull(expression, "expression");
        NewEntry.Cron cron = new NewEntry.Cron(expression, Objects.requireNonNull(zone, "zone"));
        Schedule schedule = of(cron);
        ZoneId own = cron.ownZone();
        if (own != null && !own.normalized().equals(zone.normalized())) {
            throw new IllegalArgumentException("The cron expression \"" + JsonRules.forLog(expression)
                    + "\" names a time zone, and " + zone + " is given as well; leave it out of the expression");
        }
        return schedule;
    }

    /**
     * By a calendar, with the time zone behind the expression: {@code cron("30 2 * * * Europe/Berlin")}, as schedules of resque-scheduler
     * have it.
     *
     * @param expression the expression with its time zone, see {@link #cron(String, ZoneId)}
     * @return a schedule
     * @throws IllegalArgumentException as there, or if the expression names no time zone; the message says what is wrong
     */
    public static Schedule cron(String expression) {
        NewEntry.Cron cron = new NewEntry.Cron(Objects.requireNonNull(expression, "expression"), ZoneOffset.UTC);
        Schedule schedule = of(cron);
        if (cron.ownZone() == null) {
            throw new IllegalArgumentException("The cron expression \"" + JsonRules.forLog(expression)
                    + "\" names no time zone; write one behind it, such as Europe/Berlin or UTC");
        }
        return schedule;
    }

    /**
     * After a period, for the first time one period after the job was written, unless {@link #first} says otherwise.
     *
     * @param period whole seconds, at least one; at most 36,500 days
     * @return a schedule
     * @throws IllegalArgumentException if the period is another one; the message says what is wrong
     */
    public static Schedule every(Duration period) {
        return of(new NewEntry.Every(Objects.requireNonNull(period, "period"), null));
    }

    /**
     * After a period that is given as a text, such as {@code 30s}, {@code 15m}, {@code 1h30m}, {@code 2d} or {@code 1w}, as resque-scheduler
     * reads it: a month, {@code M}, has 30 days, and a number without a unit is in seconds.
     *
     * @param period the text
     * @return a schedule
     * @throws IllegalArgumentException if resque-scheduler would refuse the text, or as for {@link #every(Duration)}
     */
    public static Schedule every(String period) {
        return every(EveryText.parse(Objects.requireNonNull(period, "period")));
    }

    /**
     * Begins a period at an instant, which also says at which minute or second later ticks are due. Give a fixed instant: if it is computed
     * anew at each start of an application, as from {@code Instant.now()}, each start begins the period anew.
     *
     * @param first the first tick; a fraction of a second is rounded up. If it has passed when the job is written, the first tick is the
     *     next one that follows from it
     * @return a schedule
     * @throws IllegalArgumentException if the instant is before 1970 or after the year 9999
     * @throws IllegalStateException if this schedule goes by a calendar
     */
    public Schedule first(Instant first) {
        if (!(timing instanceof NewEntry.Every every)) {
            throw new IllegalStateException("first is for a period; \"" + this + "\" says itself when it is due");
        }
        if (first.isBefore(Instant.EPOCH) || first.isAfter(TOO_LATE)) {
            throw new IllegalArgumentException(
                    "The first tick of a recurring job must be from 1970 to 9999, was " + first);
        }
        NewEntry.Timing begun = new NewEntry.Every(every.period(), Instant.ofEpochSecond(DelayLimits.roundedUp(first)));
        return new Schedule(begun, misfire, description, isShared, skips);
    }

    /**
     * What becomes of ticks that were missed; {@link Misfire#FIRE_ONCE} if this is not called.
     *
     * @param policy the policy
     * @return a schedule
     */
    public Schedule misfire(Misfire policy) {
        return new Schedule(timing, Objects.requireNonNull(policy, "policy"), description, isShared, skips);
    }

    /**
     * Pushes no job while the job of an earlier tick waits, runs or is retried: the tick is settled without a job, and listeners hear {@link
     * io.resque.api.ResqueListener#duplicate}. The job is unique until it is done, with the name of the recurring job as its key; see {@link Unique}. A job
     * that {@code trigger} enqueues meets the same lock. Ruby's scheduler does not look at it.
     *
     * @param limit how long a job keeps others away, if nothing frees its lock and no worker renews it
     * @return a schedule
     * @throws IllegalArgumentException if the limit is shorter than a second or longer than 36,500 days
     */
    public Schedule skip(Duration limit) {
        Unique.untilDone(limit); // or it says what is wrong
        return new Schedule(timing, misfire, description, isShared, limit);
    }

    /**
     * A text for people, which lists of this library and Ruby's page show.
     *
     * @param text the text
     * @return a schedule
     * @throws IllegalArgumentException if it holds half of a surrogate pair
     */
    public Schedule description(String text) {
        if (JsonRules.loneSurrogate(text) >= 0) {
            throw new IllegalArgumentException("The description \"" + JsonRules.forLog(text)
                    + "\" holds half of a surrogate pair, which has no UTF-8");
        }
        return new Schedule(timing, misfire, text, isShared, skips);
    }

    /**
     * Lets Ruby's scheduler fire the job. Schedulers of this library then do not, unless they run in the place of Ruby's: in mode
     * {@link io.resque.api.SchedulerMode#REPLACE}. In mode {@link io.resque.api.SchedulerMode#SHARE} nobody fires it, since Ruby's
     * scheduler is a child then. Ruby's scheduler makes up for no missed tick, and counts a period from its own start. Without this method, Ruby's page shows the job, and Ruby's
     * scheduler does not fire it.
     *
     * @return a schedule
     */
    public Schedule sharedWithRuby() {
        return new Schedule(timing, misfire, description, true, skips);
    }

    /** The cron expression with its zone, or the period. */
    @Override
    public String toString() {
        return timing.text();
    }
}
