package io.resque.backend.memory;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.QueueBackendTck;
import java.util.Set;

class MemoryBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new MemoryBackendProvider();
    }

    @Override
    protected Set<Feature> features() {
        return Set.of(
                Feature.DELAYED_JOBS,
                Feature.RECURRING_JOBS,
                Feature.RETRIES,
                Feature.UNIQUE_JOBS,
                Feature.LIMITS,
                Feature.HISTORY);
    }

    @Override
    protected String url() {
        return "memory:tck";
    }
}
