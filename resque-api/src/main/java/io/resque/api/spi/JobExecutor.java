package io.resque.api.spi;

/**
 * Runs jobs, in the worker's thread or in another process. Request and outcome are plain values, so both look the same to a
 * worker. Thread-safe; each worker thread runs one job at a time.
 */
public interface JobExecutor extends AutoCloseable {
    /**
     * Runs a job, with its {@code setUp} and {@code tearDown}, and blocks until it has ended. An exception of the job
     * is never thrown; it is part of the outcome. When the request's deadline passes, the executor cancels the job and
     * interrupts its thread: a job that then throws has failed with a {@link java.util.concurrent.TimeoutException}. The
     * worker does not watch the deadline.
     *
     * @param request the job
     * @return how the job ended
     * @throws InterruptedException if the calling thread was interrupted and the job has no outcome. An executor that
     *     runs the job on the calling thread returns the job's outcome instead
     */
    JobOutcome run(JobRequest request) throws InterruptedException;

    /**
     * Asks a running job to stop: its {@code JobContext.isCancelled} then returns true. Does not wait. Does nothing if
     * the job is not running.
     *
     * @param request the same object that was passed to {@link #run}
     */
    void cancel(JobRequest request);

    /**
     * Whether jobs run in other processes. If so, the worker calls the listeners' {@code beforeFork} before each job.
     *
     * @return by default false: jobs run in the thread that calls {@link #run}
     */
    default boolean forks() {
        return false;
    }

    /**
     * Whether {@link #run} has logged the failures that it returns. If so, the worker does not log them again.
     *
     * @return by default false
     */
    default boolean logsFailures() {
        return false;
    }

    /** Releases the executor's resources. The worker calls it when no job runs. Closing again does nothing. */
    @Override
    void close();
}
