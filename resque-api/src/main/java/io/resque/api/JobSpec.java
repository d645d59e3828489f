package io.resque.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued: what shall run, with what. The values are checked when it is enqueued.
 *
 * @param jobClass name of the class that shall run
 * @param args its arguments, JSON values, in order; may hold null
 */
public record JobSpec(String jobClass, List<@Nullable Object> args) {
    /**
     * Copies the list.
     *
     * @param jobClass name of the class that shall run
     * @param args its arguments
     */
    public JobSpec {
        Objects.requireNonNull(jobClass, "jobClass");
        args = Collections.unmodifiableList(new ArrayList<>(args));
    }

    /**
     * A job with the arguments as listed.
     *
     * @param jobClass name of the class that shall run
     * @param args its arguments
     * @return the job
     * @throws NullPointerException if the array itself is null; one argument that is null is {@code (Object) null}
     */
    public static JobSpec of(String jobClass, @Nullable Object... args) {
        return new JobSpec(jobClass, JobMatch.list(args));
    }
}
