package com.example.socket;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.QueueBackendTck;

/** Runs the compatibility kit for the adapter: one class with one method. */
class SocketBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new SocketBackendProvider();
    }
}
