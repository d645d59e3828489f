package io.resque.api.spi;

/** Opens a {@link QueueBackend}. Found by {@link java.util.ServiceLoader}. */
public interface QueueBackendProvider extends AdapterProvider {
    /**
     * Opens a backend. Need not connect yet; each call opens one of its own.
     *
     * @param config where to
     * @return the backend, to be closed by the caller
     * @throws io.resque.api.ConfigurationException if the URL is not one that this adapter understands
     */
    QueueBackend open(BackendConfig config);
}
