package io.resque.api;

/**
 * The code of a job whose arguments are one value. A lambda that implements {@link #perform(Object, JobContext)} is
 * enough: {@code resque.workerBuilder("mail").register(WELCOME, (welcome, context) -> mailer.send(welcome))}.
 *
 * <p>The arguments are read before {@link #setUp}. If they do not fit, the job fails with a {@link JobArgumentException},
 * and none of the methods is called. An instance that is registered itself runs all jobs, on several threads at once, so
 * it must keep nothing of a run in its fields; of a class that is registered each run has a new instance.
 *
 * @param <A> the type of the arguments
 */
@FunctionalInterface
public interface TypedJob<A> extends Job {
    /**
     * Does the work.
     *
     * @param value the arguments
     * @param context queue and arguments of this run, and methods that the job may call
     * @throws Exception anything; the job is then recorded as failed
     */
    void perform(A value, JobContext context) throws Exception;

    /**
     * Refuses to run: the arguments have no type.
     *
     * @param context of the run
     * @throws ConfigurationException always
     */
    @Override
    default void perform(JobContext context) throws Exception {
        throw new ConfigurationException("\"" + context.jobClass() + "\" is registered by its name, but "
                + getClass().getName() + " needs the type of its arguments: register(JobType.of(…), …)");
    }

    /**
     * A typed job as a job of one run, for an implementation of {@link JobRegistry}.
     *
     * @param <A> the type of the arguments
     * @param type reads the arguments
     * @param job gets them
     * @return a new job
     */
    static <A> Job bound(JobType<A> type, TypedJob<A> job) {
        return new BoundJob<>(type, job);
    }
}
