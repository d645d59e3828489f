package com.example.socket;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.QueueBackendTck;

/** One class and one method: that is how an adapter joins the kit. */
class SocketBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new SocketBackendProvider();
    }
}
