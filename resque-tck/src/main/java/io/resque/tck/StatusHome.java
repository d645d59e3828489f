package io.resque.tck;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.StatusStore;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the statuses under test are kept: in a store of their own, or in the one of a backend.
 *
 * @param adapter its name
 * @param open opens it anew; all openings of one URL and namespace see the same statuses
 */
record StatusHome(String adapter, Set<Feature> features, String url, Function<BackendConfig, Opened> open) {
    /** A store, and what closes all that was opened for it. */
    record Opened(StatusStore store, Runnable close) {}
}
