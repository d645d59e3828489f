package io.resque.activejob;

/** Runs the jobs of one {@code job_class}. One instance runs all of them, on several threads at once. */
@FunctionalInterface
public interface ActiveJobHandler {
    /**
     * Does the work of one run.
     *
     * @param job the job, with its arguments as Java values
     * @throws Exception anything; what follows is said by {@link ActiveJobHandlers#retry} and {@link ActiveJobHandlers#discard}, and without
     *     these the job is recorded as failed. A {@link io.resque.api.DontPerformException} ends the job without a failure, as {@code throw :abort}
     *     does in Rails
     */
    void perform(ActiveJobContext job) throws Exception;
}
