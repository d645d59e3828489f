package io.resque.launcher;

import io.resque.launcher.internal.process.PoolManager;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Worker processes for several lists of queues under one process, as resque-pool has them: {@code bin/resque pool}. It reads the
 * lists again at HUP. Not thread-safe; it runs once.
 */
public final class WorkerPool {
    /** How many processes a pool can have, and how many jobs at once one of its lists. */
    public static final int MOST = PoolManager.MOST;

    private final Environment environment;
    private final Supplier<Map<String, Integer>> lists;
    private final PoolManager.Options options = new PoolManager.Options();

    /**
     * Prepares a pool; nothing is started.
     *
     * @param environment of all workers; its variables for queues and numbers have no effect
     * @param lists reads the lists: queues as in {@code QUEUE}, the most urgent first, and how many jobs of them may run at
     *     once, from 0 to {@link #MOST}. Called at the start and at each HUP, in the thread of {@link #run}. An exception at the
     *     start ends the start. An exception at a HUP is logged, and the pool stays as it was.
     */
    public WorkerPool(Environment environment, Supplier<Map<String, Integer>> lists) {
        this.environment = environment;
        this.lists = lists;
    }

    /**
     * Sets the name that the title of the process shows.
     *
     * @param name of the application
     * @return this
     */
    public WorkerPool name(String name) {
        options.name = name;
        return this;
    }

    /**
     * Sets a variable for the workers.
     *
     * @param variable its name
     * @param value its value
     * @return this
     */
    public WorkerPool variable(String variable, String value) {
        options.variables.put(variable, value);
        return this;
    }

    /**
     * Starts one worker process for each job that may run at once, instead of one for each list.
     *
     * @return this
     */
    public WorkerPool processEach() {
        options.processEach = true;
        return this;
    }

    /**
     * Makes TERM do what QUIT does: the pool leaves when all jobs have ended.
     *
     * @return this
     */
    public WorkerPool termWaits() {
        options.termWaits = true;
        return this;
    }

    /**
     * Makes TERM do what INT does: the pool leaves at once, and each worker after its jobs.
     *
     * @return this
     */
    public WorkerPool termLeaves() {
        options.termLeaves = true;
        return this;
    }

    /**
     * Runs until the pool is told to leave. It takes over this process: its signals, its title and, where {@code bin/resque} has
     * started it, its standard input.
     *
     * @return the status for {@link System#exit}: 0 after a signal, or under {@code INTERVAL=0} when no job is left; otherwise the
     *     status of workers that cannot be started
     * @throws io.resque.api.ConfigurationException if the lists or the environment say something that cannot be done
     */
    public int run() {
        try {
            return new PoolManager(environment.variables(), lists, options)
                    .run()
                    .status();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        }
    }
}
