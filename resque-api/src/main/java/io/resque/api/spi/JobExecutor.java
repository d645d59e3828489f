package io.resque.api.spi;

/**
 * Runs jobs, in the worker's thread or in another process. Request and outcome are plain values, so both look the same to a
 * worker. Thread-safe; each worker thread runs one job at a time.
 */
public interface JobExecutor extends AutoCloseable {
    /**
     * Runs a job, with its {@code setUp} and {@code tearDown} and the listeners around them, and blocks until it has ended. An
     * exception of the job is never thrown; it is part of the outcome.
     *
     * <p>In this order: {@code beforePerform} of each listener of {@link JobExecutorHost#listeners}, also if no job is registered under
     * the name; their {@code aroundPerform}, the first outermost; within them {@link JobExecutorHost#create}, whose empty answer is an
     * {@link io.resque.api.UnknownJobException}, and the job's three methods; {@code afterPerform} of each, unless something was
     * thrown; {@code onFailure} of each, if it was no {@link io.resque.api.DontPerformException}; the end of the context. What each of
     * them promises is said by {@link io.resque.api.Job}, {@link io.resque.api.JobContext}, {@link io.resque.api.JobArguments}, {@link
     * io.resque.api.ResqueListener}, {@link io.resque.api.JobType.Codec} and {@link JobOutcome}. So an executor that does not use the
     * executor {@code thread} also writes a JobContext and JobArguments, with the converters of {@link JobExecutorHost#readers}.
     *
     * <p>When the request's deadline passes, the executor cancels the job and interrupts its thread: a job that then throws, be it a
     * DontPerformException, has failed with a {@link java.util.concurrent.TimeoutException}, whose cause is what the job threw. This
     * is true of the job, from its creation to its {@code tearDown}; listeners have no deadline. The worker does not watch it.
     *
     * <p>The worker has set the name of the calling thread and its MDC, and cleans both up after the call; it logs each failure, unless
     * {@link #logsFailures}. If jobs run in another process or thread, the executor does this there, and calls {@code afterFork} if it
     * {@link #forks}.
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
     * @return by default false: jobs run in this process
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

    /**
     * Whether this executor has begun to interrupt or kill its jobs, because the worker leaves, in another way than by {@link #cancel}. A
     * job that fails or dies from then on goes back to its queue if the worker was told to put such jobs back.
     *
     * @return by default false: jobs end by {@link #cancel} only
     */
    default boolean isLeaving() {
        return false;
    }

    /** Releases the executor's resources. The worker calls it when no job runs. Closing again does nothing. */
    @Override
    void close();
}
