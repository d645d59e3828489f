package io.resque.backend.memory;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** When something expires. */
final class Expiry {
    private Expiry() {}

    /** The instant so long after another; the last of all instants if there is none so late. */
    static Instant after(Instant start, Duration time) {
        try {
            return start.plus(time);
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MAX;
        }
    }
}
