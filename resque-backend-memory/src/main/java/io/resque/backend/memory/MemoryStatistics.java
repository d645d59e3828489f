package io.resque.backend.memory;

import io.resque.api.spi.Statistics;

final class MemoryStatistics implements Statistics {
    private final MemoryOpening opening;

    MemoryStatistics(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public long get(String name) {
        return opening.call(namespace -> namespace.counters.getOrDefault(name, 0L));
    }

    @Override
    public long increment(String name, long by) {
        return opening.call(namespace -> namespace.count(name, by));
    }

    @Override
    public void clear(String name) {
        opening.call(namespace -> namespace.counters.remove(name) != null);
    }
}
