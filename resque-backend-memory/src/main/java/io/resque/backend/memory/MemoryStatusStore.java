package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import io.resque.api.spi.ProgressRecord;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

final class MemoryStatusStore implements StatusStore {
    private final MemoryOpening opening;

    MemoryStatusStore(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public boolean write(StatusChange change) {
        return opening.call(namespace -> namespace.statuses.write(change));
    }

    @Override
    public List<Boolean> endAgain(List<StatusEnd> ends) {
        return opening.call(
                namespace -> ends.stream().map(namespace.statuses::endAgain).toList());
    }

    @Override
    public boolean writeNew(StatusChange change) {
        return opening.call(
                namespace -> namespace.statuses.find(change.token()) == null && namespace.statuses.write(change));
    }

    @Override
    public Optional<StatusRecord> find(String token) {
        return opening.call(namespace -> Optional.ofNullable(namespace.statuses.find(token)));
    }

    @Override
    public boolean remove(String token) {
        return opening.call(namespace -> namespace.statuses.remove(token));
    }

    @Override
    public StatusPage unended(String from) {
        return opening.call(namespace -> namespace.statuses.unended());
    }

    @Override
    public Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        return opening.call(namespace -> namespace.statuses.removeUnchanged(seen));
    }

    @Override
    public boolean writeProgress(String token, Payload progress, @Nullable Duration expiry) {
        return opening.call(namespace -> namespace.statuses.writeProgress(token, progress, expiry));
    }

    @Override
    public Optional<ProgressRecord> progress(String token) {
        return opening.call(namespace -> Optional.ofNullable(namespace.statuses.progress(token)));
    }

    /** Does nothing: the backend closes the memory. */
    @Override
    public void close() {}
}
