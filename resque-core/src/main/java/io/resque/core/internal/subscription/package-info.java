/**
 * Which queues does a worker take jobs from? A list with patterns is read against the queues that exist.
 *
 * <p>Read {@code QueueList}, {@code Glob}, then {@code LiveQueues}.
 */
@NullMarked
package io.resque.core.internal.subscription;

import org.jspecify.annotations.NullMarked;
