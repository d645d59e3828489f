package io.resque.api.spi;

/**
 * Runs jobs: in the worker's thread, or in another process. Plain values in and out, so both look the same to a worker.
 * Safe for concurrent use; each worker thread runs one job at a time.
 */
public interface JobExecutor extends AutoCloseable {
    /**
     * Runs a job to its end, with its {@code setUp} and {@code tearDown}. Blocks until then. Never throws because of
     * the job: whatever it throws is in the outcome.
     *
     * @param request the job
     * @return how it ended
     * @throws InterruptedException if the calling thread was interrupted and the job could not be brought to an
     *     outcome; an executor that runs the job on the calling thread gives the job's outcome instead
     */
    JobOutcome run(JobRequest request) throws InterruptedException;

    /**
     * Asks a running job to stop, which it sees by {@code JobContext.isCancelled}. Does not wait, and does nothing for
     * a job that is not running.
     *
     * @param request the very object that was given to {@link #run}
     */
    void cancel(JobRequest request);

    /**
     * Whether jobs run in a process of their own, so that {@code beforeFork} is told before each.
     *
     * @return false where they run in the thread that calls {@link #run}
     */
    default boolean forks() {
        return false;
    }

    /** Frees what the executor holds. Called when no job runs. Closing again does nothing. */
    @Override
    void close();
}
