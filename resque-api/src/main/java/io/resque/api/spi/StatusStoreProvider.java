package io.resque.api.spi;

/**
 * Opens a {@link StatusStore} apart from the queues. Found by {@link java.util.ServiceLoader}, if the application names
 * it. One class may be this and a {@link QueueBackendProvider}, under one name; it then stands in both service files.
 */
public interface StatusStoreProvider extends AdapterProvider {
    /**
     * Opens a store. Need not connect yet; each call opens one of its own.
     *
     * @param config where to
     * @return the store, to be closed by the caller
     * @throws io.resque.api.ConfigurationException if the URL is not one that this adapter understands
     */
    StatusStore openStatuses(BackendConfig config);
}
