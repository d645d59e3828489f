package io.resque.api.spi;

import java.time.Instant;

/**
 * What a job has told of itself, as a store holds it beside the status of the job.
 *
 * @param updated when it was written, to the second
 * @param progress JSON, as it was written
 */
public record ProgressRecord(Instant updated, Payload progress) {}
