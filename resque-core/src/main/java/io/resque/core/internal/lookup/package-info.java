/**
 * Which backend, serializer, status store and executor are used? Finds them on the class path, and guesses nothing.
 *
 * <p>Read {@code Adapters} for the choice, then {@code Providers} for what can be wrong with a class path.
 */
@NullMarked
package io.resque.core.internal.lookup;

import org.jspecify.annotations.NullMarked;
