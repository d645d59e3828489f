package io.resque.api;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is told about a job.
 *
 * @param queue the queue it goes to, or was taken from
 * @param jobClass the name of its class
 * @param args its arguments, a JSON tree; not to be changed
 * @param id its id, the token of its status; empty if it has none
 */
public record JobInfo(String queue, String jobClass, List<@Nullable Object> args, Optional<String> id) {
    /**
     * Checks for null.
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
