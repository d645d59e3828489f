package io.resque.api.spi;

/**
 * Opens a {@link StatusStore} that is separate from the queues. {@link java.util.ServiceLoader} finds it; it is used
 * only if the application names it. One class can implement this interface and {@link QueueBackendProvider}, under one
 * name; name the class in both service files.
 */
public interface StatusStoreProvider extends AdapterProvider {
    /**
     * Opens a new store. It need not connect yet.
     *
     * @param config where to connect to
     * @return the store, which the caller closes
     * @throws io.resque.api.ConfigurationException if this adapter does not understand the URL
     */
    StatusStore openStatuses(BackendConfig config);
}
