package io.resque.api.spi;

import io.resque.api.JobState;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of a job's status.
 *
 * @param token the token of the status
 * @param state the new state
 * @param result the job's result, as JSON; null for none
 * @param expiry how long the record is kept from now on, at least a second and at most 36,500 days; null to keep it for ever
 */
public record StatusChange(
        String token,
        JobState state,
        @Nullable Payload result,
        @Nullable Duration expiry) {
    /**
     * Refuses a null token or state, and an expiry of less than a second or more than 36,500 days.
     *
     * @param token the token of the status
     * @param state the new state
     * @param result the job's result, as JSON
     * @param expiry how long the record is kept from now on
     */
    public StatusChange {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(state, "state");
        if (expiry != null && expiry.toSeconds() < 1) {
            throw new IllegalArgumentException("expiry must be at least a second, was " + expiry);
        }
        if (expiry != null && expiry.compareTo(WireTimes.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expiry must be at most " + WireTimes.LONGEST.toDays() + " days, was " + expiry);
        }
    }
}
