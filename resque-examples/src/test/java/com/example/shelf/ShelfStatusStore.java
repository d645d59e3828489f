package com.example.shelf;

import io.resque.api.JobState;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class ShelfStatusStore implements StatusStore {
    private static final int PAGE = 500;

    private final Shelf shelf;

    ShelfStatusStore(Shelf shelf) {
        this.shelf = shelf;
    }

    @Override
    public boolean write(StatusChange change) {
        return shelf.call(data -> write(data, change));
    }

    private static boolean write(Shelf.Data data, StatusChange change) {
        Instant now = Instant.now();
        StatusRecord old = find(data, change.token()).orElse(null);
        Instant started = now.truncatedTo(ChronoUnit.SECONDS);
        if (change.state() != JobState.WAITING) {
            if (old == null || change.state() == JobState.RUNNING && old.state().isFinal()) {
                return false;
            }
            started = old.started() == null ? old.updated() : old.started();
        }
        StatusRecord status =
                new StatusRecord(change.state(), now.truncatedTo(ChronoUnit.SECONDS), started, change.result());
        Instant until = change.expiry() == null ? Instant.MAX : now.plus(change.expiry());
        data.statuses.put(change.token(), new KeptStatus(status, until));
        return true;
    }

    @Override
    public List<Boolean> endAgain(List<StatusEnd> ends) {
        return shelf.call(data -> ends.stream().map(end -> endAgain(data, end)).toList());
    }

    private static boolean endAgain(Shelf.Data data, StatusEnd end) {
        StatusRecord status = find(data, end.change().token()).orElse(null);
        return status != null && (status.state().isFinal() ? end.isOf(status) : write(data, end.change()));
    }

    @Override
    public boolean writeNew(StatusChange change) {
        return shelf.call(data -> find(data, change.token()).isEmpty() && write(data, change));
    }

    @Override
    public Optional<StatusRecord> find(String token) {
        return shelf.call(data -> find(data, token));
    }

    private static Optional<StatusRecord> find(Shelf.Data data, String token) {
        return Optional.ofNullable(data.statuses.get(token))
                .filter(kept -> Instant.now().isBefore(kept.until()))
                .map(KeptStatus::status);
    }

    @Override
    public boolean remove(String token) {
        return shelf.call(data -> {
            boolean found = find(data, token).isPresent();
            data.statuses.remove(token);
            return found;
        });
    }

    @Override
    public StatusPage unended(String from) {
        return shelf.call(data -> {
            List<String> tokens = List.copyOf(data.statuses.tailMap(from, false).keySet());
            List<String> page = tokens.subList(0, Math.min(PAGE, tokens.size()));
            Map<String, StatusRecord> unended = new HashMap<>();
            for (String token : page) {
                find(data, token)
                        .filter(status -> !status.state().isFinal())
                        .ifPresent(status -> unended.put(token, status));
            }
            String next = page.size() == tokens.size() ? null : page.get(page.size() - 1);
            return new StatusPage(unended, Instant.now(), next);
        });
    }

    @Override
    public Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        return shelf.call(data -> {
            Set<String> removed = new HashSet<>(seen.keySet());
            removed.removeIf(token -> !find(data, token).equals(Optional.of(seen.get(token))));
            data.statuses.keySet().removeAll(removed);
            return removed;
        });
    }

    @Override
    public void close() {
        shelf.close();
    }
}
