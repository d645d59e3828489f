package com.example.shelf;

import io.resque.api.spi.Failures;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Workers;

/** How a backend begins. */
public final class Skeleton implements QueueBackend {
    @Override
    public Queues queues() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public Failures failures() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public Statistics statistics() {
        throw new UnsupportedOperationException("not written yet");
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
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not written yet");
    }
}
