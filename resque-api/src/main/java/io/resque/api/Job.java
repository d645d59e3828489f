package io.resque.api;

/**
 * The code of a job. It is registered with a worker under the name that producers enqueue. A lambda that implements {@link #perform} is
 * enough; the first arrow makes the job, the second one runs it:
 *
 * <pre>{@code
 * resque.workerBuilder("mail")
 *         .register("Mail", () -> context -> send(context.args().get(0, String.class)))
 *         .register("Report", Report::new) // or a class that implements Job
 *         .start();
 * }</pre>
 *
 * <p>For each run the worker asks the registered supplier, or the {@link JobFactory}, for a new instance. So fields need no
 * synchronisation. One thread
 * calls the three methods, in the order {@code setUp}, {@code perform}, {@code tearDown}. Anything that they throw, an
 * {@link Error} or a plain {@link Throwable} included, fails this job and leaves the worker running. Only a {@link
 * DontPerformException} ends the job without a failure.
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
