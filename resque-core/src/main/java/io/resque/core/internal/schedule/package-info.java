/**
 * When does a delayed job get onto its queue? Delayed jobs as items in resque-scheduler's bytes, and the passes that move what is due.
 *
 * <p>Read {@code ItemShape} and {@code ItemScanner} for the item and the way back to a payload, then {@code DuePass} for how items are
 * moved, and {@code DueMoves} for what becomes of each. {@code DelayedBook} serves people.
 */
@NullMarked
package io.resque.core.internal.schedule;

import org.jspecify.annotations.NullMarked;
