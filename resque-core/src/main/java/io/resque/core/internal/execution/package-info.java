/**
 * How does a job run on a thread? A child JVM loads {@code InThreadExecutor} and the classes that it needs, so these neither log nor
 * read JSON.
 *
 * <p>Read {@code InThreadExecutor}, then {@code RunContext}, {@code WorkerJobs} and {@code JobDeadlines}.
 */
@NullMarked
package io.resque.core.internal.execution;

import org.jspecify.annotations.NullMarked;
