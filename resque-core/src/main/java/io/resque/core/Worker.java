package io.resque.core;

import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.core.internal.worker.WorkerGroup;
import io.resque.core.internal.worker.WorkerStop;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A running worker: one or more threads that take jobs from the same queues, each registered in Redis under an id of its
 * own. {@link WorkerBuilder#start} makes it. Thread-safe.
 *
 * <p>It goes on until it is stopped: a job that fails, a payload that cannot be read, and a Redis that is away do not end it.
 */
public final class Worker implements AutoCloseable, Listeners {
    /** How long {@link #close} lets running jobs end, unless {@link WorkerBuilder#stopTimeout} says otherwise. */
    public static final Duration CLOSE_TIMEOUT = WorkerStop.CLOSE_TIMEOUT;

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
     * Whether this worker was paused by {@link #pause}. Whether all workers are, {@link Inspector#pausedAll} tells.
     *
     * @return true until it is resumed
     */
    public boolean isPaused() {
        return group.isPaused();
    }

    /**
     * Adds a listener, which hears after those of the {@code Resque}.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        group.listeners().listen(listener);
    }

    @Override
    public boolean stopListening(ResqueListener listener) {
        return group.listeners().stopListening(listener);
    }

    /**
     * The ids under which this worker is registered, one for each thread.
     *
     * @return {@code host:pid:queues}; none of a thread that waits for Redis since its start; an id changes when another program has removed it and the thread has registered anew
     */
    public List<String> ids() {
        return group.ids();
    }

    /**
     * The queues that this worker takes jobs from at this moment, in its order: those it was given, or, if they hold patterns
     * or exclusions, the announced queues that they stood for at its last look.
     *
     * @return their names; empty if no queue fits, or Redis could not be asked yet
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
     * What keeps a thread of this worker from its work with Redis, for a health check: such as a
     * {@link io.resque.api.BackendUnavailableException} while Redis is away. The thread tries again for ever, at most ten
     * seconds later. While it waits for jobs, a connection that was lost without a word is noticed after half a minute.
     *
     * @return of one thread; empty while all of them reach Redis
     */
    public Optional<Throwable> trouble() {
        return group.trouble();
    }

    /**
     * Stops: takes no more jobs, lets the running ones end, and leaves Redis as Ruby's workers do. A worker that waits
     * for jobs leaves at once. Jobs that still run at the timeout are cancelled and interrupted, and get two more
     * seconds; the exception of an interrupted job is its failure. A thread whose job ignores all that goes on in the
     * background and leaves when the job ends. An interrupt of the calling thread does not cut this short.
     *
     * <p>A job that called {@link System#exit} is not waited for, since it never comes back: it is recorded at once as a
     * failure, {@code Resque::DirtyExit}. So a shutdown hook may call this; {@link Resque#closeOnExit} registers one.
     *
     * <p>A job of this worker, or a listener in its threads, that calls this is neither waited for nor interrupted: this
     * returns at once, and the worker leaves when that job has ended and is settled. The other jobs have their time.
     *
     * @param timeout how long running jobs may take; zero interrupts them at once
     * @return whether all threads have ended; false in a job of this worker
     */
    public boolean stop(Duration timeout) {
        return group.stop(Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Waits until this worker has stopped.
     *
     * @throws InterruptedException if the waiting thread was interrupted
     * @throws IllegalStateException in a job of this worker, which would wait for itself
     */
    public void join() throws InterruptedException {
        group.join();
    }

    /**
     * {@link #stop} with the time of {@link WorkerBuilder#stopTimeout}; where an earlier stop has interrupted the jobs already, it waits for two
     * seconds only. Closing again does nothing.
     */
    @Override
    public void close() {
        group.close();
    }
}
