package io.resque.backend.memory;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.tck.Feature;
import io.resque.tck.StatusStoreTck;
import java.util.Optional;
import java.util.Set;

/** The statuses of a memory as a store of its own. The kit can also test a store that is not Redis. */
class StatusesAloneTckTest extends StatusStoreTck {
    @Override
    protected StatusStoreProvider provider() {
        return new Provider();
    }

    @Override
    protected Set<Feature> features() {
        return Set.of();
    }

    @Override
    protected String url() {
        return "memory:statuses";
    }

    private static final class Provider implements StatusStoreProvider {
        @Override
        public String name() {
            return "memory";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public StatusStore openStatuses(BackendConfig config) {
            return new Alone(new MemoryBackendProvider().open(config));
        }
    }

    private record Alone(QueueBackend backend) implements StatusStore {
        @Override
        public boolean write(StatusChange change) {
            return backend.statuses().write(change);
        }

        @Override
        public Optional<StatusRecord> find(String token) {
            return backend.statuses().find(token);
        }

        @Override
        public boolean remove(String token) {
            return backend.statuses().remove(token);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
