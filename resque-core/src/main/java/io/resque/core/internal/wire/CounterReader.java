package io.resque.core.internal.wire;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.Statistics;
import java.util.List;

/** Reads counters; a key that another program made into something else counts as 0. Thread-safe. */
public final class CounterReader {
    private final Statistics statistics;

    public CounterReader(Statistics statistics) {
        this.statistics = statistics;
    }

    /** In the order of their names. */
    public List<Long> all(List<String> names) {
        try {
            return statistics.getAll(names);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            return names.stream().map(this::one).toList();
        }
    }

    private Long one(String name) {
        try {
            return statistics.get(name);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            return 0L;
        }
    }
}
