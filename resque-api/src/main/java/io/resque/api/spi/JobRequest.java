package io.resque.api.spi;

import io.resque.api.InnerClass;
import io.resque.api.JobFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job for an executor to run.
 *
 * @param worker id of the worker that holds the job
 * @param queue the queue the job came from
 * @param jobClass the class in the payload
 * @param id the payload's id; null if it has none
 * @param args the arguments, a JSON tree
 * @param metadata what {@link io.resque.api.JobContext#metadata} returns to the job
 * @param queuedAt when the job was enqueued; null if unknown
 * @param deadline the instant by which the job must have ended; null for no limit
 * @param attempt how many runs before this one failed
 * @param lastFailure the failure of the run before this one; null if there is none
 * @param checkpoint the last checkpoint of the runs before this one, a JSON tree; null if there is none
 */
public record JobRequest(
        String worker,
        String queue,
        String jobClass,
        @Nullable String id,
        List<@Nullable Object> args,
        Map<String, @Nullable Object> metadata,
        @Nullable Instant queuedAt,
        @Nullable Instant deadline,
        int attempt,
        @Nullable JobFailure lastFailure,
        @Nullable Object checkpoint) {
    /**
     * Copies the list and the map.
     *
     * @param worker id of the worker that holds the job
     * @param queue the queue the job came from
     * @param jobClass the class in the payload
     * @param id the payload's id
     * @param args the arguments
     * @param metadata the other members of the payload
     * @param queuedAt when the job was enqueued
     * @param deadline the instant by which the job must have ended
     * @param attempt how many runs before this one failed
     * @param lastFailure the failure of the run before this one
     * @param checkpoint the last checkpoint of the runs before this one
     */
    public JobRequest {
        Objects.requireNonNull(worker, "worker");
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(jobClass, "jobClass");
        args = Collections.unmodifiableList(new ArrayList<>(args));
        metadata = metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * The class by which people know the job, for titles and logs.
     *
     * @return see {@link InnerClass}
     */
    public String shownClass() {
        return InnerClass.of(jobClass, args);
    }

    /**
     * The first run of a job.
     *
     * @param worker id of the worker that holds the job
     * @param queue the queue the job came from
     * @param jobClass the class in the payload
     * @param id the payload's id
     * @param args the arguments
     * @param metadata the other members of the payload
     * @param queuedAt when the job was enqueued
     * @param deadline the instant by which the job must have ended
     */
    public JobRequest(
            String worker,
            String queue,
            String jobClass,
            @Nullable String id,
            List<@Nullable Object> args,
            Map<String, @Nullable Object> metadata,
            @Nullable Instant queuedAt,
            @Nullable Instant deadline) {
        this(worker, queue, jobClass, id, args, metadata, queuedAt, deadline, 0, null, null);
    }
}
