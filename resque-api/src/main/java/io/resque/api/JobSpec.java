package io.resque.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue: a class, its arguments, the id if it is tracked, and metadata. The values are checked when it is
 * enqueued.
 *
 * @param jobClass name of the class to run
 * @param args the arguments, as {@code Resque.enqueue} accepts them, in order; may hold null
 * @param id the id of a tracked job, if the caller chooses it; empty if the library chooses the id, or the job is not
 *     tracked
 * @param metadata further members of the payload, see {@link #withMetadata}; empty if there are none
 * @param retry the policy for failed runs of this job, see {@link #withRetry}; empty if the worker decides
 * @param unique which equal jobs are kept away, see {@link #withUnique}; empty if none is
 */
public record JobSpec(
        String jobClass,
        List<@Nullable Object> args,
        Optional<String> id,
        Map<String, @Nullable Object> metadata,
        Optional<Retry> retry,
        Optional<Unique> unique) {
    /**
     * Copies the list and the map, and asks for the key of a unique job.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     * @param id the id of a tracked job
     * @param metadata further members of the payload
     * @param retry the policy for failed runs of this job
     * @param unique which equal jobs are kept away
     * @throws IllegalArgumentException if the policy has a predicate
     * @throws InvalidJobException as {@link Unique#keyFor}
     */
    public JobSpec {
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(id, "id");
        if (retry.isPresent() && retry.get().predicate().isPresent()) {
            throw new IllegalArgumentException("The retry policy of a job of \"" + jobClass
                    + "\" has a predicate, which cannot be written into its payload; leave out when(…), or give the policy to"
                    + " the worker");
        }
        args = Collections.unmodifiableList(new ArrayList<>(args));
        metadata = copy(metadata);
        if (unique.isPresent()) {
            unique = Optional.of(unique.get().of(args));
        }
    }

    /**
     * A job whose policy for failed runs is that of the worker.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     * @param id the id of a tracked job
     * @param metadata further members of the payload
     */
    public JobSpec(
            String jobClass, List<@Nullable Object> args, Optional<String> id, Map<String, @Nullable Object> metadata) {
        this(jobClass, args, id, metadata, Optional.empty(), Optional.empty());
    }

    /** Keeps the order, and makes no map if there is nothing to copy. */
    static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> metadata) {
        return metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Creates a job without metadata, for which the caller chooses no id.
     *
     * @param jobClass name of the class to run
     * @param args the arguments
     */
    public JobSpec(String jobClass, List<@Nullable Object> args) {
        this(jobClass, args, Optional.empty(), Map.of());
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
        return new JobSpec(jobClass, args, Optional.of(id), metadata, retry, unique);
    }

    /**
     * The same job with one more member in its payload, after class and arguments, such as {@code traceparent}. Workers
     * of Ruby, PHP and Node ignore it; ours show it to the job and to listeners. It stays in the record of a failure, and
     * a retry from a list of failures drops it. Ruby and Node do not find a job with metadata if they remove jobs by class
     * and arguments.
     *
     * <p>When the job is enqueued, an {@link InvalidJobException} refuses more than 16 members, more than 8,192 bytes of
     * JSON for all of them, an empty name, and the names that a Resque library itself uses: {@code class}, {@code args},
     * {@code id}, {@code queue_time}, {@code prefix}, {@code queue}, {@code vars}, {@code data}, {@code java_retry} and {@code java_lock}.
     *
     * @param name the name of the member; a member of this name that the job already has is replaced
     * @param value its value, under the same rules as an argument; may be null
     * @return the job
     */
    public JobSpec withMetadata(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(metadata);
        more.put(Objects.requireNonNull(name, "name"), value);
        return new JobSpec(jobClass, args, id, more, retry, unique);
    }

    /**
     * The same job with a policy for its failed runs, in place of the policy that its worker has for the class. It goes with the payload, so
     * Ruby and Node do not find the job if they remove jobs by class and arguments, and their workers pass it over.
     *
     * @param policy when this job runs again; without a predicate
     * @return the job
     * @throws IllegalArgumentException if the policy has a predicate
     */
    public JobSpec withRetry(Retry policy) {
        return new JobSpec(jobClass, args, id, metadata, Optional.of(policy), unique);
    }

    /**
     * The same job, which is not enqueued, or not run, while an equal job is there. Where the lock of an equal job refuses it, {@code enqueue} returns
     * false, and {@link ResqueListener#duplicate} is told. The name of the lock goes with the payload, so Ruby and Node do not find the job if
     * they remove jobs by class and arguments, and their workers pass it over.
     *
     * @param option when and how long equal jobs are kept away
     * @return the job
     * @throws InvalidJobException as {@link Unique#keyFor}
     */
    public JobSpec withUnique(Unique option) {
        return new JobSpec(jobClass, args, id, metadata, retry, Optional.of(option));
    }
}
