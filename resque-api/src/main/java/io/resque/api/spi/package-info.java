/**
 * The ports: the interfaces that an adapter implements, and the plain values that they exchange with the library.
 *
 * <p>Nothing may be null unless it is marked {@code @Nullable}. Names of queues, workers and counters have no prefix;
 * only keys in Redis have one. Every method that calls the backend can throw {@link io.resque.api.BackendException},
 * and {@link io.resque.api.BackendUnavailableException} if no answer came. An adapter lets no exception of its client
 * library pass. Unless a method says otherwise, a call that throws has done all of its work or none.
 */
@NullMarked
package io.resque.api.spi;

import org.jspecify.annotations.NullMarked;
