package io.resque.web.internal.pages;

import io.resque.core.HistoryPeriod;
import io.resque.core.Resque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One Redis and namespace that the pages show. Thread-safe. */
final class Instance {
    final String name;
    final Resque resque;
    final Snapshot snapshot;
    final Checkup checkup;

    /** By the names of {@link HistoryPage#TIMES}. */
    final Map<String, HistoryLook> history;

    Instance(String name, Resque resque) {
        this.name = name;
        this.resque = resque;
        this.snapshot = new Snapshot(resque);
        this.checkup = new Checkup(resque.inspector()::diagnose);
        this.history = HistoryPage.TIMES.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, time -> new HistoryLook(resque, time.getValue(), System::nanoTime)));
    }

    /** The last hour, if its samples can be read. */
    Optional<HistoryPeriod> lastHour() {
        return history.get(HistoryPage.HOUR).ifThere();
    }
}
