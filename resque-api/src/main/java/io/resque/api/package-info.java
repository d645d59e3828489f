/**
 * The types that the author of a job implements and uses, with the values and exceptions of Resque for Java.
 *
 * <p>Nothing may be null unless it is marked {@code @Nullable}.
 */
@NullMarked
package io.resque.api;

import org.jspecify.annotations.NullMarked;
