package io.resque.launcher.internal.process;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.pool.ExitText;
import io.resque.launcher.internal.pool.ProcessExecutor;
import io.resque.launcher.internal.support.PublicNames;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An executor whose jobs are shown by {@code ps} and, under VERBOSE, by the log. */
final class WatchedExecutor implements JobExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    private final JobExecutor executor;
    private final WorkerTitle title;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean terminated;
    private volatile boolean leaving;

    WatchedExecutor(JobExecutor executor, WorkerTitle title) {
        this.executor = executor;
        this.title = title;
    }

    @Override
    public boolean forks() {
        return executor.forks();
    }

    /** Under VERBOSE, in Ruby's words. */
    @Override
    public boolean logsFailures() {
        return LOG.isInfoEnabled();
    }

    @Override
    public JobOutcome run(JobRequest request) throws InterruptedException {
        String job = LOG.isInfoEnabled() ? JobText.of(request) : "";
        LOG.debug("Found job on {}", JsonRules.forLog(request.queue()));
        LOG.info("got: {}", job);
        title.began();
        running.incrementAndGet();
        try {
            if (!forks()) {
                title.processing(request.queue(), request.shownClass());
            }
            JobOutcome outcome = executor.run(request);
            if (terminated) {
                outcome = ExitText.byTerm(outcome);
            }
            log(job, outcome);
            return outcome;
        } finally {
            running.decrementAndGet();
            title.ended();
        }
    }

    /** How many jobs run. */
    int running() {
        return running.get();
    }

    /** Logs the outcome in Ruby's words. */
    private static void log(String job, JobOutcome outcome) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        if (outcome instanceof JobOutcome.Failed failed) {
            LOG.info(
                    "{} failed: #<{}: {}>",
                    job,
                    JsonRules.forLog(failed.exception()),
                    JsonRules.forLog(failed.message()),
                    failed.forLog());
        } else if (outcome instanceof JobOutcome.Died died) {
            LOG.info("{} failed: #<Resque::DirtyExit: {}>", job, JsonRules.forLog(died.cause()));
        } else if (outcome instanceof JobOutcome.Vetoed) {
            LOG.info("done: {}, not performed", job);
        } else {
            LOG.info("done: {}", job);
        }
    }

    @Override
    public void cancel(JobRequest request) {
        executor.cancel(request);
    }

    /** From now on an interrupt of a job in this JVM means TERM. */
    void terminated() {
        terminated = true;
    }

    /** From now on jobs are interrupted or killed, since the worker leaves. */
    void leave() {
        leaving = true;
    }

    @Override
    public boolean isLeaving() {
        return leaving;
    }

    /** Calls the action if jobs run in children. Returns whether they do. */
    boolean withChildren(Consumer<ProcessExecutor> action) {
        if (executor instanceof ProcessExecutor children) {
            action.accept(children);
            return true;
        }
        return false;
    }

    @Override
    public void close() {
        executor.close();
    }
}
