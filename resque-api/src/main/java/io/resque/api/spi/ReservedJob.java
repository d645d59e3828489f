package io.resque.api.spi;

import java.time.Instant;

/**
 * A job that a session holds.
 *
 * @param number identifies the reservation within its session
 * @param queue the queue that the session has taken the job from
 * @param payload the payload, with the bytes that it had in the queue, or its stand-in, see {@link Subscription#maxPayload}
 * @param reservedAt when the session has taken the job, by the backend's clock, to the second
 */
public record ReservedJob(long number, String queue, Payload payload, Instant reservedAt) {
    /**
     * The same reservation with another payload.
     *
     * @param other the payload
     * @return a copy
     */
    public ReservedJob with(Payload other) {
        return new ReservedJob(number, queue, other, reservedAt);
    }
}
