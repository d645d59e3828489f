package io.resque.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running job knows and may ask for. Valid until the job has ended; to be used on the job's own thread, but for
 * {@link #isCancelled}, which any thread may ask.
 */
public interface JobContext {
    /**
     * The queue that the job was taken from.
     *
     * @return its name without prefix
     */
    String queue();

    /**
     * The name under which the job was enqueued, Ruby's and PHP's class name.
     *
     * @return never empty
     */
    String jobClass();

    /**
     * The payload's {@code id}, php-resque's token. Ruby and Node write none.
     *
     * @return the id, or empty
     */
    Optional<String> id();

    /**
     * The arguments.
     *
     * @return never null; without arguments its size is 0
     */
    JobArguments args();

    /**
     * Sets the result that the job's status will hold once it is complete. Ignored for a job whose status is not
     * tracked, and when the job fails. The last call counts.
     *
     * @param value a JSON value as {@code enqueue} accepts it, or null
     * @throws InvalidJobException if the value has no JSON form; an earlier result stays
     */
    void result(@Nullable Object value);

    /**
     * Whether the worker has asked this job to stop. A job that works in steps should look between them.
     *
     * @return true once asked; it never goes back to false
     */
    boolean isCancelled();

    /**
     * Enqueues another job over the worker's own connection, as {@code Resque.enqueue} does.
     *
     * @param queue name of the queue
     * @param jobClass name of the class that shall run
     * @param args its arguments, JSON values
     * @return true if it was written, false if a listener vetoed it with {@link DontCreateException}
     * @throws InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws BackendException if Redis did not take it
     */
    boolean enqueue(String queue, String jobClass, @Nullable Object... args);
}
