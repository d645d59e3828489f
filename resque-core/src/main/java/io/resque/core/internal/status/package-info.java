/**
 * How does the status of a tracked job follow the job? Also: statuses that come late, and those that nobody will end.
 *
 * <p>Read {@code StatusUpdates}, then {@code StatusFollower}, {@code LateStatuses} and {@code LostStatusSearch}.
 */
@NullMarked
package io.resque.core.internal.status;

import org.jspecify.annotations.NullMarked;
