package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How many workers each job has killed. As in Redis, all counts expire together, a while after the last death. */
final class DeathCounts {
    private final Map<Payload, Integer> counts = new HashMap<>();
    private final Clock clock;
    private Instant expires = Instant.MAX;

    DeathCounts(Clock clock) {
        this.clock = clock;
    }

    int add(Payload job, Duration remembered) {
        if (!clock.instant().isBefore(expires)) {
            counts.clear();
        }
        expires = Expiry.after(clock.instant(), remembered);
        return counts.merge(job, 1, Integer::sum);
    }

    void forget(Payload job) {
        counts.remove(job);
    }
}
