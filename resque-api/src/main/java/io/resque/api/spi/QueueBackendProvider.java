package io.resque.api.spi;

import java.util.Optional;

/** Opens a {@link QueueBackend}. {@link java.util.ServiceLoader} finds it. */
public interface QueueBackendProvider extends AdapterProvider {
    /**
     * Opens a new backend. It need not connect yet.
     *
     * @param config where to connect to
     * @return the backend, which the caller closes
     * @throws io.resque.api.ConfigurationException if this adapter does not understand the URL
     */
    QueueBackend open(BackendConfig config);

    /**
     * The URL scheme of an adapter that does not use Redis. A URL with this scheme selects this adapter. No other URL
     * selects it, and {@link #open} must refuse any other URL.
     *
     * @return the scheme in lower case, without the colon, such as {@code memory}; empty for an adapter for Redis
     */
    default Optional<String> scheme() {
        return Optional.empty();
    }
}
