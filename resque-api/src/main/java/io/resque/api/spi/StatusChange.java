package io.resque.api.spi;

import io.resque.api.JobState;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of a job's status.
 *
 * @param token whose
 * @param state the new state
 * @param result the JSON of the job's result; null for none
 * @param expiry how long the record stays from now on; null for ever
 */
public record StatusChange(
        String token,
        JobState state,
        @Nullable Payload result,
        @Nullable Duration expiry) {
    /**
     * Checks for null and for an expiry that is not positive.
     *
     * @param token whose
     * @param state the new state
     * @param result the JSON of the job's result
     * @param expiry how long the record stays from now on
     */
    public StatusChange {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(state, "state");
        if (expiry != null && expiry.toSeconds() < 1) {
            throw new IllegalArgumentException("expiry must be at least a second, was " + expiry);
        }
    }
}
