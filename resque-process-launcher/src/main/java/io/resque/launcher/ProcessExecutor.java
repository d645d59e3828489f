package io.resque.launcher;

import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Gives each job to a child. */
final class ProcessExecutor implements JobExecutor {
    /** So many children may die before they have begun. */
    private static final int ATTEMPTS = 3;

    private final ChildOptions options;
    private final JobExecutorHost host;
    private final ChildPool pool;
    private final Map<JobRequest, JobRun> running = Collections.synchronizedMap(new IdentityHashMap<>());

    private ProcessExecutor(ChildOptions options, JobExecutorHost host, ChildPool pool) {
        this.options = options;
        this.host = host;
        this.pool = pool;
    }

    static JobExecutor open(ChildOptions options, JobExecutorHost host) {
        ClassArchive archive = ClassArchive.of(options);
        ChildPool pool = new ChildPool(options, new ChildStarter(options, ChildSetup.of(host), archive));
        ChildStarter.removeForgotten();
        try {
            pool.open(archive);
        } catch (StartException e) {
            pool.close();
            throw new ConfigurationException(e.getMessage(), e);
        } catch (InterruptedException e) {
            pool.close();
            Thread.currentThread().interrupt();
            throw new ConfigurationException("Interrupted while the first child process started", e);
        }
        return new ProcessExecutor(options, host, pool);
    }

    @Override
    public boolean forks() {
        return true;
    }

    @Override
    public JobOutcome run(JobRequest request) throws InterruptedException {
        JobRun run = new JobRun(request, host);
        running.put(request, run);
        try {
            for (int attempt = 1; ; attempt++) {
                ChildProcess child = pool.take();
                boolean goesOn = false;
                try {
                    JobOutcome outcome = run.in(child);
                    goesOn = !(outcome instanceof JobOutcome.Died) && child.goesOnAfterThis(options);
                    return outcome;
                } catch (JobRun.NotBegunException e) {
                    if (attempt == ATTEMPTS) {
                        return new JobOutcome.Died(e.getMessage());
                    }
                } finally {
                    pool.give(child, goesOn);
                }
            }
        } catch (StartException e) {
            return new JobOutcome.Died(e.getMessage());
        } catch (InvalidJobException e) { // arguments that are too large to cross
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

    @Override
    public void close() {
        pool.close();
    }
}
