/**
 * The ports: what an adapter implements, and the plain values that cross them.
 *
 * <p>Nothing may be null unless it says {@code @Nullable}. Names of queues, workers and counters are plain, without the
 * prefix of keys. Every method that speaks to the backend may throw {@link io.resque.api.BackendException}, and
 * {@link io.resque.api.BackendUnavailableException} if no answer came; no exception of a client library crosses a port.
 * Unless a method says otherwise, a call that threw has done all or nothing.
 */
@NullMarked
package io.resque.api.spi;

import org.jspecify.annotations.NullMarked;
