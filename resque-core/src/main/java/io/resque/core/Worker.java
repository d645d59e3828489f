package io.resque.core;

import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker: one or more threads that take jobs from the same queues, each registered in Redis under an id of its
 * own. Made by {@link WorkerBuilder#start}. Thread-safe.
 *
 * <p>It goes on until it is stopped: a job that fails, a payload that nobody can read, and a Redis that is away end
 * nothing.
 */
public final class Worker implements AutoCloseable, Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** How long {@link #close} lets running jobs end. */
    public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** How long a job that was interrupted has to end, and its outcome to reach Redis. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Resque resque;
    private final AtomicInteger running;
    private final WorkerSetup setup;
    private final List<WorkerLoop> loops;
    private final ReadyLoops ready;
    private final List<Thread> threads;
    private final Control control;
    private final CountDownLatch ended;
    private final AtomicBoolean shutdownTold = new AtomicBoolean();

    Worker(Resque resque, WorkerSetup setup, WorkerThreads factory) {
        this.setup = setup;
        this.loops = setup.loops();
        this.control = setup.control;
        this.ended = new CountDownLatch(1);
        this.ready = new ReadyLoops(loops.size());
        this.resque = resque;
        this.running = new AtomicInteger(loops.size());
        this.threads =
                this.loops.stream().map(loop -> factory.make(() -> serve(loop))).toList();
    }

    /** Begins with a loop of its own, and ends with one that has stopped: so there are always as many threads as loops. */
    private void serve(WorkerLoop first) {
        try {
            ReadyLoops.Seat seat = new ReadyLoops.Seat();
            OwnThread thread = new OwnThread();
            WorkerLoop loop = first;
            while (!loop.turn(ready, thread)) {
                loop = ready.take(seat);
            }
        } finally {
            oneEnded();
        }
    }

    void start() {
        int started = 0;
        try {
            for (Thread thread : threads) {
                thread.start();
                started++;
            }
        } catch (RuntimeException | Error e) { // no memory for one more thread
            ask();
            control.giveUp();
            for (WorkerLoop loop : loops.subList(started, loops.size())) {
                loop.leaveWithoutHavingRun();
                oneEnded();
            }
            throw e;
        }
        LOG.info("Started {}", ids());
    }

    private void oneEnded() {
        if (running.decrementAndGet() > 0) {
            return;
        }
        try {
            setup.close();
        } finally {
            resque.stopped(this);
            LOG.info("Stopped {}", ids());
            ended.countDown();
        }
    }

    /** Asks it to stop, and does not wait. */
    void ask() {
        if (shutdownTold.compareAndSet(false, true)) {
            setup.events.announce("shutdown", listener -> listener.shutdown(ids()));
        }
        control.ask();
    }

    /**
     * Takes no more jobs until {@link #resume}. Running jobs go on; waiting for jobs ends at once. Returns without
     * waiting. Pausing again does nothing.
     */
    public void pause() {
        if (!control.isPaused()) {
            setup.events.announce("beforePause", listener -> listener.beforePause(ids()));
            control.pause(true);
            LOG.info("Paused {}", ids());
        }
    }

    /** Goes on after {@link #pause}. Does nothing if it was not paused. */
    public void resume() {
        if (control.pause(false)) {
            setup.events.announce("afterPause", listener -> listener.afterPause(ids()));
            LOG.info("Resumed {}", ids());
        }
    }

    /**
     * Whether this worker was paused by {@link #pause}. Whether all workers are, {@link Inspector#pausedAll} tells.
     *
     * @return true until it is resumed
     */
    public boolean isPaused() {
        return control.isPaused();
    }

    /**
     * Adds a listener, which hears after those of the {@code Resque}.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        setup.events.listen(listener);
    }

    @Override
    public boolean stopListening(ResqueListener listener) {
        return setup.events.stopListening(listener);
    }

    /**
     * The ids under which this worker is registered, one for each thread.
     *
     * @return {@code host:pid:queues}; an id changes when somebody has removed it and the thread registered anew
     */
    public List<String> ids() {
        return setup.ids();
    }

    /**
     * Whether a thread of this worker still runs.
     *
     * @return false once it has stopped
     */
    public boolean isRunning() {
        return ended.getCount() > 0;
    }

    /**
     * What keeps a thread of this worker from its work with Redis, for a health check: such as a
     * {@link io.resque.api.BackendUnavailableException} while Redis is away. The thread tries again for ever, at most ten
     * seconds later. While it waits for jobs, a connection that was lost without a word is noticed after half a minute.
     *
     * @return of one thread; empty while all of them reach Redis
     */
    public Optional<Throwable> trouble() {
        return loops.stream().map(WorkerLoop::trouble).filter(Objects::nonNull).findFirst();
    }

    /**
     * Stops: takes no more jobs, lets the running ones end, and leaves Redis as Ruby's workers do. A worker that waits
     * for jobs leaves at once. Jobs that still run at the timeout are cancelled and interrupted, and get two more
     * seconds; what an interrupted job throws is its failure. A thread whose job ignores all that goes on in the
     * background and leaves when the job ends. A job that stops its own worker waits for itself until the timeout.
     *
     * @param timeout how long running jobs may take; zero interrupts them at once
     * @return whether all threads have ended
     */
    public boolean stop(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        ask();
        if (awaitEnd(timeout)) {
            return true;
        }
        control.giveUp();
        loops.forEach(WorkerLoop::cancel);
        if (awaitEnd(GRACE)) {
            return true;
        }
        LOG.warn("Jobs of {} still run; they were interrupted and did not end", ids());
        return false;
    }

    /**
     * Waits until this worker has stopped.
     *
     * @throws InterruptedException if the waiting thread was interrupted
     */
    public void join() throws InterruptedException {
        ended.await();
    }

    private boolean awaitEnd(Duration timeout) {
        try {
            return ended.await(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !isRunning();
        }
    }

    /** {@link #stop} with {@link #CLOSE_TIMEOUT}. Closing again does nothing. */
    @Override
    public void close() {
        stop(CLOSE_TIMEOUT);
    }
}
