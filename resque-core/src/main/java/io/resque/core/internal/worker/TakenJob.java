package io.resque.core.internal.worker;

import io.resque.api.Retry;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that a loop has taken and read.
 *
 * @param again the payload of its next run
 * @param token of its status; null if it has none
 * @param hasStatus whether a status of it is known to be there
 * @param policy what follows if it fails; null if that is its end
 * @param rubyName its name in the keys of Ruby's resque-retry; null if no retry of it stands there
 * @param begun when its run began, by {@link System#nanoTime}
 */
record TakenJob(
        ReservedJob job,
        Payload again,
        @Nullable String token,
        boolean hasStatus,
        @Nullable Retry policy,
        @Nullable String rubyName,
        long begun) {
    /** The time now by the clock of the backend, or up to a second later: it tells whole seconds. */
    Instant now() {
        return job.reservedAt().plusSeconds(1).plusNanos(System.nanoTime() - begun);
    }
}
