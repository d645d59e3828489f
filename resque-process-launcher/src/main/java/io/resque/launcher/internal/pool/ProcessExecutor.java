package io.resque.launcher.internal.pool;

import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Runs each job in a child. Thread-safe. */
public final class ProcessExecutor implements JobExecutor {
    /** So many children may die one after the other before they have begun the job. */
    private static final int ATTEMPTS = 3;

    private final ChildOptions options;
    private final JobExecutorHost host;
    private final ChildPool pool;
    private final LongConsumer onFork;
    private final Map<JobRequest, JobRun> running = Collections.synchronizedMap(new IdentityHashMap<>());
    private final LeftBehindLog leftBehind;
    private volatile @Nullable String killAll;

    private ProcessExecutor(ChildOptions options, JobExecutorHost host, ChildPool pool, LongConsumer onFork) {
        this.options = options;
        this.host = host;
        this.pool = pool;
        this.onFork = onFork;
        this.leftBehind = new LeftBehindLog(options);
    }

    /**
     * Starts a first child and waits for it.
     *
     * @param onFork is told the pid of each child that gets a job
     * @throws ConfigurationException if no child can be started or none can run the jobs
     */
    public static ProcessExecutor open(ChildOptions given, JobExecutorHost host, LongConsumer onFork) {
        JavaOptions.refusePorts(given.javaOptions());
        ChildOptions options = given.withLook();
        ChildPool pool = new ChildPool(options, new ChildStarter(options, ChildSetup.of(host, options)));
        SocketFolder.removeForgotten();
        try {
            pool.open();
        } catch (ChildStartException e) {
            pool.close();
            throw new ConfigurationException(e.getMessage(), e);
        } catch (InterruptedException e) {
            pool.close();
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Interrupted while the first child process started", e);
        }
        return new ProcessExecutor(options, host, pool, onFork);
    }

    @Override
    public boolean forks() {
        return true;
    }

    @Override
    public JobOutcome run(JobRequest request) throws InterruptedException {
        JobRun run = new JobRun(request, host);
        running.put(request, run);
        String reason = killAll;
        if (reason != null) {
            run.kill(reason);
        }
        try {
            for (int attempt = 1; ; attempt++) {
                ChildProcess child = pool.take();
                boolean goesOn = false;
                try {
                    onFork.accept(child.process.pid());
                    JobOutcome outcome = run.in(child);
                    goesOn = !(outcome instanceof JobOutcome.Died)
                            && leftBehind.isClean(request, run)
                            && child.goesOnAfterThis(options);
                    return outcome;
                } catch (JobRun.NotBegunException e) {
                    if (attempt == ATTEMPTS) {
                        return new JobOutcome.Died(e.getMessage());
                    }
                } finally {
                    pool.give(child, goesOn);
                }
            }
        } catch (ChildStartException e) {
            return new JobOutcome.Died(e.getMessage());
        } catch (InvalidJobException e) { // the arguments do not fit into a frame
            return new JobOutcome.Failed(
                    InvalidJobException.class.getName(), String.valueOf(e.getMessage()), List.of());
        } finally {
            running.remove(request);
        }
    }

    @Override
    public void cancel(JobRequest request) {
        JobRun run = running.get(request);
        if (run != null) {
            run.cancel();
        }
    }

    /** Kills the children that run a job. The outcome of these jobs is a death with this reason. */
    public void kill(String reason) {
        runs().forEach(run -> run.kill(reason));
    }

    /** Does what {@link #kill} does, and the same to each job that begins from now on. */
    public void killFromNowOn(String reason) {
        killAll = reason;
        kill(reason);
    }

    /** Interrupts the running jobs. After the grace period, kills the children of those that still run. */
    public void terminate(Duration grace) {
        runs().forEach(run -> run.terminate(grace));
    }

    private List<JobRun> runs() {
        synchronized (running) {
            return List.copyOf(running.values());
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
