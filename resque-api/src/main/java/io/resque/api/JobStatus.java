package io.resque.api;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of a tracked job at one moment.
 *
 * @param state where it stands
 * @param updated when that was written, to the second
 * @param started when it was enqueued, to the second; empty where the older php-resque has dropped it
 * @param result what the job gave as its result, a JSON value; null if none
 */
public record JobStatus(
        JobState state,
        Instant updated,
        Optional<Instant> started,
        @Nullable Object result) {}
