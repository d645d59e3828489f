/**
 * How does a job run on a thread? This room is also what a child JVM loads, so nothing here logs or reads JSON.
 *
 * <p>Read {@code InThreadExecutor}, then {@code RunContext}, {@code WorkerJobs} and {@code JobDeadlines}.
 */
@NullMarked
package io.resque.core.internal.execution;

import org.jspecify.annotations.NullMarked;
