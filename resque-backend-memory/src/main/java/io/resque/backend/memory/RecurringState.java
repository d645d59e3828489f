package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntry;
import org.jspecify.annotations.Nullable;

/** An entry of a recurring job. Its memory's lock guards it. */
final class RecurringState {
    Payload config;

    @Nullable
    String lastRun;

    boolean paused;

    RecurringState(Payload config) {
        this.config = config;
    }

    RecurringEntry shown(String name, long maxBytes) {
        return new RecurringEntry(name, config.size() <= maxBytes ? config : null, config.size(), lastRun, paused);
    }
}
