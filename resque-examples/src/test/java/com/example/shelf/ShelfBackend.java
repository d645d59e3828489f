package com.example.shelf;

import io.resque.api.spi.Failures;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Workers;

/** The roles that are written, and those that are not. */
final class ShelfBackend implements QueueBackend {
    private final Shelf shelf;
    private final Queues queues;
    private final Statistics statistics;

    ShelfBackend(Shelf shelf) {
        this.shelf = shelf;
        queues = new ShelfQueues(shelf, this);
        statistics = new ShelfStatistics(shelf);
    }

    @Override
    public Queues queues() {
        return queues;
    }

    @Override
    public Failures failures() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public StatusStore statuses() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public Workers workers() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public String endpoint() {
        return "shelf";
    }

    @Override
    public void close() {
        shelf.close();
    }
}
