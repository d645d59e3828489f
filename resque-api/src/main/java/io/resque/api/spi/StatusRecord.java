package io.resque.api.spi;

import io.resque.api.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A status as it is stored.
 *
 * @param state the state
 * @param updated when it was written, to the second
 * @param started when the job was enqueued; null if the record does not say
 * @param result the JSON of the job's result; null for none
 */
public record StatusRecord(
        JobState state,
        Instant updated,
        @Nullable Instant started,
        @Nullable Payload result) {}
