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
        String jobClass = JsonRules.forLog(request.jobClass());
        String queue = JsonRules.forLog(request.queue());
        LOG.info("Found {} on {}", jobClass, queue);
        if (LOG.isDebugEnabled()) {
            LOG.debug("got: ({} | {} | {})", queue, jobClass, JsonRules.forLog(String.valueOf(request.args())));
        }
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
            LOG.info("Done: {} of {}, {}", jobClass, queue, JsonRules.forLog(how(outcome)));
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

    private static String how(JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Failed failed) {
            return "failed: " + failed.exception() + ": " + failed.message();
        }
        if (outcome instanceof JobOutcome.Died died) {
            return "died: " + died.cause();
        }
        return outcome instanceof JobOutcome.Vetoed ? "not performed" : "completed";
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
