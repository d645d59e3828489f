package io.resque.api.spi;

import java.util.Optional;

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

    /**
     * The beginning of URLs that this adapter alone serves, for one that is not Redis. Such a URL chooses this adapter;
     * any other URL never does, and is refused by {@link #open}.
     *
     * @return lower case, without the colon, such as {@code memory}; empty for an adapter that serves URLs of Redis
     */
    default Optional<String> scheme() {
        return Optional.empty();
    }
}
