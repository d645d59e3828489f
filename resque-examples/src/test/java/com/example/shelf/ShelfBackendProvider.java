package com.example.shelf;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.util.Optional;

/** Opens what is written of the backend so far. */
public final class ShelfBackendProvider implements QueueBackendProvider {
    @Override
    public String name() {
        return "shelf";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public Optional<String> scheme() {
        return Optional.of("shelf");
    }

    @Override
    public QueueBackend open(BackendConfig config) {
        if (!config.url().startsWith("shelf:")) {
            throw new ConfigurationException("The backend 'shelf' takes URLs that begin with shelf:");
        }
        return new ShelfBackend(new Shelf(config));
    }
}
