package io.resque.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives events of jobs and workers: the events of php-resque and the hooks of Ruby's Resque. Override the methods of
 * the events that you want. Listeners are called in the order in which they were added, the listeners of a
 * {@code Resque} before those of a worker. The thread that causes an event calls them, so an implementation must be
 * thread-safe and quick.
 *
 * <p><b>In which process.</b> The methods about enqueueing and dequeueing are called where {@code enqueue} and {@code dequeue} are called;
 * if a job in a child process enqueues, in its worker; those about delayed jobs also where a scheduler puts them on their queues, with
 * the listeners of its {@code Resque} and of the workers of that. The methods about workers are called in the worker. {@code afterFork}, {@code
 * beforePerform}, {@code aroundPerform}, {@code afterPerform} and {@code onFailure} are called where the job runs. If that is a child
 * process, it has only the listeners that a {@link JobModule} adds in its method {@code listen}: a veto of another listener would not be
 * asked, and the start of the worker warns of it.
 *
 * <p>No listener can lose a job or stop a running worker. Each method says what happens to an exception that it throws.
 */
public interface ResqueListener {
    /** The part of a run that {@link #aroundPerform} surrounds. */
    @FunctionalInterface
    interface Run {
        /**
         * Calls the next listener's {@code aroundPerform}, or, after the last listener, the job's own methods. Can be called once:
         * a job never runs a second time.
         *
         * @throws IllegalStateException at a second call, which does nothing else; it fails the job, unless the listener catches it
         * @throws Exception the exception of the job or of a listener after this one
         */
        void proceed() throws Exception;
    }

    // Called where jobs are enqueued and removed: on the caller's thread, except for afterEnqueue after a method that
    // does not wait.

    /**
     * Called when a method of {@link Enqueuer} begins, before its jobs are checked, and before {@link #beforeEnqueue}. Returns a watch that
     * hears how the call ends, and can add metadata to its jobs. For metrics and traces: nothing that this method or its watch does can veto or
     * fail the call, and an exception is logged. Runs in the process of the caller; if a job in a child process enqueues, in its worker, in the
     * thread that has called {@link #jobTaken} for that job.
     *
     * <p>Not called for jobs that a scheduler puts on their queues, and for failures that are retried.
     *
     * @param call the call
     * @return a watch for this call alone; {@link EnqueueWatch#NONE} for none
     */
    default EnqueueWatch enqueueBegins(EnqueueCall call) {
        return EnqueueWatch.NONE;
    }

    /**
     * Called before a job is enqueued. Nothing is written yet. Runs in the process of the caller; if a job in a child process enqueues,
     * in its worker. For a delayed job it is called before a scheduler puts it on its queue: see {@link #beforeDelayedEnqueue}.
     *
     * @param job the job; its names and arguments have been checked
     * @throws DontCreateException to veto the job: {@code enqueue} returns false, and the listeners after this one are not
     *     called. Any other exception goes to the caller of {@code enqueue}; nothing is written
     */
    default void beforeEnqueue(JobInfo job) {}

    /**
     * Called after {@code beforeEnqueue} of all listeners, if none vetoed the job. Returns members to add to the payload, in
     * this order, after those of {@link JobSpec#withMetadata}. A member that the job already has stays, whether {@code
     * JobSpec.withMetadata} or an earlier listener added it. Names, values and bounds are those of {@code JobSpec.withMetadata}. Nothing is
     * written yet.
     *
     * <p>Runs in the process of the caller. If a job in a child process enqueues a job, this method is called in the worker, on a thread
     * that knows nothing of the child.
     *
     * @param job the job with the metadata of {@code JobSpec.withMetadata}
     * @return the members; an empty map if there are none. An exception goes to the caller of {@code enqueue}; nothing is
     *     written
     */
    default Map<String, @Nullable Object> metadata(JobInfo job) {
        return Map.of();
    }

    /**
     * Called after a job was enqueued; {@code job} has all its metadata. An exception goes to the caller of {@code enqueue};
     * the job stays in its queue. After a method of {@link Enqueuer} that does not wait, such as {@code enqueueAsync}, the thread
     * that writes the jobs calls this method: it must be quick, and its exception completes the returned future. Runs in the process of
     * the caller; if a job in a child process enqueues, in its worker.
     *
     * @param job the job
     */
    default void afterEnqueue(JobInfo job) {}

    /**
     * Called before a job is delayed, by {@link Enqueuer#at} or {@link Enqueuer#in}, in the process of the caller. Nothing is written yet.
     * {@link #metadata} follows. If the job is due already by the clock of this JVM, listeners hear {@code beforeEnqueue} after this method
     * and before {@link #metadata}.
     *
     * <p>Called again before a scheduler puts the job on its queue, in the process of the scheduler: see {@link #beforeDelayedEnqueue}.
     *
     * <p>Of a recurring job it is called in each scheduler that is about to put it on its queue, before {@code beforeEnqueue}; one of these
     * schedulers then does so. A veto settles the tick without a job, and any other exception makes the job a failure.
     *
     * @param job the job; its names and arguments have been checked
     * @param due the second at which it is due
     * @throws DontCreateException to veto the job: {@code enqueue} returns false, and the listeners after this one are not
     *     called. Any other exception goes to the caller of {@code enqueue}; nothing is written
     */
    default void beforeSchedule(JobInfo job, Instant due) {}

    /**
     * Called before a scheduler puts a delayed job that is due on its queue, whatever language has written it. Listeners hear {@code
     * beforeSchedule}, then this method, then {@code beforeEnqueue}; and once the job is on its queue, {@code afterEnqueue} and {@code
     * afterSchedule}. {@link #metadata} is not called: the job keeps its bytes.
     *
     * <p>Called in the process of the scheduler, by its thread, which moves all delayed jobs: so it must be quick. The methods before the
     * move are called in each process that is about to move the job, and can be called again for one job; the methods after it are called
     * once, in the process that has moved it. If that process is killed in between, nobody calls them. While a scheduler of another
     * library moves the jobs, no listener hears of it.
     *
     * <p>Listeners hear the same, in the process of the caller, of a job that is delayed and that somebody enqueues now
     * ({@code DelayedJobs.enqueueNow}); there a veto leaves the job delayed, and any other exception goes to the caller.
     *
     * @param job the job; if it cannot be read, it has no arguments
     * @param due the second at which it was due
     * @throws DontCreateException to veto the job, also from {@code beforeSchedule} and {@code beforeEnqueue}: it is taken out, and is on
     *     no queue; its status, if it is tracked, is complete; the log says so, and {@code Scheduler.countVetoed} counts it. Any other
     *     exception makes a failure of the job. An exception after the move is logged and changes nothing
     */
    default void beforeDelayedEnqueue(JobInfo job, Instant due) {}

    /**
     * Called after a job was delayed; {@code job} has all its metadata. If it was due already, it is on its queue, and the listeners have
     * heard {@code afterEnqueue} before. Otherwise as for {@code afterEnqueue}. Called again after a scheduler has put the job on its
     * queue: see {@link #beforeDelayedEnqueue}.
     * Of a recurring job it is called once that is on its queue.
     *
     * @param job the job
     * @param due the second at which it is due
     */
    default void afterSchedule(JobInfo job, Instant due) {}

    /**
     * Called before jobs are dequeued by class, id or arguments, in the process of the caller. Nothing is removed yet.
     *
     * @param queue the queue
     * @param matches the jobs to remove: every job that at least one of these matches
     * @throws DontDequeueException to veto the removal: {@code dequeue} returns 0, and the listeners after this one are not
     *     called. Any other exception goes to the caller of {@code dequeue}; nothing is removed
     */
    default void beforeDequeue(String queue, List<JobMatch> matches) {}

    /**
     * Called after jobs were dequeued by class, id or arguments, in the process of the caller, even if no job matched. An
     * exception goes to the caller of {@code dequeue}; the jobs stay removed.
     *
     * @param queue the queue
     * @param matches the jobs to remove
     * @param removed how many jobs were removed
     */
    default void afterDequeue(String queue, List<JobMatch> matches, long removed) {}

    // Called in the worker. A worker has one id for each of its threads.

    /**
     * Called in the worker before it registers. An exception goes to the caller of {@code start()} or {@code drain()}, and nothing
     * is registered.
     *
     * @param queues the worker's queues, as they were given to it
     */
    default void beforeFirstFork(List<String> queues) {}

    /**
     * Called in the worker when it has taken a job and is about to give it to a child process. Not called if jobs run in the
     * worker's threads. An exception, also a {@link DontPerformException}, fails this job; the worker goes on.
     *
     * @param worker the id of the worker that took the job
     * @param job the job
     */
    default void beforeFork(String worker, JobInfo job) {}

    /**
     * Called when a worker has taken a job, before the job runs; in the worker, also if the job runs in a child process. The job can
     * be unreadable: then its class is empty, or it has no arguments. An exception is logged and changes nothing.
     *
     * @param worker the id of the worker that took the job
     * @param job the job
     */
    default void jobTaken(String worker, JobInfo job) {}

    /**
     * Called in the worker when a job that this listener has heard of by {@link #jobTaken} is about to run: after {@link #beforeFork}, in the
     * thread that has called {@code jobTaken}. Not called for a job that does not run, such as one that waits for a {@link Limit}. Returns
     * members that {@link JobContext#metadata} has in this run, also in a child process, beside those of the payload; a member of the same name
     * is replaced. The payload stays as it is. An exception is logged and changes nothing.
     *
     * @param worker the id of the worker that took the job
     * @param job the job, as {@code jobTaken} was told of it
     * @return members with JSON values; an empty map if there are none
     */
    default Map<String, @Nullable Object> runMetadata(String worker, JobInfo job) {
        return Map.of();
    }

    /**
     * Called in the worker, once for each job of which this listener has heard {@link #jobTaken}, with the same arguments, when Redis has
     * the end of the job, or when the worker has given the job up. The thread that gets the reply of Redis calls this before it runs the
     * next job. While the JVM ends, a separate thread can call it. An exception is logged and changes nothing.
     *
     * <p>Not called if the worker's process is killed, or ends while the job still runs. The process that recovers such a job calls
     * {@link #onDirtyExit}.
     *
     * @param worker the id of the worker that took the job
     * @param job the job
     * @param end how it ended
     */
    default void jobEnded(String worker, JobInfo job, JobEnd end) {}

    /**
     * Called in the worker when its first thread notices that it cannot reach Redis, or that a connection broke. A thread notices when
     * it asks Redis, so a worker whose threads all run jobs notices later. Also called if the worker waits for Redis since its start.
     * An exception is logged and changes nothing.
     *
     * @param workers the ids of the worker; empty if no thread of it has registered yet
     * @param cause what happened
     */
    default void redisLost(List<String> workers, Throwable cause) {}

    /**
     * Called in the worker after {@link #redisLost}, when all threads of the worker go on. Not called if the worker ends before. An
     * exception is logged and changes nothing.
     *
     * @param workers the ids of the worker, one for each thread
     */
    default void redisBack(List<String> workers) {}

    /**
     * Called in the worker when the child process that ran a job has died, before the failure is recorded or a retry is written;
     * php-resque calls
     * {@code onFailure} with a dirty exit instead. The message of an exception is added to the message of the failure. Also
     * called if a job in the worker's own JVM called {@link System#exit}: then on a separate thread, while the JVM ends.
     *
     * <p>Also called after this process has recovered a dead worker, of any language, and has recorded the failure of
     * its job; then an exception is logged. Not called if the recovery puts the job back into its queue or retries it, or if
     * the job's payload cannot be read.
     *
     * @param worker the id of the worker that holds the job, or held it when it died
     * @param job the job
     * @param cause the known cause: a signal, an exit status, a limit that was exceeded, a call of {@code System.exit}
     */
    default void onDirtyExit(String worker, JobInfo job, String cause) {}

    /**
     * Called when a job that has a {@link Retry} policy ended as a failure: no further run was allowed, or its last failure is not
     * retried. Redis has the failure record. Called in the worker before {@link #jobEnded}; or, if a worker died over the last run, in the
     * process that recovered it. An exception is logged and changes nothing.
     *
     * @param worker the id of the worker that took the job
     * @param job the job
     * @param last the failure of the last run
     */
    default void gaveUp(String worker, JobInfo job, JobFailure last) {}

    /**
     * Called when a job was not enqueued, since an equal job has its lock ({@link Unique}): in the thread of the caller, or where jobs are
     * handed over, in the thread that writes. The caller gets false, or no token. An exception is logged and changes nothing.
     *
     * @param job the job
     */
    default void duplicate(JobInfo job) {}

    /**
     * Called when a job whose write was put off, such as until the commit of a transaction ({@link io.resque.api.spi.WriteDeferral}), is not
     * written: whoever enqueued it was told that it would be. Called on the thread that tried to write. It is called for each job of the call
     * that enqueued it; of several jobs, the message of the exception says how many were written before. What it throws is logged.
     *
     * @param job the job
     * @param cause why; {@link BackendUnavailableException#maybeApplied} says whether the job can be on its queue all the same
     */
    default void notWritten(JobInfo job, Throwable cause) {}

    /**
     * Called in the worker when it has run out of jobs: once, when the last of its busy threads finds no more. Not called when
     * a worker starts and finds no job. An exception is logged.
     *
     * @param workers the worker's ids
     */
    default void queueEmpty(List<String> workers) {}

    /**
     * Called in the worker before it pauses. An exception is logged.
     *
     * @param workers the worker's ids
     */
    default void beforePause(List<String> workers) {}

    /**
     * Called in the worker after it was paused and has resumed. An exception is logged.
     *
     * @param workers the worker's ids
     */
    default void afterPause(List<String> workers) {}

    /**
     * Called in the worker when it is asked to stop; its jobs may still run. An exception is logged.
     *
     * @param workers the worker's ids
     */
    default void shutdown(List<String> workers) {}

    /**
     * Called in the process of a worker after the worker has ended. Unless Redis could not be reached, it is no longer registered. An
     * exception is logged.
     *
     * @param workers the ids that the worker had
     */
    default void workerExit(List<String> workers) {}

    // Called where the job runs: in a thread of the worker, or in a child process, which has only the listeners of
    // modules.

    /**
     * Called in a child process before it runs a job, if a module has added this listener. Not called if jobs run in the worker's threads.
     *
     * @param job the job
     * @throws Exception anything, also a {@link DontPerformException}; it fails this job
     */
    default void afterFork(JobContext job) throws Exception {}

    /**
     * Called before a job is created and run, also if no job is registered under the name in the payload. Runs in the process of the
     * job: in a child process only if a module has added this listener.
     *
     * @param job the job
     * @throws Exception a {@link DontPerformException} ends the job without a failure; any other exception fails it. In
     *     both cases the job does not run, and {@code beforePerform} of the listeners after this one is not called
     */
    default void beforePerform(JobContext job) throws Exception {}

    /**
     * Called around {@code setUp}, {@code perform} and {@code tearDown}; the first listener is the outermost. If a listener
     * does not call {@link Run#proceed}, the job does not run and counts as done. Runs in the process of the job: in a child process only
     * if a module has added this listener.
     *
     * @param job the job
     * @param run the rest of the run; call {@code proceed} at most once
     * @throws Exception a {@link DontPerformException} ends the job without a failure; any other exception fails it. Do not
     *     swallow an exception of {@code proceed}: the job would count as done
     */
    default void aroundPerform(JobContext job, Run run) throws Exception {
        run.proceed();
    }

    /**
     * Called after a job is done without a failure, also if an {@link #aroundPerform} did not call {@link Run#proceed}, as in Ruby. Not
     * called if a {@link DontPerformException} ended the job. Runs in the process of the
     * job: in a child process only if a module has added this listener.
     *
     * @param job the job
     * @throws Exception with a {@link DontPerformException} the listeners after this one are not called; any other
     *     exception fails this job, although its work is done
     */
    default void afterPerform(JobContext job) throws Exception {}

    /**
     * Called when a job or a listener around it has thrown, before the failure is recorded; also if no job is registered
     * under the name in the payload. Called once for each run that fails. Not called if the payload could not be read or
     * was too large, if {@code beforeFork} threw, or if the process of the job has died: a death causes
     * {@link #onDirtyExit}. Runs in the process of the job: in a child process only if a module has added this listener.
     *
     * @param job the job
     * @param failure the exception of the job or of a listener; if the job threw after its deadline, a {@link
     *     java.util.concurrent.TimeoutException} with that exception as its cause
     * @throws Exception anything; it is recorded with the failure, as suppressed
     */
    default void onFailure(JobContext job, Throwable failure) throws Exception {}
}
