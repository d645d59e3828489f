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

    private final QueueBackend backend;

    /** The same one, for looks that a test cannot do without. */
    private final QueueBackend other;

    PortJudge(QueueBackend backend, QueueBackend watched) {
        this.backend = backend;
        this.other = watched;
    }

    /** Looks through the roles that the backend has already. */
    @Override
    public Map<String, Object> everything() {
        PortJudge looks = new PortJudge(backend, backend);
        Map<String, Object> all = new TreeMap<>();
        List.<Runnable>of(
                        () -> looks.putQueues(all),
                        () -> looks.putFailures(all),
                        () -> looks.putWorkers(all),
                        () -> looks.putCounters(all),
                        () -> looks.putStatuses(all),
                        () -> looks.putRecurring(all),
                        () -> looks.putLocks(all))
                .forEach(WatchedPorts::ifWritten);
        return all;
    }

    private void putQueues(Map<String, Object> all) {
        if (!queues().isEmpty()) {
            all.put("queues", queues());
        }
        queues().forEach(name -> put(all, "queue:" + name, queue(name)));
    }

    private void putFailures(Map<String, Object> all) {
        if (!failureLists().isEmpty()) {
            all.put("failed_queues", failureLists());
        }
        for (FailureList list : other.failures().lists()) {
            put(all, "failures of " + list.queue(), failures(list));
        }
    }

    private void putWorkers(Map<String, Object> all) {
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
        }
        WatchedPorts.ifWritten(() -> {
            if (!other.queues().paused().isEmpty()) {
                all.put("paused queues", new TreeSet<>(other.queues().paused()));
            }
        });
        if (other.workers().isPaused()) {
            all.put("paused", true);
        }
    }

    private void putCounters(Map<String, Object> all) {
        // The counters of a removed worker must be removed, too.
        Set<String> ids = new TreeSet<>(Set.of(BackendRules.ID));
        WatchedPorts.ifWritten(() -> ids.addAll(other.workers().ids()));
        Set<String> counters = new TreeSet<>(Set.of("processed", "failed"));
        ids.forEach(id -> counters.addAll(Set.of("processed:" + id, "failed:" + id)));
        for (String counter : counters) {
            if (counter(counter) != 0) {
                all.put("stat:" + counter, counter(counter));
            }
        }
    }

    private void putStatuses(Map<String, Object> all) {
        for (String token : BackendRules.TOKENS) {
            other.statuses().find(token).ifPresent(status -> all.put("status:" + token, status));
        }
    }

    private void putRecurring(Map<String, Object> all) {
        other.recurring()
                .ifPresent(entries -> entries.page("", ALL, ALL)
                        .entries()
                        .forEach(entry -> all.put("recurring:" + entry.name(), entry)));
    }

    private void putLocks(Map<String, Object> all) {
        other.locks().ifPresent(locks -> locks.page("").locks().forEach(lock -> all.put(lock.key(), lock)));
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
        CleanUp cleanUp = new CleanUp();
        List.<Runnable>of(
                        () -> backend.workers().ids().forEach(this::forget),
                        () -> backend.queues().names().forEach(backend.queues()::remove),
                        () -> backend.queues().paused().forEach(backend.queues()::resume),
                        () -> backend.failures().lists().forEach(backend.failures()::clear),
                        () -> backend.workers().pause(false),
                        () -> List.of("processed", "failed").forEach(backend.statistics()::clear),
                        () -> BackendRules.TOKENS.forEach(backend.statuses()::remove),
                        backend::close)
                .forEach(step -> cleanUp.then(() -> WatchedPorts.ifWritten(step)));
        cleanUp.run();
    }

    private void forget(String worker) {
        new PortJudge(backend, backend).removeWorker(worker);
    }
}
