package io.resque.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects jobs of a queue: all jobs of a class, or only the jobs with a given id or given arguments. Immutable. A job
 * matches by its values, not by the spelling of its JSON, so the language that enqueued it does not matter. Of several equal jobs all
 * match. To name a single one, give it an id: enqueue it by {@code enqueueTracked}, and match the token by {@link #withId}.
 *
 * <pre>{@code
 * JobMatch.of("WelcomeMail")                                    // every job of the class
 * JobMatch.of("WelcomeMail").withArgs(42, "Chris")              // as Ruby and Java enqueue it
 * JobMatch.of("WelcomeMail").withArgs(Map.of("user", 42))       // as PHP enqueues it: one argument, a map
 * JobMatch.of("WelcomeMail").withId("460c2e2de7728dee9a6d0f3f9e5c95ac")
 * JobMatch.activeJob("WelcomeJob").withArgs(42)                 // as Rails' ActiveJob enqueues it
 * }</pre>
 *
 * @param jobClass name of the class, which must be equal
 * @param id the payload's {@code id}, without a prefix; null to match jobs with any id, and jobs without one
 * @param args all arguments, in order; null to match any arguments. Values are compared as JSON: a map's members in any
 *     order, numbers by value, so that 1 equals 1.0. PHP writes an empty map as an empty list, so match it by an empty
 *     list.
 * @param isActiveJob whether class, id and arguments are those in the hash of a job of Rails' ActiveJob: {@code job_class}, {@code job_id} and
 *     {@code arguments}
 */
public record JobMatch(
        String jobClass, @Nullable String id, @Nullable List<@Nullable Object> args, boolean isActiveJob) {
    /** The class of each payload of ActiveJob. */
    static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    /**
     * Copies the list. The method that uses the match checks the values.
     *
     * @param jobClass name of the class
     * @param id the payload's id
     * @param args all arguments
     * @param isActiveJob whether they are those in the hash of a job of ActiveJob
     */
    public JobMatch {
        Objects.requireNonNull(jobClass, "jobClass");
        args = args == null ? null : Collections.unmodifiableList(new ArrayList<>(args));
    }

    /**
     * A match by what stands in the payload itself.
     *
     * @param jobClass name of the class
     * @param id the payload's id
     * @param args all arguments
     */
    public JobMatch(String jobClass, @Nullable String id, @Nullable List<@Nullable Object> args) {
        this(jobClass, id, args, false);
    }

    /**
     * Matches all jobs of a class.
     *
     * @param jobClass name of the class
     * @return the match
     */
    public static JobMatch of(String jobClass) {
        return new JobMatch(jobClass, null, null);
    }

    /**
     * Matches all jobs that Rails' ActiveJob has enqueued for a class. {@link #withId} then means the {@code job_id}, and {@link #withArgs} the
     * arguments as they stand in the hash of the job, with the markers of Rails such as {@code _aj_symbol_keys}.
     *
     * @param jobClass the {@code job_class}, such as {@code Shop::WelcomeJob}
     * @return the match
     */
    public static JobMatch activeJob(String jobClass) {
        return new JobMatch(jobClass, null, null, true);
    }

    /**
     * The same class, id and arguments, of jobs that Rails' ActiveJob has enqueued.
     *
     * @return a match as of {@link #activeJob}
     */
    public JobMatch ofActiveJob() {
        return new JobMatch(jobClass, id, args, true);
    }

    /**
     * Matches the jobs that Rails' ActiveJob has enqueued with an id, whatever their class.
     *
     * @param jobId the {@code job_id}
     * @return the match
     */
    public static JobMatch activeJobId(String jobId) {
        return new JobMatch(WRAPPER, Objects.requireNonNull(jobId, "jobId"), null, true);
    }

    /**
     * Matches only the job with an id.
     *
     * @param id the payload's {@code id}, without a prefix
     * @return a new match
     */
    public JobMatch withId(String id) {
        return new JobMatch(jobClass, Objects.requireNonNull(id, "id"), args, isActiveJob);
    }

    /**
     * Matches only jobs with exactly these arguments.
     *
     * @param args all arguments, in order, as they were enqueued; none for jobs without arguments
     * @return a new match
     * @throws NullPointerException if the array itself is null; for a single null argument write {@code (Object) null}
     */
    public JobMatch withArgs(@Nullable Object... args) {
        return new JobMatch(jobClass, id, list(args), isActiveJob);
    }

    /** Java passes a single null as the whole array. */
    static List<@Nullable Object> list(@Nullable Object... args) {
        return Arrays.asList(
                Objects.requireNonNull(args, "args is null; for one argument that is null write (Object) null"));
    }
}
