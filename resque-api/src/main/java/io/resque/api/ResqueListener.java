package io.resque.api;

import java.util.List;

/**
 * Is told what happens to jobs and workers: the events of php-resque and the hooks of Ruby's Resque. Override what you
 * want to hear. Listeners are called in the order in which they were added, those of a {@code Resque} before those of a
 * worker, on the thread that does the thing told of, so an implementation must be thread-safe and quick.
 *
 * <p>No listener can lose a job or stop a running worker. What each may throw, and what comes of it, stands with it.
 */
public interface ResqueListener {
    /** The rest of a run, as {@link #aroundPerform} sees it. */
    @FunctionalInterface
    interface Run {
        /**
         * Goes on: the next listener's {@code aroundPerform}, in the end the job's own methods.
         *
         * @throws Exception what the job or an inner listener threw
         */
        void proceed() throws Exception;
    }

    // Where jobs are enqueued and removed, on the caller's thread but for one case below.

    /**
     * A job is about to be enqueued; nothing is written yet.
     *
     * @param job the job, checked
     * @throws DontCreateException to leave it out: {@code enqueue} then answers false, and no listener after this one
     *     hears of it. Anything else is thrown to the caller of {@code enqueue}; nothing is written
     */
    default void beforeEnqueue(JobInfo job) {}

    /**
     * A job was enqueued. What this throws is thrown to the caller of {@code enqueue}; the job stays on its queue. Of jobs
     * that were handed over by {@code enqueueAsync} or {@code enqueueAllAsync} it is called on the thread that writes, which
     * it should not keep waiting, and what it throws ends their stage.
     *
     * @param job the job
     */
    default void afterEnqueue(JobInfo job) {}

    /**
     * Jobs are about to be dequeued by class, id or arguments.
     *
     * @param queue the queue
     * @param matches which jobs: all that any of these means
     * @throws DontDequeueException to leave them: {@code dequeue} then answers 0, and no listener after this one hears of
     *     it. Anything else is thrown to the caller of {@code dequeue}; nothing is removed
     */
    default void beforeDequeue(String queue, List<JobMatch> matches) {}

    /**
     * Jobs were dequeued by class, id or arguments, or there were none. What this throws is thrown to the caller of
     * {@code dequeue}; the jobs stay removed.
     *
     * @param queue the queue
     * @param matches which jobs
     * @param removed how many there were
     */
    default void afterDequeue(String queue, List<JobMatch> matches, long removed) {}

    // In the worker. Workers are told by their ids, one for each of the worker's threads.

    /**
     * A worker is about to register. What this throws is thrown to whom started it; nothing is registered.
     *
     * @param queues its queues, as they were given
     */
    default void beforeFirstFork(List<String> queues) {}

    /**
     * A job was taken and goes to a process of its own next. Not told where jobs run in the worker's threads. What this
     * throws is the failure of this job, a {@link DontPerformException} too; the worker goes on.
     *
     * @param worker the id of the worker that took it
     * @param job the job
     */
    default void beforeFork(String worker, JobInfo job) {}

    /**
     * The process that ran a job died; php-resque's {@code onFailure} with a dirty exit. Told before the failure is
     * recorded. What this throws is added to the message of the failure. A job in the worker's own JVM that called
     * {@link System#exit} is told of here too, in a thread apart, while the JVM ends.
     *
     * <p>It is also called when this process has recovered a dead worker, of any language, and has recorded the failure of its
     * job; an exception of this method is then logged. It is not called for a job that goes back to its queue instead, nor for one
     * whose payload cannot be read.
     *
     * @param worker the id of the worker that holds the job, or held it when it died
     * @param job the job
     * @param cause what is known: the signal, the exit status, the limit that was passed, the call of {@code System.exit}
     */
    default void onDirtyExit(String worker, JobInfo job, String cause) {}

    /**
     * A worker has run out of jobs: told once, when the last of its threads found nothing more, not at its start. What
     * this throws is logged.
     *
     * @param workers its ids
     */
    default void queueEmpty(List<String> workers) {}

    /**
     * A worker is about to pause. What this throws is logged.
     *
     * @param workers its ids
     */
    default void beforePause(List<String> workers) {}

    /**
     * A worker goes on after a pause. What this throws is logged.
     *
     * @param workers its ids
     */
    default void afterPause(List<String> workers) {}

    /**
     * A worker was told to stop; jobs may still run. What this throws is logged.
     *
     * @param workers its ids
     */
    default void shutdown(List<String> workers) {}

    /**
     * A worker has ended and is no longer registered. What this throws is logged.
     *
     * @param workers the ids it had
     */
    default void workerExit(List<String> workers) {}

    // Where the job runs: a thread of the worker, or a process of its own, which knows the listeners of modules only.

    /**
     * A process of its own begins to run a job. Not told where jobs run in the worker's threads.
     *
     * @param job the job
     * @throws Exception anything, also {@link DontPerformException}; it is the failure of this job
     */
    default void afterFork(JobContext job) throws Exception {}

    /**
     * A job is about to be made and run.
     *
     * @param job the job
     * @throws Exception {@link DontPerformException} ends the job without a failure; anything else is its failure. The
     *     job does not run, and no listener after this one hears of it
     */
    default void beforePerform(JobContext job) throws Exception {}

    /**
     * Runs around {@code setUp}, {@code perform} and {@code tearDown}; the first listener is the outermost. One that
     * does not call {@link Run#proceed} skips the job, which then counts as done.
     *
     * @param job the job
     * @param run the rest; to be called once at the most
     * @throws Exception as {@link #beforePerform}; what {@code proceed} threw should be let through
     */
    default void aroundPerform(JobContext job, Run run) throws Exception {
        run.proceed();
    }

    /**
     * A job has run without a failure. Not told of one that was ended by {@link DontPerformException}.
     *
     * @param job the job
     * @throws Exception {@link DontPerformException} keeps the listeners after this one from hearing of it; anything
     *     else is the failure of this job, although its work is done
     */
    default void afterPerform(JobContext job) throws Exception {}

    /**
     * A job failed; told once for each, before the failure is recorded.
     *
     * @param job the job
     * @param failure what it, or a listener before it, threw
     * @throws Exception anything; the failure is recorded all the same, with both
     */
    default void onFailure(JobContext job, Throwable failure) throws Exception {}
}
