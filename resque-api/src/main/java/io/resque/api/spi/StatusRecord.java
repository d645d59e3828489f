package io.resque.api.spi;

import io.resque.api.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A status as a store holds it.
 *
 * @param state the state
 * @param updated when the state was written, to the second
 * @param started when the job was enqueued, to the second; null if the record does not say
 * @param result the job's result, as JSON; null for none
 */
public record StatusRecord(
        JobState state,
        Instant updated,
        @Nullable Instant started,
        @Nullable Payload result) {}
