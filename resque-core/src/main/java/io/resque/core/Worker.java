package io.resque.core;

import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.core.internal.worker.WorkerGroup;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A running worker: one or more threads that take jobs from the same queues, each registered in Redis under an id of its
 * own. {@link WorkerBuilder#start} makes it; {@link WorkerBuilder} has an example. Thread-safe.
 *
 * <p>It goes on until it is stopped: a job that fails, a payload that cannot be read, and a Redis that is away do not end it.
 */
public final class Worker implements AutoCloseable, Listeners {
    private final WorkerGroup group;

    Worker(WorkerGroup group) {
        this.group = group;
    }

    /**
     * Takes no more jobs until {@link #resume}. Running jobs go on; waiting for jobs ends at once. Returns without
     * waiting. Pausing again does nothing.
     */
    public void pause() {
        group.pause();
    }

    /** Goes on after {@link #pause}. Does nothing if it was not paused. */
    public void resume() {
        group.resume();
    }

    /**
     * Whether this worker was paused by {@link #pause}. {@link Inspector#pausedAll} says whether all workers are paused.
     *
     * @return true until it is resumed
     */
    public boolean isPaused() {
        return group.isPaused();
    }

    /**
     * Adds a listener, which hears after those of the {@code Resque}, in this process. If jobs run in child processes, a listener that
     * must hear there comes from a {@link io.resque.api.JobModule}.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        group.listeners().listen(listener);
    }

    /** Removes the first listener that is equal to this one, as {@link Listeners#stopListening} says. */
    @Override
    public boolean stopListening(ResqueListener listener) {
        return group.listeners().stopListening(listener);
    }

    /**
     * The ids under which this worker is registered, one for each thread.
     *
     * @return {@code host:pid:queues}. The ids of further threads end in {@code ,thread-2} and so on, which is no queue. A thread that has
     *     never registered has no id yet. An id can change: when another program has removed it, the thread registers anew
     */
    public List<String> ids() {
        return group.ids();
    }

    /**
     * The queues that this worker takes jobs from, in its order. If its list of queues has no pattern and no exclusion, this is
     * the list. Otherwise these are the announced queues that matched the list when the worker last looked.
     *
     * @return their names; empty if no queue matches, or Redis has not answered yet
     */
    public List<String> queues() {
        return group.queues();
    }

    /**
     * Waits until each thread of this worker has registered, which a worker of {@link WorkerBuilder#waitForRedis} does once Redis
     * answers. Any other worker has registered when it starts.
     *
     * @param timeout how long to wait; zero only looks
     * @return false if the time was over, or the worker has stopped before
     * @throws InterruptedException if the waiting thread was interrupted; the worker goes on
     * @throws IllegalStateException in a job of this worker, or a listener in its threads, if the timeout is not zero: they would
     *     wait for themselves
     */
    public boolean awaitRegistered(Duration timeout) throws InterruptedException {
        return group.awaitRegistered(Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Whether a thread of this worker still runs.
     *
     * @return false once it has stopped
     */
    public boolean isRunning() {
        return group.isRunning();
    }

    /**
     * The exception that a thread of this worker got from its last requests to Redis, for a health check: for example a
     * {@link io.resque.api.BackendUnavailableException} while Redis is away. The thread tries again for ever, each time at most
     * ten seconds later. While it waits for jobs, it can take half a minute until it notices that a connection is dead.
     *
     * @return the exception of one thread; empty while all threads reach Redis
     */
    public Optional<Throwable> redisError() {
        return group.trouble();
    }

    /**
     * Stops this worker: it takes no more jobs, waits until the running jobs have ended, and removes its registration from Redis. A worker
     * that waits for jobs leaves at once. Jobs that still run at the timeout are cancelled and interrupted, and have two more seconds. If
     * such a job throws, it is recorded as failed, and is not put back on its queue; if it ends without throwing, it counts as done. A job
     * that ignores the interrupt goes on in the background, and its thread leaves when the job ends. An interrupt of the calling thread
     * does not cut this short.
     *
     * <p>A job that called {@link System#exit} never returns. So this method does not wait for it, but records it at once as a
     * failure, {@code Resque::DirtyExit}. So a shutdown hook can call this method; {@link Resque#closeOnExit} registers such a
     * hook.
     *
     * <p>If a job of this worker, or a listener in its threads, calls this method, it returns at once. That job is not
     * interrupted; the other jobs have until the timeout. The worker leaves when all have ended and are settled.
     *
     * @param timeout how long running jobs have to end; zero interrupts them at once
     * @return true if all threads have ended, also if jobs had to be interrupted; false if a job goes on, or a job of this worker calls
     *     this
     */
    public boolean stop(Duration timeout) {
        return group.stop(Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Waits until this worker has stopped, and does not stop it: another thread must call {@link #stop}, unless the worker stops when
     * no job is left ({@link WorkerBuilder#untilEmpty}).
     *
     * @throws InterruptedException if the waiting thread was interrupted
     * @throws IllegalStateException in a job of this worker, which would wait for itself
     */
    public void join() throws InterruptedException {
        group.join();
    }

    /**
     * Does the same as {@link #stop} with the time of {@link WorkerBuilder#stopTimeout}. If an earlier stop has already interrupted
     * the jobs, waits for two seconds only. Closing again does nothing.
     */
    @Override
    public void close() {
        group.close();
    }
}
