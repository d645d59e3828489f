package io.resque.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a running job its arguments, and lets it set a result and enqueue other jobs. Thread-safe: while the job runs, other threads of
 * its process can use it, too. Once the job has ended, its values can still be read, but {@link #result} and the methods of {@link
 * Enqueuer} throw an {@link IllegalStateException} and do nothing. The end is when the last listener has heard of it.
 *
 * <p>The methods of {@link Enqueuer} enqueue through the worker's {@code Resque}. A new job does not inherit the metadata of this job;
 * a listener can add them by {@link ResqueListener#metadata}. Jobs of an {@code Async} method are written even if this job ends before.
 */
public interface JobContext extends Enqueuer {
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
     * The other members of the payload: what {@link JobSpec#withMetadata} or {@link ResqueListener#metadata} added, here or in
     * another language, such as the {@code traceparent} of Ruby's tracing. A member whose name {@code JobSpec.withMetadata}
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
     * How many runs of this job failed before this one and were retried. Of a job of Rails' ActiveJob, how many were begun, as its hash says.
     *
     * @return 0 in the first run
     */
    default int attempt() {
        return 0;
    }

    /**
     * The failure of the run before this one.
     *
     * @return empty in the first run; otherwise the failure, with at most 500 characters of its message
     */
    default Optional<JobFailure> lastFailure() {
        return Optional.empty();
    }

    /**
     * Keeps how far this job has come, so that its next run can go on from there: after a failure that is retried, after the death of its
     * process or worker, and after a stop that puts it back. The last call counts. The end of the job deletes the checkpoint. It is kept in
     * the record of the worker, and then in the payload of the next run, as the member {@code java_checkpoint}.
     *
     * <p>Waits for Redis, which takes a write of the whole payload: call it after each part of the work, not after each line.
     *
     * @param cursor a JSON value as {@code enqueue} accepts it, such as the number of the last line; null for none
     * @throws InvalidJobException if the value has no JSON form, its JSON has more than 8,192 bytes, or the payload would become too large for
     *     a worker with it; an earlier checkpoint stays
     * @throws BackendException if Redis did not take it, or if another process took this worker for dead and dealt with the job; the next
     *     run can find this checkpoint or the one before
     * @throws IllegalStateException if the job has ended
     * @throws UnsupportedOperationException by default, in a context of an executor that cannot do this
     */
    default void checkpoint(@Nullable Object cursor) {
        throw new UnsupportedOperationException("The executor of this job keeps no checkpoints");
    }

    /**
     * The last checkpoint of the runs before this one. {@link #checkpoint} does not change it.
     *
     * @return a JSON value as in {@link JobArguments}, unmodifiable; empty if there is none
     */
    default Optional<Object> lastCheckpoint() {
        return Optional.empty();
    }

    /**
     * Tells how far this job is, for {@link JobStatus#progress}. The last call counts. Does nothing if the job is not tracked. Does not wait for
     * Redis, and no trouble with Redis fails the job: the worker writes what the job has told about once a second, and when the job ends.
     *
     * @param done how much of the work is done, at least 0
     * @param total how much there is to do, at least 0; 0 if that is not known
     * @param text what the job does; 200 characters of it are kept
     * @throws IllegalArgumentException if a number is negative
     * @throws IllegalStateException if the job has ended
     */
    default void progress(long done, long total, String text) {}

    /**
     * Adds a line to what the status of this job shows, as {@link #progress} does. The last 20 lines are kept.
     *
     * @param line the line; 200 characters of it are kept
     * @throws IllegalStateException if the job has ended
     */
    default void log(String line) {}

    /**
     * Sets the result that the job's status will hold once the job is complete. The last call counts. The result is
     * dropped if the job is not tracked, or fails.
     *
     * @param value a JSON value as {@code enqueue} accepts it, or null
     * @throws InvalidJobException if the value has no JSON form; an earlier result stays
     * @throws IllegalStateException if the job has ended
     */
    void result(@Nullable Object value);

    /**
     * Whether the worker has asked this job to stop. A job that works in steps should check this between two steps.
     *
     * @return true once the worker has asked; then never false again
     */
    boolean isCancelled();
}
