package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Ruby has filed of the job of a dead worker. It removes the worker's record with it, so that only the failure tells
 * which job it was; and it leaves the job's status, which says that it runs.
 */
final class FiledElsewhere {
    private static final Set<String> DEATHS = Set.of("Resque::PruneDeadWorkerDirtyExit", "Resque::DirtyExit");

    /** Of all lists together; what is older was filed long before the worker was found to be dead. */
    private static final int MOST = 2_000;

    private final Failures failures;
    private final FailureRecords records;
    private final FailureReader reader;

    FiledElsewhere(Services services) {
        this.failures = services.backend().failures();
        this.records = new FailureRecords(failures, services.maxPayload().page());
        this.reader = new FailureReader(services.serializer());
    }

    /** The token of the job that was filed last as that of a worker that died under this id. */
    Optional<String> token(String worker) {
        int looked = 0;
        for (FailureList list : failures.lists()) {
            FailurePager pager = FailurePager.of(records, reader, list, true);
            for (List<FailedJob> page = pager.next(); !page.isEmpty() && looked < MOST; page = pager.next()) {
                Optional<FailedJob> found = page.stream()
                        .filter(failure -> failure.worker().equals(worker) && DEATHS.contains(failure.exception()))
                        .findFirst();
                if (found.isPresent()) {
                    return found.get().token();
                }
                looked += page.size();
            }
        }
        return Optional.empty();
    }
}
