/**
 * How does a job get onto a queue, and off it without being run?
 *
 * <p>Read {@code Producer} and {@code Destination}, then {@code QueueDestination} and {@code BatchWriter} for jobs that are handed over,
 * {@code QueueCleaner} for the way off.
 */
@NullMarked
package io.resque.core.internal.enqueue;

import org.jspecify.annotations.NullMarked;
