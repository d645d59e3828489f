package io.resque.api;

import java.util.Collections;
import java.util.List;
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
 */
public record JobInfo(String queue, String jobClass, List<@Nullable Object> args, Optional<String> id) {
    /**
     * Refuses null, and makes the list unmodifiable.
     *
     * @param queue the queue
     * @param jobClass the name of its class
     * @param args its arguments
     * @param id its id
     */
    public JobInfo {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(id, "id");
        args = Collections.unmodifiableList(args);
    }
}
