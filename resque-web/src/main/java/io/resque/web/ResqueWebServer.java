package io.resque.web;

import io.resque.core.ResqueHttp;
import io.resque.web.internal.http.JdkAdapter;
import java.net.InetSocketAddress;

/** A port that shows the pages. It belongs to the caller of {@link ResqueWeb#start}. Thread-safe. */
public final class ResqueWebServer implements AutoCloseable {
    private final ResqueHttp port;
    private final JdkAdapter adapter;

    ResqueWebServer(ResqueHttp port, JdkAdapter adapter) {
        this.port = port;
        this.adapter = adapter;
    }

    /**
     * Where it listens.
     *
     * @return with the port that was taken
     */
    public InetSocketAddress address() {
        return port.address();
    }

    /**
     * Closes the port and all connections at once, and interrupts requests that are under way; the {@link io.resque.core.Resque} stays
     * open. Closing again does nothing.
     */
    @Override
    public void close() {
        port.close();
        adapter.close();
    }
}
