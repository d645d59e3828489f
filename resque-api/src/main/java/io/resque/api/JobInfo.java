package io.resque.api;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as a listener sees it.
 *
 * @param queue the queue that the job goes to, or was taken from
 * @param jobClass the name of its class; empty only in {@link ResqueListener#jobTaken} and {@link ResqueListener#jobEnded}, if the
 *     payload is no job
 * @param args its arguments, a JSON tree; a listener must not change them. Empty if the payload cannot be read
 * @param id the payload's {@code id}; empty if it has none
 * @param metadata the other members of the payload, see {@link JobContext#metadata}; a listener must not change their
 *     values
 * @param queuedAt the payload's {@code queue_time}; empty if it has none
 */
public record JobInfo(
        String queue,
        String jobClass,
        List<@Nullable Object> args,
        Optional<String> id,
        Map<String, @Nullable Object> metadata,
        Optional<Instant> queuedAt) {
    /**
     * Refuses null, and makes list and map unmodifiable.
     *
     * @param queue the queue
     * @param jobClass the name of its class
     * @param args its arguments
     * @param id its id
     * @param metadata the other members of its payload
     * @param queuedAt when it was enqueued
     */
    public JobInfo {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(queuedAt, "queuedAt");
        args = Collections.unmodifiableList(args);
        metadata = JobSpec.copy(metadata);
    }

    /**
     * A job whose payload has no other members.
     *
     * @param queue the queue
     * @param jobClass the name of its class
     * @param args its arguments
     * @param id its id
     */
    public JobInfo(String queue, String jobClass, List<@Nullable Object> args, Optional<String> id) {
        this(queue, jobClass, args, id, Map.of(), Optional.empty());
    }

    /**
     * The class by which people know the job: that of a job that another system has wrapped, otherwise {@code jobClass}.
     *
     * @return see {@link InnerClass}
     */
    public String innerClass() {
        return InnerClass.of(jobClass, args);
    }
}
