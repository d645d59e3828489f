package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The job hash: the only argument of the wrapper's job in Redis. */
final class JobHash {
    /** All members that a version of ActiveJob has written, up to 8.2. */
    static final Set<String> MEMBERS = Set.of(
            "job_class",
            "job_id",
            "provider_job_id",
            "queue_name",
            "priority",
            "arguments",
            "executions",
            "exception_executions",
            "locale",
            "timezone",
            "enqueued_at",
            "scheduled_at",
            "continuation",
            "resumptions",
            "attributes");

    /** UTC with nine digits, as Rails since 7.1; earlier versions do not parse it. */
    static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    private JobHash() {}

    /**
     * The hash in the order of Rails 7.1 to 8.1.
     *
     * @param jobId null if the id and the time of enqueueing follow when a scheduler fires the job
     * @param queue the full name of its queue
     */
    static Map<String, @Nullable Object> of(
            ActiveJob job,
            ArgumentCodec codec,
            String queue,
            @Nullable String jobId,
            @Nullable Instant now,
            @Nullable Instant due,
            @Nullable String locale,
            @Nullable String timeZone) {
        Map<String, @Nullable Object> hash = new LinkedHashMap<>();
        hash.put("job_class", job.jobClass);
        hash.put("job_id", jobId);
        hash.put("provider_job_id", null);
        hash.put("queue_name", queue);
        hash.put("priority", job.priority);
        hash.put("arguments", codec.write(job.arguments));
        hash.put("executions", 0);
        hash.put("exception_executions", new LinkedHashMap<>());
        hash.put("locale", locale);
        hash.put("timezone", timeZone);
        hash.put("enqueued_at", now == null ? null : TIME.format(now));
        hash.put("scheduled_at", due == null ? null : TIME.format(due));
        hash.putAll(job.members);
        return hash;
    }
}
