package io.resque.backend.memory;

import io.resque.api.spi.Effect;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Retries of which it must be known later that another library's scheduler has moved them. The lock of the memory guards them. */
final class NotedRetries {
    private record Noted(int run, Instant due, Instant end) {}

    private final Map<String, Noted> noted = new HashMap<>();
    private final Clock clock;

    NotedRetries(Clock clock) {
        this.clock = clock;
    }

    void note(Effect.NoteRetry note) {
        Instant now = clock.instant();
        noted.values().removeIf(each -> !each.end.isAfter(now));
        Instant due = Instant.ofEpochSecond(note.second());
        if (due.isAfter(now)) {
            noted.put(note.name(), new Noted(note.run(), due, due.plus(note.kept())));
        } else {
            noted.remove(note.name());
        }
    }

    void forget(Effect.ForgetRetry forget) {
        noted.remove(forget.name());
    }

    int failedRuns(String name, Instant now) {
        Noted found = noted.get(name);
        return found == null || found.due.isAfter(now) || !found.end.isAfter(clock.instant()) ? 0 : found.run + 1;
    }
}
