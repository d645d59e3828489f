package io.resque.core;

import io.resque.api.DelayedJob;
import java.util.List;
import java.util.Optional;

/**
 * Delayed jobs that a search has found, and how far it looked.
 *
 * @param jobs the jobs, the earliest first
 * @param lookedAt how many jobs the search looked at
 * @param next what {@link DelayedJobs#search} needs to go on where this search stopped; empty if it came to the end
 */
public record DelayedJobsPage(List<DelayedJob> jobs, long lookedAt, Optional<String> next) {
    /**
     * Copies the list.
     *
     * @param jobs the jobs
     * @param lookedAt how many were looked at
     * @param next where to go on
     */
    public DelayedJobsPage {
        jobs = List.copyOf(jobs);
    }
}
