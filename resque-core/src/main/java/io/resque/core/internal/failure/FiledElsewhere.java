package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JobSerializer;
import io.resque.core.internal.wire.FailureReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the failure that Ruby has filed for the job of a dead worker. Ruby removes the record of the worker with it, so only the
 * failure tells which job it was; and it leaves the status of the job, which says that the job runs. For one thread and one pass.
 */
public final class FiledElsewhere {
    private static final Set<String> DEATHS = Set.of("Resque::PruneDeadWorkerDirtyExit", "Resque::DirtyExit");

    /** So many records of all lists are read; older ones were filed long before the worker was found to be dead. */
    private static final int MOST = 2_000;

    private final Failures failures;
    private final FailureRecords records;
    private final FailureReader reader;
    private final Map<String, Optional<String>> tokens = new HashMap<>();

    /** Reads so many bytes at once at most. */
    public FiledElsewhere(Failures failures, JobSerializer serializer, long maxBytes) {
        this.failures = failures;
        this.records = new FailureRecords(failures, maxBytes);
        this.reader = new FailureReader(serializer);
    }

    /**
     * The token of the job that was filed last for a worker that died under this id; null if no job was filed, empty if
     * the job had no token. Records that were read for an earlier worker are used again: if Ruby has pruned a fleet, the lists
     * are read about once.
     */
    @Nullable
    public Optional<String> token(String worker) {
        if (!tokens.containsKey(worker)) {
            read();
        }
        return tokens.get(worker);
    }

    private void read() {
        tokens.clear();
        int looked = 0;
        for (FailureList list : failures.lists()) {
            FailurePager pager = FailurePager.of(records, reader, list, true);
            while (looked < MOST) {
                List<FailedJob> page = pager.next();
                if (page.isEmpty()) {
                    break;
                }
                page.stream()
                        .filter(failure -> DEATHS.contains(failure.exception()))
                        .forEach(failure -> tokens.putIfAbsent(failure.worker(), failure.token()));
                looked += page.size();
            }
        }
    }
}
