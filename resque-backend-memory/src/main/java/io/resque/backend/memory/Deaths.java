package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How many workers each job has killed. As in Redis, all are forgotten together, a while after the last death. */
final class Deaths {
    private final Map<Payload, Integer> counts = new HashMap<>();
    private final Clock clock;
    private Instant forgotten = Instant.MAX;

    Deaths(Clock clock) {
        this.clock = clock;
    }

    int another(Payload job, Duration remembered) {
        if (!clock.instant().isBefore(forgotten)) {
            counts.clear();
        }
        forgotten = Space.after(clock.instant(), remembered);
        return counts.merge(job, 1, Integer::sum);
    }

    void forget(Payload job) {
        counts.remove(job);
    }
}
