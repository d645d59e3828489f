package io.resque.backend.memory;

import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.Feature;
import io.resque.tck.StatusStoreTck;
import java.util.Set;

/** The kit can also test a store of statuses that is not Redis. */
class StatusesAloneTckTest extends StatusStoreTck {
    @Override
    protected StatusStoreProvider provider() {
        return new StatusesAlone();
    }

    @Override
    protected Set<Feature> features() {
        return Set.of();
    }

    @Override
    protected String url() {
        return "memory:statuses";
    }
}
