package io.resque.core.internal.fleet;

import io.resque.api.WorkerInfo;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.wire.WorkerPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks at the workers of all languages. Thread-safe. */
public final class WorkerDirectory {
    private final Workers workers;
    private final WorkerReader reader;
    private final Supplier<Set<String>> pausedHere;

    /** With the ids of those workers of this process that were paused themselves. */
    public WorkerDirectory(Workers workers, WorkerReader reader, Supplier<Set<String>> pausedHere) {
        this.workers = workers;
        this.reader = reader;
        this.pausedHere = pausedHere;
    }

    /** By id. */
    public List<WorkerInfo> all() {
        List<WorkerInfo> infos = new ArrayList<>();
        whileTrue(page -> {
            infos.addAll(page);
            return true;
        });
        return infos;
    }

    /** Those with these ids, in their order. */
    public List<WorkerInfo> some(List<String> ids) {
        List<WorkerInfo> infos = new ArrayList<>();
        Predicate<String> isPaused = isPaused();
        WorkerPages.whileTrue(workers, ids, page -> infos.addAll(reader.read(page, isPaused)));
        return infos;
    }

    /** Gives them in pages, in the order of ids, until a page is answered with false; returns how many were left out by that. */
    public long whileTrue(Predicate<List<WorkerInfo>> use) {
        Predicate<String> isPaused = isPaused();
        return WorkerPages.whileTrue(workers, page -> use.test(reader.read(page, isPaused)));
    }

    /** Empty if it is neither registered nor has a heartbeat or a job. */
    public Optional<WorkerInfo> find(String id) {
        List<WorkerSnapshot> snapshots = workers.inspect(List.of(id));
        return snapshots.stream()
                .filter(seen -> seen.registered() || seen.heartbeat() != null || seen.record() != null)
                .findFirst()
                .map(seen -> reader.read(List.of(seen), isPaused()).get(0));
    }

    /** Says of an id whether its worker takes no jobs, as far as that can be known here. */
    private Predicate<String> isPaused() {
        boolean all = workers.isPaused();
        Set<String> here = pausedHere.get();
        return id -> all || here.contains(id);
    }

    /** How many workers there are. */
    public record Count(long registered, long working) {}

    public Count count() {
        long[] counts = new long[2];
        WorkerPages.forEach(workers, page -> {
            for (WorkerSnapshot seen : page) {
                if (seen.registered()) {
                    counts[0]++;
                    counts[1] += reader.isWorking(seen) ? 1 : 0;
                }
            }
        });
        return new Count(counts[0], counts[1]);
    }
}
