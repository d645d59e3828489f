package io.resque.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells which jobs of a queue are meant: those of a class, and of these perhaps only one id or one set of arguments.
 * Immutable. Jobs are compared by what they say, not by how they are spelled, so it does not matter which language
 * enqueued them.
 *
 * <pre>{@code
 * JobMatch.of("WelcomeMail")                                    // every job of the class
 * JobMatch.of("WelcomeMail").withArgs(42, "Chris")              // as Ruby and Java enqueue it
 * JobMatch.of("WelcomeMail").withArgs(Map.of("user", 42))       // as PHP does: its one argument is a map
 * JobMatch.of("WelcomeMail").withId("460c2e2de7728dee9a6d0f3f9e5c95ac")
 * }</pre>
 *
 * @param jobClass name of the class, compared exactly
 * @param id the payload's {@code id}, without a prefix; null for any or none
 * @param args all arguments, in order; null for any. Values are equal as JSON: the members of a map in any order,
 *     numbers by their value, so that 1 is 1.0. An empty map of PHP is an empty list.
 */
public record JobMatch(
        String jobClass, @Nullable String id, @Nullable List<@Nullable Object> args) {
    /**
     * Copies the list. What it holds is checked where the match is used.
     *
     * @param jobClass name of the class
     * @param id the payload's id
     * @param args all arguments
     */
    public JobMatch {
        Objects.requireNonNull(jobClass, "jobClass");
        args = args == null ? null : Collections.unmodifiableList(new ArrayList<>(args));
    }

    /**
     * All jobs of a class.
     *
     * @param jobClass its name
     * @return the match
     */
    public static JobMatch of(String jobClass) {
        return new JobMatch(jobClass, null, null);
    }

    /**
     * Of these, the job with an id.
     *
     * @param id the payload's {@code id}: the token, without its prefix if it has one
     * @return a new match
     */
    public JobMatch withId(String id) {
        return new JobMatch(jobClass, Objects.requireNonNull(id, "id"), args);
    }

    /**
     * Of these, the jobs with exactly these arguments.
     *
     * @param args all of them, in order, as they would be enqueued; none for jobs without arguments
     * @return a new match
     * @throws NullPointerException if the array itself is null; one argument that is null is {@code (Object) null}
     */
    public JobMatch withArgs(@Nullable Object... args) {
        return new JobMatch(jobClass, id, list(args));
    }

    /** Java takes a single bare null for the whole array. */
    static List<@Nullable Object> list(@Nullable Object... args) {
        return Arrays.asList(
                Objects.requireNonNull(args, "args is null; for one argument that is null write (Object) null"));
    }
}
