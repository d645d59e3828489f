package io.resque.api.spi;

import io.resque.api.ConfigurationException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend shall connect to.
 *
 * @param url as the user gave it: {@code redis://user:password@host:port/db?namespace=resque}, {@code host:port}, or
 *     one that begins with the {@link QueueBackendProvider#scheme} of an adapter
 * @param namespace the prefix of all keys if the user set one beside the URL; null to go by the URL
 */
public record BackendConfig(String url, @Nullable String namespace) {
    /**
     * Checks for null.
     *
     * @param url as the user gave it
     * @param namespace the prefix of all keys
     */
    public BackendConfig {
        Objects.requireNonNull(url, "url");
        if (url.isBlank()) {
            throw new ConfigurationException("The URL is empty. Give one such as redis://localhost:6379/0");
        }
    }

    /** Leaves the URL out: it may hold a password. */
    @Override
    public String toString() {
        return "BackendConfig[namespace=" + namespace + "]";
    }
}
