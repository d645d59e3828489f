/**
 * How does the status of a tracked job follow the job? Some statuses are written after the end of the job, and some
 * will never be ended.
 *
 * <p>Read {@code StatusUpdates}, then {@code StatusFollower}, {@code LateStatuses} and {@code LostStatusSearch}.
 */
@NullMarked
package io.resque.core.internal.status;

import org.jspecify.annotations.NullMarked;
