package io.resque.api;

/**
 * One job as a worker runs it. A lambda over {@link #perform} will do.
 *
 * <p>A worker makes a new instance for every run, so fields need no synchronisation. The three methods are called
 * on one thread, in the order {@code setUp}, {@code perform}, {@code tearDown}. Whatever they throw, {@link Error}s
 * included, fails this one job and leaves the worker running; only {@link DontPerformException} ends the job quietly.
 */
@FunctionalInterface
public interface Job {
    /**
     * Does the work. Runs only if {@link #setUp} returned.
     *
     * @param context queue, arguments and services of this run
     * @throws Exception anything; the job is then recorded as failed
     */
    void perform(JobContext context) throws Exception;

    /**
     * Prepares the run. If it throws, neither {@code perform} nor {@code tearDown} is called.
     *
     * @param context queue, arguments and services of this run
     * @throws Exception anything; the job is then recorded as failed
     */
    default void setUp(JobContext context) throws Exception {}

    /**
     * Cleans up. Called whenever {@link #setUp} returned, also after {@code perform} threw: unlike a PHP child, a JVM
     * lives on. If both throw, the failure is that of {@code perform}, with this one as suppressed.
     *
     * @param context queue, arguments and services of this run
     * @throws Exception anything; the job is then recorded as failed although {@code perform} ended
     */
    default void tearDown(JobContext context) throws Exception {}
}
