package io.resque.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue: a class, its arguments, and the id if it is tracked. The values are checked when it is enqueued.
 *
 * @param jobClass name of the class to run
 * @param args the arguments, as {@code Resque.enqueue} accepts them, in order; may hold null
 * @param id the id of a tracked job, if the caller chooses it; empty if the library chooses the id, or the job is not
 *     tracked
 */
public record JobSpec(String jobClass, List<@Nullable Object> args, Optional<String> id) {
    /**
     * Copies the list.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     * @param id the id of a tracked job
     */
    public JobSpec {
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(id, "id");
        args = Collections.unmodifiableList(new ArrayList<>(args));
    }

    /**
     * Creates a job for which the caller chooses no id.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     */
    public JobSpec(String jobClass, List<@Nullable Object> args) {
        this(jobClass, args, Optional.empty());
    }

    /**
     * A job with these arguments.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     * @return the job
     * @throws NullPointerException if the array itself is null; for a single null argument write {@code (Object) null}
     */
    public static JobSpec of(String jobClass, @Nullable Object... args) {
        return new JobSpec(jobClass, JobMatch.list(args));
    }

    /**
     * The same job with an id that the caller chooses, such as the number of an order. Only a tracked job can have an
     * id; it is also the token of the job's status. While a status with this id exists, no other job with this id is
     * enqueued; by default the status expires a day after the job's end.
     *
     * @param id 1 to 200 characters, without control characters, and without blanks at its ends
     * @return the job
     */
    public JobSpec withId(String id) {
        return new JobSpec(jobClass, args, Optional.of(id));
    }
}
