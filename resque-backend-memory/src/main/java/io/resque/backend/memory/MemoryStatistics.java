package io.resque.backend.memory;

import io.resque.api.spi.Statistics;

final class MemoryStatistics implements Statistics {
    private final MemoryBackend backend;

    MemoryStatistics(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public long get(String name) {
        return backend.call(space -> space.counters.getOrDefault(name, 0L));
    }

    @Override
    public long increment(String name, long by) {
        return backend.call(space -> space.count(name, by));
    }

    @Override
    public void clear(String name) {
        backend.call(space -> space.counters.remove(name) != null);
    }
}
