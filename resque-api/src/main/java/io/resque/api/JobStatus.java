package io.resque.api;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of a tracked job when it was read.
 *
 * @param state the state of the job
 * @param updated when the state was written, to the second
 * @param started when the job was enqueued, to the second; empty if an older php-resque has dropped this time
 * @param result the result that the job has set, a JSON value; null if there is none
 */
public record JobStatus(
        JobState state,
        Instant updated,
        Optional<Instant> started,
        @Nullable Object result) {}
