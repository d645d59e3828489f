/**
 * What a job author writes, and the values and exceptions that cross Resque for Java.
 *
 * <p>Nothing may be null unless it says {@code @Nullable}.
 */
@NullMarked
package io.resque.api;

import org.jspecify.annotations.NullMarked;
