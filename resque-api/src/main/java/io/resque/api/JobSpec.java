package io.resque.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued: what shall run, with what. The values are checked when it is enqueued.
 *
 * @param jobClass name of the class that runs it
 * @param args its arguments, JSON values, in order; may hold null
 * @param id the id by which a tracked job is known; empty if the library chooses the id, or the job is not tracked
 */
public record JobSpec(String jobClass, List<@Nullable Object> args, Optional<String> id) {
    /**
     * Copies the list.
     *
     * @param jobClass name of the class that runs it
     * @param args its arguments
     * @param id what it is to be tracked by
     */
    public JobSpec {
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(id, "id");
        args = Collections.unmodifiableList(new ArrayList<>(args));
    }

    /**
     * A job without an id of the caller's.
     *
     * @param jobClass name of the class that runs it
     * @param args its arguments
     */
    public JobSpec(String jobClass, List<@Nullable Object> args) {
        this(jobClass, args, Optional.empty());
    }

    /**
     * A job with the arguments as listed.
     *
     * @param jobClass name of the class that runs it
     * @param args its arguments
     * @return the job
     * @throws NullPointerException if the array itself is null; one argument that is null is {@code (Object) null}
     */
    public static JobSpec of(String jobClass, @Nullable Object... args) {
        return new JobSpec(jobClass, JobMatch.list(args));
    }

    /**
     * The same with an id of the caller's, such as the number of an order: its token, for a tracked job only. While there is a
     * status under this id, and so until a day after the job's end, no other job of this id is enqueued.
     *
     * @param id up to 200 characters, no control characters among them, no blanks at its ends
     * @return the job
     */
    public JobSpec withId(String id) {
        return new JobSpec(jobClass, args, Optional.of(id));
    }
}
