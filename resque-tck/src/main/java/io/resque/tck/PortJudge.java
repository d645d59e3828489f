package io.resque.tck;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.WorkerSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads through a second backend, which the same provider has opened with the same URL and namespace. */
final class PortJudge implements BackendJudge {
    private static final int ALL = 1_000_000;

    private final QueueBackend other;

    PortJudge(QueueBackend other) {
        this.other = other;
    }

    @Override
    public Map<String, Object> everything() {
        Map<String, Object> all = new TreeMap<>();
        if (!queues().isEmpty()) {
            all.put("queues", queues());
        }
        queues().forEach(name -> put(all, "queue:" + name, queue(name)));
        if (!failureLists().isEmpty()) {
            all.put("failed_queues", failureLists());
        }
        for (FailureList list : other.failures().lists()) {
            put(all, "failures of " + list.queue(), failures(list));
        }
        Set<String> counters = new TreeSet<>(Set.of("processed", "failed"));
        for (String id : List.copyOf(other.workers().ids())) {
            WorkerSnapshot seen = inspect(id);
            all.put(
                    "worker:" + id,
                    List.of(
                            seen.registered(),
                            String.valueOf(seen.held()),
                            seen.record() == null ? "" : latin(seen.record()),
                            String.valueOf(seen.started()),
                            String.valueOf(seen.heartbeat()),
                            new TreeMap<>(seen.attributes())));
            counters.addAll(Set.of("processed:" + id, "failed:" + id));
        }
        // The counters of a removed worker must be removed, too.
        counters.addAll(Set.of("processed:" + BackendRules.ID, "failed:" + BackendRules.ID));
        for (String counter : counters) {
            if (counter(counter) != 0) {
                all.put("stat:" + counter, counter(counter));
            }
        }
        for (String token : BackendRules.TOKENS) {
            other.statuses().find(token).ifPresent(status -> all.put("status:" + token, status));
        }
        if (other.workers().isPaused()) {
            all.put("paused", true);
        }
        other.recurring()
                .ifPresent(entries -> entries.page("", ALL, ALL)
                        .entries()
                        .forEach(entry -> all.put("recurring:" + entry.name(), entry)));
        return all;
    }

    private static void put(Map<String, Object> all, String name, List<Payload> payloads) {
        if (!payloads.isEmpty()) {
            all.put(name, payloads.stream().map(PortJudge::latin).toList());
        }
    }

    /** Bytes as text, so that different bytes give different texts. */
    private static String latin(Payload payload) {
        return new String(payload.toBytes(), StandardCharsets.ISO_8859_1);
    }

    private WorkerSnapshot inspect(String id) {
        return other.workers().inspect(List.of(id)).get(0);
    }

    @Override
    public List<Payload> queue(String queue) {
        return other.queues().range(queue, 0, ALL);
    }

    @Override
    public Set<String> queues() {
        return new TreeSet<>(other.queues().names());
    }

    @Override
    public List<Payload> failures(FailureList list) {
        return other.failures().range(list, 0, ALL);
    }

    @Override
    public Set<String> failureLists() {
        Set<String> names = new TreeSet<>();
        for (FailureList list : other.failures().lists()) {
            if (list.queue() != null) {
                names.add(list.queue() + "_failed");
            }
        }
        return names;
    }

    @Override
    public long counter(String name) {
        return other.statistics().get(name);
    }

    @Override
    public @Nullable Payload record(String worker) {
        return inspect(worker).record();
    }

    @Override
    public @Nullable String heartbeat(String worker) {
        return inspect(worker).heartbeat();
    }

    @Override
    public @Nullable Integer status(String token) {
        return other.statuses()
                .find(token)
                .map(StatusRecord::state)
                .map(state -> state.code())
                .orElse(null);
    }

    @Override
    public Instant now() {
        return inspect(BackendRules.ID).readAt();
    }

    @Override
    public void removeWorker(String worker) {
        other.workers().recover(new Recovery(inspect(worker), List.of(), null));
    }

    @Override
    public void close() {
        new CleanUp()
                .then(() -> other.workers().ids().forEach(this::removeWorker))
                .then(() -> other.queues().names().forEach(other.queues()::remove))
                .then(() -> other.failures().lists().forEach(other.failures()::clear))
                .then(() -> other.workers().pause(false))
                .then(() -> List.of("processed", "failed").forEach(other.statistics()::clear))
                .then(() -> BackendRules.TOKENS.forEach(other.statuses()::remove))
                .then(other::close)
                .run();
    }
}
