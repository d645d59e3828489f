package io.resque.core;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusStore;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one {@link Resque} and its workers share. */
record Services(
        QueueBackend backend,
        StatusStore statuses,
        JobSerializer serializer,
        ArgumentRules arguments,
        Tokens tokens,
        Heartbeat heartbeat,
        RecoveryPolicy recovery,
        Adapters adapters,
        Events events,
        Duration statusExpiry,
        @Nullable Duration waitingStatusExpiry,
        LateStatuses lateStatuses,
        Clock clock,
        FailureLog failures,
        MaxPayload maxPayload) {

    /** Whether status changes travel in the backend's own requests, or need a call of their own. */
    boolean statusRidesAlong() {
        return statuses == backend.statuses();
    }

    void close() {
        heartbeat.close();
        failures.close();
        lateStatuses.close();
        try {
            if (!statusRidesAlong()) {
                statuses.close();
            }
        } finally {
            backend.close();
        }
    }
}
