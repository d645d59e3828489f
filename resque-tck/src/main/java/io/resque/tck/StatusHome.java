package io.resque.tck;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.StatusStore;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The statuses under test: in a separate store, or in the store of a backend.
 *
 * @param kit the test class of the author
 * @param scheme the scheme of the adapter's URLs; empty if it does not name one
 * @param adapter name of the adapter
 * @param open opens another store, whose calls are watched; all stores with one URL and namespace see the same statuses
 */
record StatusHome(
        Object kit,
        Optional<String> scheme,
        String adapter,
        Set<Feature> features,
        String url,
        BiFunction<WatchedPorts, BackendConfig, Opened> open) {
    /** A store, with the action that closes it and all that was opened with it. */
    record Opened(StatusStore store, Runnable close) {}
}
