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
 * What Ruby has filed of the job of a dead worker. It removes the worker's record with it, so that only the failure tells
 * which job it was; and it leaves the job's status, which says that it runs. For one thread and one pass.
 */
public final class FiledElsewhere {
    private static final Set<String> DEATHS = Set.of("Resque::PruneDeadWorkerDirtyExit", "Resque::DirtyExit");

    /** Of all lists together; what is older was filed long before the worker was found to be dead. */
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
     * The token of the job that was filed last as that of a worker that died under this id; absent where none was filed, empty where
     * the job had none. What was read for an earlier worker is used again, so that a fleet that Ruby has pruned is read about once.
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
