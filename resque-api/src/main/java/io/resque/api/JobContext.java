package io.resque.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a running job its arguments, and lets it set a result and enqueue other jobs. A job may use it only until it
 * ends, and only on its own thread; any thread may call {@link #isCancelled}.
 */
public interface JobContext {
    /**
     * The queue that the worker took the job from.
     *
     * @return its name, without the prefix of its key
     */
    String queue();

    /**
     * The name under which the job was enqueued: the class name in Ruby or PHP.
     *
     * @return never empty
     */
    String jobClass();

    /**
     * The payload's {@code id}, which php-resque calls its token. Ruby and Node write none.
     *
     * @return the id, or empty
     */
    Optional<String> id();

    /**
     * The arguments.
     *
     * @return never null; the size is 0 if the job has no arguments
     */
    JobArguments args();

    /**
     * The other members of the payload: what {@link JobSpec#with} or {@link ResqueListener#metadata} added, here or in
     * another language, such as the {@code traceparent} of Ruby's tracing. A member whose name {@code JobSpec.with}
     * refuses is not among them.
     *
     * <p>A payload may come from any program. So at most the first 16 members are given, and a member is left out if the JSON
     * of all would have more than 8,192 bytes with it. A job never fails for its metadata.
     *
     * @return JSON values as in {@link JobArguments}, in the order of the payload; unmodifiable, and so are all lists and
     *     maps inside; empty if there are none
     */
    Map<String, @Nullable Object> metadata();

    /**
     * When the job was enqueued: the payload's {@code queue_time}, which tracked jobs of this library and php-resque have.
     *
     * @return the time by the clock of the program that enqueued the job, or empty
     */
    Optional<Instant> queuedAt();

    /**
     * Sets the result that the job's status will hold once the job is complete. The last call counts. The result is
     * dropped if the job is not tracked, or fails.
     *
     * @param value a JSON value as {@code enqueue} accepts it, or null
     * @throws InvalidJobException if the value has no JSON form; an earlier result stays
     */
    void result(@Nullable Object value);

    /**
     * Whether the worker has asked this job to stop. A job that works in steps should check this between two steps.
     *
     * @return true once the worker has asked; then never false again
     */
    boolean isCancelled();

    /**
     * Enqueues another job through the worker's {@code Resque}, as {@code Resque.enqueue} does. The new job does not
     * inherit the metadata of this job; a listener can add them by {@link ResqueListener#metadata}.
     *
     * @param queue name of the queue
     * @param jobClass name of the class to run
     * @param args its arguments, JSON values, records, enums or Optionals
     * @return true if the job was written, false if a listener vetoed it by {@link DontCreateException}
     * @throws InvalidJobException if a name or an argument cannot be enqueued; nothing was written
     * @throws BackendException if Redis refused the job or did not answer
     */
    boolean enqueue(String queue, String jobClass, @Nullable Object... args);

    /**
     * Enqueues another job as {@link #enqueue(String, String, Object...)} does, with the metadata of a {@link JobSpec}.
     *
     * @param queue name of the queue
     * @param job the job; an id that it has is not used, since the job is not tracked
     * @return as there; throws the same exceptions
     */
    boolean enqueue(String queue, JobSpec job);

    /**
     * Enqueues a typed job on the queue of its type.
     *
     * @param <A> the type of the arguments
     * @param type the type
     * @param value the arguments
     * @return as {@link #enqueue(String, String, Object...)}, which throws the same exceptions
     */
    default <A> boolean enqueue(JobType<A> type, A value) {
        return enqueue(type.queue(), type.spec(value));
    }
}
