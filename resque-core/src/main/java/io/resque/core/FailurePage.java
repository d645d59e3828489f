package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.core.internal.failure.FailureBook;
import java.util.List;
import java.util.Optional;

/**
 * Failures that a search has found, and how far it looked.
 *
 * @param failures the failures, the newest first
 * @param lookedAt how many records the search looked at
 * @param of how many records there are in the lists that it searches
 * @param next what {@link FailedJobs#search} needs to go on where this search stopped; empty if it came to the end
 */
public record FailurePage(List<FailedJob> failures, long lookedAt, long of, Optional<String> next) {
    /**
     * Copies the list.
     *
     * @param failures the failures
     * @param lookedAt how many records were looked at
     * @param of how many there are
     * @param next where to go on
     */
    public FailurePage {
        failures = List.copyOf(failures);
    }

    static FailurePage of(FailureBook.Found found) {
        return new FailurePage(found.failures(), found.lookedAt(), found.of(), Optional.ofNullable(found.next()));
    }
}
