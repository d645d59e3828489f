package io.resque.api;

/**
 * The code of a job. A lambda that implements {@link #perform} is enough.
 *
 * <p>The worker asks the registered factory for a new instance for each run, so fields need no synchronisation. One thread
 * calls the three methods, in the order {@code setUp}, {@code perform}, {@code tearDown}. Anything that they throw, an
 * {@link Error} included, fails this job and leaves the worker running. Only a {@link DontPerformException} ends the job
 * without a failure.
 */
@FunctionalInterface
public interface Job {
    /**
     * Does the work. Called only if {@link #setUp} returned.
     *
     * @param context queue and arguments of this run, and methods that the job may call
     * @throws Exception anything; the job is then recorded as failed
     */
    void perform(JobContext context) throws Exception;

    /**
     * Prepares the run. If this method throws, neither {@code perform} nor {@code tearDown} is called.
     *
     * @param context queue and arguments of this run, and methods that the job may call
     * @throws Exception anything; the job is then recorded as failed
     */
    default void setUp(JobContext context) throws Exception {}

    /**
     * Cleans up. Called whenever {@link #setUp} returned, even if {@code perform} threw, because the JVM of a worker
     * goes on to run other jobs. If both throw, the recorded failure is the exception of {@code perform}, with this one
     * as suppressed.
     *
     * @param context queue and arguments of this run, and methods that the job may call
     * @throws Exception anything; the job is then recorded as failed, even if {@code perform} returned
     */
    default void tearDown(JobContext context) throws Exception {}
}
