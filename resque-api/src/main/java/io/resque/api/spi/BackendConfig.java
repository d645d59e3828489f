package io.resque.api.spi;

import io.resque.api.ConfigurationException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend connects to.
 *
 * @param url the URL as the user gave it: {@code redis://user:password@host:port/db?namespace=resque},
 *     {@code host:port}, or a URL that begins with the {@link QueueBackendProvider#scheme} of an adapter
 * @param namespace the prefix of all keys, if the user set it apart from the URL; null if the URL decides: if it
 *     says nothing, the namespace is {@code resque}
 */
public record BackendConfig(String url, @Nullable String namespace) {
    /**
     * Refuses null and a blank URL.
     *
     * @param url the URL as the user gave it
     * @param namespace the prefix of all keys
     */
    public BackendConfig {
        Objects.requireNonNull(url, "url");
        if (url.isBlank()) {
            throw new ConfigurationException("The URL is empty. Give one such as redis://localhost:6379/0");
        }
    }

    /** Leaves out the URL, which may hold a password. */
    @Override
    public String toString() {
        return "BackendConfig[namespace=" + namespace + "]";
    }
}
