package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringTick;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of a recurring job. Its memory's lock guards it. */
final class RecurringState {
    Payload config;

    @Nullable
    String lastRun;

    boolean paused;

    /** The newest first. */
    private final Deque<RecurringTick.Made> made = new ArrayDeque<>();

    RecurringState(Payload config) {
        this.config = config;
    }

    void note(RecurringTick.Made tick) {
        made.addFirst(tick);
        if (made.size() > RecurringTick.NOTED) {
            made.removeLast();
        }
    }

    List<RecurringTick.Made> made() {
        return List.copyOf(made);
    }

    RecurringEntry shown(String name, long maxBytes) {
        return new RecurringEntry(name, config.size() <= maxBytes ? config : null, config.size(), lastRun, paused);
    }
}
