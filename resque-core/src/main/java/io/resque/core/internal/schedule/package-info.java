/**
 * When does a delayed or recurring job get onto its queue?
 *
 * <p>For delayed jobs, read {@code ItemScanner} for the way from an item in resque-scheduler's bytes, whose shape is
 * {@code ItemShape} of {@code wire}, to a payload, then {@code DuePass} for how items are moved, and {@code DueMoves} for what becomes of each. {@code DelayedBook} serves people.
 *
 * <p>For recurring jobs, read {@code Cron} for the instants at which an expression fires; {@code CronField} and {@code CronDays} read its
 * fields. {@code EveryText} reads the period of a job that recurs without a calendar.
 */
@NullMarked
package io.resque.core.internal.schedule;

import org.jspecify.annotations.NullMarked;
