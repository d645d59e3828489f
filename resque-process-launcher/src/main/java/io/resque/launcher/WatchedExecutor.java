package io.resque.launcher;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An executor whose jobs show in {@code ps} and, with VERBOSE, in the log. */
final class WatchedExecutor implements JobExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private final JobExecutor executor;
    private final WorkerTitle title;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean terminated;

    WatchedExecutor(JobExecutor executor, WorkerTitle title) {
        this.executor = executor;
        this.title = title;
    }

    @Override
    public boolean forks() {
        return executor.forks();
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
                title.processing(request.queue(), request.jobClass());
            }
            JobOutcome outcome = executor.run(request);
            if (terminated) {
                outcome = Death.byTerm(outcome);
            }
            tell(job, outcome);
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

    /** In Ruby's words. */
    private static void tell(String job, JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Failed failed) {
            LOG.info(
                    "{} failed: #<{}: {}>",
                    job,
                    JsonRules.forLog(failed.exception()),
                    JsonRules.forLog(failed.message()));
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

    /** Jobs of this JVM that are interrupted from now on were told to end. */
    void terminated() {
        terminated = true;
    }

    /** Does something to the children, if jobs have any; says whether. */
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
