/**
 * What becomes of a job that failed? Its records are written, listed, retried, removed and trimmed, while other programs change the
 * same lists.
 *
 * <p>Read {@code FailureLog} for the way in, {@code FailureBook} for all that a user can do, then {@code FailurePager},
 * {@code FailureEditor} and {@code FailureSearch} for how records are found again.
 */
@NullMarked
package io.resque.core.internal.failure;

import org.jspecify.annotations.NullMarked;
