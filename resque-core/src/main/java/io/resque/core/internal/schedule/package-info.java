/**
 * When is a delayed or recurring job due, and how does it get onto its queue then?
 *
 * <p>Read {@code ItemScanner} for the way from an item in resque-scheduler's bytes back to a payload; then {@code DuePass} for how items
 * are moved, {@code DueMoves} for what becomes of each, and {@code SchedulerLoop} for when. {@code DelayedBook} serves people.
 *
 * <p>Read {@code Cron} for the instants at which an expression fires; {@code CronField} and {@code CronDays} read its fields.
 * {@code EveryText} reads the period of a job that recurs without a calendar.
 *
 * <p>For recurring jobs, read {@code EntryShape} for what stands in Redis, {@code DueTick} for which ticks are due, {@code RecurringPass}
 * for how they are made, and {@code RecurringTurns} for when; {@code RecurringBook} writes and lists the entries.
 */
@NullMarked
package io.resque.core.internal.schedule;

import org.jspecify.annotations.NullMarked;
