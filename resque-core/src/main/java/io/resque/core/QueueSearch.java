package io.resque.core;

import io.resque.api.QueuedJob;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Jobs of a queue that a search has found, and how far it looked.
 *
 * @param jobs places to jobs; the place is 0 for the job that a worker takes next
 * @param lookedAt how many jobs the search looked at
 * @param next the place from which {@link Inspector#search} goes on; empty if the search came to the end of the queue
 */
public record QueueSearch(SortedMap<Long, QueuedJob> jobs, long lookedAt, OptionalLong next) {
    /**
     * Copies the map.
     *
     * @param jobs places to jobs
     * @param lookedAt how many jobs were looked at
     * @param next where to go on
     */
    public QueueSearch {
        jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
    }
}
