package io.resque.api.spi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DelayedItems#look} tells.
 *
 * @param first the first second that has an entry; null if there is none, or if the caller asked for the lease and another one has it
 * @param hasLease whether the caller has the lease now; false if it did not ask for it
 * @param now the second of the backend's clock; null where telling it would cost one more request
 * @param next where to look next; null if this was the last place
 */
public record DelayedLook(
        @Nullable Long first,
        boolean hasLease,
        @Nullable Long now,
        @Nullable String next) {
    /** How long a caller has the lease after it got or renewed it. */
    public static final Duration LEASE = Duration.ofSeconds(3);

    /**
     * Asks for the lease: of all callers, the one that has it looks often, so that the others need not. Nothing depends on it but the
     * number of requests: two callers that believe to have it do no harm.
     *
     * @param caller a text that no other caller has
     * @param isHeld whether this caller had the lease at its last look: then it is renewed, if nobody else has it by now
     */
    public record Lease(String caller, boolean isHeld) {
        /**
         * Refuses null.
         *
         * @param caller a text that no other caller has
         * @param isHeld whether this caller had the lease at its last look
         */
        public Lease {
            Objects.requireNonNull(caller, "caller");
        }
    }
}
