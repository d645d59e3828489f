package com.example.shelf;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;

/** The entry point of the adapter, which ServiceLoader finds. */
public final class ShelfStatusStoreProvider implements StatusStoreProvider {
    @Override
    public String name() {
        return "shelf";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public StatusStore openStatuses(BackendConfig config) {
        if (!config.url().startsWith("shelf:")) {
            throw new ConfigurationException("The store 'shelf' takes URLs that begin with shelf:");
        }
        return new ShelfStatusStore(new Shelf(config));
    }
}
