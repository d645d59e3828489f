/**
 * What was there at earlier times, and how long did jobs take?
 *
 * <p>Read {@code HistoryLoop} for when a process writes, {@code HistorySampler} for what a sample says, {@code RunTimeSums} for run times, and
 * {@code HistoryBook} for reading.
 */
@NullMarked
package io.resque.core.internal.history;

import org.jspecify.annotations.NullMarked;
