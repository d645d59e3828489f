package io.resque.backend.memory;

import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class MemoryStatusStore implements StatusStore {
    private final MemoryBackend backend;

    MemoryStatusStore(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public boolean write(StatusChange change) {
        return backend.call(space -> space.statuses.write(change));
    }

    @Override
    public List<Boolean> endAgain(List<StatusEnd> ends) {
        return backend.call(space -> ends.stream().map(space.statuses::endAgain).toList());
    }

    @Override
    public boolean writeNew(StatusChange change) {
        return backend.call(space -> space.statuses.find(change.token()) == null && space.statuses.write(change));
    }

    @Override
    public Optional<StatusRecord> find(String token) {
        return backend.call(space -> Optional.ofNullable(space.statuses.find(token)));
    }

    @Override
    public boolean remove(String token) {
        return backend.call(space -> space.statuses.remove(token));
    }

    @Override
    public StatusPage unended(String from) {
        return backend.call(space -> space.statuses.unended());
    }

    @Override
    public Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        return backend.call(space -> space.statuses.removeUnchanged(seen));
    }

    /** The memory is the backend's. */
    @Override
    public void close() {}
}
