package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, and what is to be written about it.
 *
 * @param job the job
 * @param countProcessed whether the processed counters grow by one
 * @param countFailed whether the failed counters grow by one
 * @param failures records to append to failure lists
 * @param status the change of its status; null if it has none, or keeps it elsewhere
 */
public record Settlement(
        ReservedJob job,
        boolean countProcessed,
        boolean countFailed,
        List<FailureEntry> failures,
        @Nullable StatusChange status) {
    /**
     * Copies the list.
     *
     * @param job the job
     * @param countProcessed whether the processed counters grow by one
     * @param countFailed whether the failed counters grow by one
     * @param failures records to append to failure lists
     * @param status the change of its status
     */
    public Settlement {
        Objects.requireNonNull(job, "job");
        failures = List.copyOf(failures);
    }
}
