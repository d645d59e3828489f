package io.resque.backend.redis;

import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;

/** A worker that waits, as far as waiting needs to know it. */
interface WaitingSession {
    Reservation reserve(Subscription subscription);

    /** Reserves from one queue of the subscription, in which a job was seen. To look at all of them would cost much more. */
    Reservation reserve(Subscription subscription, String queue);

    /** Whether the last answer to a reserve says that a queue was passed over since it is paused or full. */
    default boolean passedQueue() {
        return false;
    }

    /** A reserve that a reader of queues sends for the worker while it waits. */
    ReserveAhead ahead(Subscription subscription);
}
