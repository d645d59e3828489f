/**
 * What stands in Redis, and how is it read? Payloads, failure records, worker ids and counters of all libraries, as plain trees and
 * values; what may be enqueued; how arguments become Java values; and how long lists are read in pages.
 *
 * <p>Read {@code PayloadShape}, {@code FailureShape} and {@code WorkerId} for the shapes, {@code PayloadReader} and
 * {@code FailureReader} for what other libraries write, {@code OversizePayload} last.
 */
@NullMarked
package io.resque.core.internal.wire;

import org.jspecify.annotations.NullMarked;
