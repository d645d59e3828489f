/**
 * When is a delayed or recurring job due, and how does it get onto its queue then?
 *
 * <p>Read {@code ItemShape} and {@code ItemScanner} for delayed jobs as items in resque-scheduler's bytes, and the way back to a payload;
 * then {@code DuePass} for how items are moved, and {@code DueMoves} for what becomes of each. {@code DelayedBook} serves people.
 *
 * <p>Read {@code Cron} for the instants at which an expression fires; {@code CronField} and {@code CronDays} read its fields.
 * {@code EveryText} reads the period of a job that recurs without a calendar.
 */
@NullMarked
package io.resque.core.internal.schedule;

import org.jspecify.annotations.NullMarked;
