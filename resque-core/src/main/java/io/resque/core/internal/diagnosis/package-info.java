/**
 * What is wrong with this Redis, its queues and its workers?
 *
 * <p>Read {@code Diagnosis} for what is looked at, and {@code Findings} for what each fact means.
 */
@NullMarked
package io.resque.core.internal.diagnosis;

import org.jspecify.annotations.NullMarked;
