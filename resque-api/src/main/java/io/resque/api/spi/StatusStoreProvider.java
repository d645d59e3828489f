package io.resque.api.spi;

/** Opens a {@link StatusStore} apart from the queues. Not looked up: the application hands over the store it opens. */
public interface StatusStoreProvider extends AdapterProvider {
    /**
     * Opens a store. Need not connect yet.
     *
     * @param config where to
     * @return the store, to be closed by the caller
     * @throws io.resque.api.ConfigurationException if the URL is not one that this adapter understands
     */
    StatusStore open(BackendConfig config);
}
