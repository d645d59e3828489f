package io.resque.core.internal.wire;

import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads all workers, also those of which only a heartbeat is left, without asking for thousands in one request. */
public final class WorkerPages {
    private static final int WORKERS_AT_ONCE = 100;

    private WorkerPages() {}

    /** In the order of ids; a page is read when the one before has been used. */
    public static void forEach(Workers workers, Consumer<List<WorkerSnapshot>> use) {
        whileTrue(workers, page -> {
            use.accept(page);
            return true;
        });
    }

    /** The same until the page is answered with false; returns how many workers were left out by that. */
    public static long whileTrue(Workers workers, Predicate<List<WorkerSnapshot>> use) {
        return whileTrue(workers, workers.ids().stream().sorted().toList(), use);
    }

    /** The same for some ids, in their order. */
    public static long whileTrue(Workers workers, List<String> ids, Predicate<List<WorkerSnapshot>> use) {
        for (int from = 0; from < ids.size(); from += WORKERS_AT_ONCE) {
            int to = Math.min(ids.size(), from + WORKERS_AT_ONCE);
            if (!use.test(workers.inspect(ids.subList(from, to)))) {
                return ids.size() - to;
            }
        }
        return 0;
    }
}
