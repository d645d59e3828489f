package io.resque.api.spi;

import java.time.Instant;

/**
 * A job that a session holds.
 *
 * @param number identifies the reservation within its session
 * @param queue the queue it was taken from
 * @param payload exactly as it stood in the queue
 * @param reservedAt when, by the backend's clock, to the second
 */
public record ReservedJob(long number, String queue, Payload payload, Instant reservedAt) {}
