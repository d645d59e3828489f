package io.resque.backend.memory;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import java.util.Optional;

/** The statuses of a memory as a store of its own, with only the methods that a store must have. */
public final class StatusesAlone implements StatusStoreProvider {
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
