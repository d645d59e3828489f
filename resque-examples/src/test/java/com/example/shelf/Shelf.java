package com.example.shelf;

import io.resque.api.BackendException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One opening of the data of a URL and namespace, which all openings there share. One call at a time sees the data. */
final class Shelf {
    private static final Map<String, Data> ALL = new ConcurrentHashMap<>();

    /** In a database these are tables. */
    static final class Data {
        final Map<String, List<Payload>> queues = new LinkedHashMap<>();
        final Set<String> paused = new LinkedHashSet<>();
        final Map<String, Long> counters = new LinkedHashMap<>();
        final NavigableMap<String, KeptStatus> statuses = new TreeMap<>();
    }

    private final Data data;
    private boolean closed;

    Shelf(BackendConfig config) {
        String namespace = config.namespace() == null ? "resque" : config.namespace();
        data = ALL.computeIfAbsent(config.url() + " " + namespace, any -> new Data());
    }

    /** In a database this is a transaction. */
    <T> T call(Function<Data, T> work) {
        synchronized (data) {
            if (closed) {
                throw new BackendException("The shelf is closed. Open another");
            }
            return work.apply(data);
        }
    }

    void close() {
        synchronized (data) {
            closed = true;
        }
    }
}
