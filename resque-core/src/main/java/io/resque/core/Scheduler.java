package io.resque.core;

import io.resque.core.internal.schedule.SchedulerLoop;
import java.util.Optional;

/**
 * Puts delayed and recurring jobs onto their queues when they are due. Each {@link Resque} has one, with a thread of its own, {@code resque-scheduler}.
 * It runs while one of the workers of the {@code Resque} runs, unless {@link WorkerBuilder#scheduler} says otherwise, and between {@link
 * #start} and {@link #close}. Thread-safe.
 *
 * <p>Any number of schedulers can run in any number of processes: a job is moved once, and a recurring job fired once for
 * each tick. They sleep until the next job is due by the clock of Redis, and see what was
 * written for an earlier second within a second; up to 75 seconds later if most schedulers, among them the one that looks for all, end at once.
 * While a scheduler of Ruby or Node holds its lock, ours move no delayed jobs; they go on when the lock has been free for ten seconds.
 * Recurring jobs of this library are fired all the same, and those of Ruby are left to Ruby. A scheduler never ends because of Redis or of what stands there.
 */
public final class Scheduler implements AutoCloseable {
    private final SchedulerLoop loop;
    private volatile boolean isStarted;

    Scheduler(SchedulerLoop loop) {
        this.loop = loop;
    }

    /**
     * Starts it; does nothing if it was started. Its thread keeps the JVM alive. Does not wait for Redis. After {@link Resque#close} this
     * does nothing.
     *
     * @return this
     */
    public Scheduler start() {
        loop.start(this);
        isStarted = true;
        return this;
    }

    /** Whether {@link #start} was called, and {@link #close} was not. */
    boolean isStarted() {
        return isStarted;
    }

    /**
     * Whether it runs, because of {@link #start} or a worker.
     *
     * @return false if no job is moved by this {@link Resque}
     */
    public boolean isRunning() {
        return loop.isRunning();
    }

    /**
     * Whether it runs and works: Redis has answered it, and {@link #redisError} is empty.
     *
     * @return false also from its start until the first answer
     */
    public boolean isWorking() {
        return loop.isWorking();
    }

    /**
     * How many jobs it has put onto their queues since the {@link Resque} was built.
     *
     * @return 0 or more
     */
    public long countMoved() {
        return loop.moved();
    }

    /**
     * How many recurring jobs it has put onto their queues since the {@link Resque} was built.
     *
     * @return 0 or more
     */
    public long countFired() {
        return loop.fired();
    }

    /**
     * How many delayed jobs it has taken out since the {@link Resque} was built because a listener vetoed them, and how many ticks of
     * recurring jobs it has settled for this reason: none of these jobs is on a queue. The log names each.
     *
     * @return 0 or more
     */
    public long countVetoed() {
        return loop.vetoed();
    }

    /**
     * How many delayed jobs, and ticks of recurring jobs, have become failures since the {@link Resque} was built, since they could not go onto their queues: an item
     * that nobody can read, an exception of a listener, or a queue that Redis refuses to write. Entries of the schedule behind which no
     * job can stand count, too.
     *
     * @return 0 or more
     */
    public long countFailed() {
        return loop.failed();
    }

    /**
     * The exception that keeps it from moving delayed jobs or firing recurring jobs now, such as a
     * {@link io.resque.api.BackendUnavailableException} while Redis is away. It
     * tries again at most ten seconds later.
     *
     * @return empty if it can move jobs, or does not run
     */
    public Optional<Throwable> redisError() {
        return Optional.ofNullable(loop.error());
    }

    /**
     * The scheduler of Ruby or Node that held its lock at the last look.
     *
     * @return the key of the lock and its value, such as {@code resque:resque:resque_scheduler_master_lock = web-1:4711}, where Ruby has the
     *     namespace twice; empty if there is none
     */
    public Optional<String> foreignHolder() {
        return holder(loop);
    }

    static Optional<String> holder(SchedulerLoop loop) {
        return Optional.ofNullable(loop.holder()).map(holder -> holder.lock() + " = " + holder.value());
    }

    /**
     * Ends what {@link #start} began, within a second; it goes on while a worker needs it. Closing again does nothing.
     */
    @Override
    public void close() {
        isStarted = false;
        loop.stop(this);
        loop.awaitEnd();
    }
}
