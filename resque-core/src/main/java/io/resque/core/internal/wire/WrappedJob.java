package io.resque.core.internal.wire;

import io.resque.api.JobSpec;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job of Rails' ActiveJob, as far as core writes one: the job of a recurring entry. {@link ActiveJobHash} reads them. */
public final class WrappedJob {
    private static final String ID = "job_id";
    private static final String ENQUEUED_AT = "enqueued_at";

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    private WrappedJob() {}

    /**
     * The job that a firing of an entry enqueues. If its job hash says {@code "job_id":null}, it gets an id and the time of enqueueing, so that
     * no two firings have the same. A hash without this member, as people write it for Ruby's scheduler, stays as it is.
     */
    public static JobSpec fresh(JobSpec job, Instant now) {
        if (!job.jobClass().equals(ActiveJobHash.WRAPPER)
                || job.args().size() != 1
                || !(job.args().get(0) instanceof Map<?, ?> hash)
                || !hash.containsKey(ID)
                || hash.get(ID) != null) {
            return job;
        }
        Map<Object, @Nullable Object> filled = new LinkedHashMap<>(hash);
        filled.put(ID, UUID.randomUUID().toString());
        filled.put(ENQUEUED_AT, TIME.format(now));
        return new JobSpec(job.jobClass(), List.of(filled), job.id(), job.metadata(), job.retry(), job.unique());
    }
}
