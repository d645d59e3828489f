package com.example.shelf;

import io.resque.api.spi.Statistics;

final class ShelfStatistics implements Statistics {
    private final Shelf shelf;

    ShelfStatistics(Shelf shelf) {
        this.shelf = shelf;
    }

    @Override
    public long get(String name) {
        return shelf.call(data -> data.counters.getOrDefault(name, 0L));
    }

    @Override
    public long increment(String name, long by) {
        return shelf.call(data -> data.counters.merge(name, by, Math::addExact));
    }

    @Override
    public void clear(String name) {
        shelf.call(data -> data.counters.remove(name));
    }
}
