package io.resque.core;

import io.resque.api.WorkerInfo;
import java.util.List;
import java.util.Optional;

/**
 * Some of all workers.
 *
 * @param workers the workers, by id
 * @param of how many workers there are, also those of which only a heartbeat is left
 * @param next what {@link Inspector#workers(String, int)} needs for the page behind this one; empty if this is the last
 */
public record WorkerPage(List<WorkerInfo> workers, int of, Optional<String> next) {
    /**
     * Copies the list.
     *
     * @param workers the workers
     * @param of how many there are
     * @param next where the next page begins
     */
    public WorkerPage {
        workers = List.copyOf(workers);
    }
}
