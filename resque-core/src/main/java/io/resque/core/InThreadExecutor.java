package io.resque.core;

import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Runs a job on the thread of its worker. */
final class InThreadExecutor implements JobExecutor {
    private static final int MAX_CAUSES = 10;

    private final JobExecutorHost host;
    private final Map<String, RunContext> running = new ConcurrentHashMap<>();

    InThreadExecutor(JobExecutorHost host) {
        this.host = host;
    }

    @Override
    public JobOutcome run(JobRequest request) {
        RunContext context = new RunContext(request, host);
        running.put(request.worker(), context);
        try {
            perform(context);
            return new JobOutcome.Completed(context.result());
        } catch (DontPerformException e) {
            return new JobOutcome.Vetoed();
        } catch (Throwable e) { // of a job: StackOverflowError, OutOfMemoryError, LinkageError fail it, not the worker
            return failed(e);
        } finally {
            running.remove(request.worker(), context);
        }
    }

    @Override
    public void cancel(JobRequest request) {
        RunContext context = running.get(request.worker());
        if (context != null && context.request == request) {
            context.cancel();
        }
    }

    @Override
    public void close() {}

    private void perform(RunContext context) throws Throwable {
        String jobClass = context.jobClass();
        Job job = host.create(jobClass)
                .orElseThrow(() -> new UnknownJobException("No job is registered for \"" + jobClass
                        + "\"; register it on this worker, or leave its queue to one that has it"));
        job.setUp(context);
        Throwable thrown = null;
        try {
            job.perform(context);
        } catch (Throwable e) {
            thrown = e;
        }
        thrown = tearDown(job, context, thrown);
        if (thrown != null) {
            throw thrown;
        }
    }

    /** Whatever perform threw stands, unless it was only a veto. */
    private static @Nullable Throwable tearDown(Job job, JobContext context, @Nullable Throwable thrown) {
        try {
            job.tearDown(context);
            return thrown;
        } catch (Throwable e) {
            if (thrown == null || thrown instanceof DontPerformException) {
                return e;
            }
            if (e != thrown) {
                thrown.addSuppressed(e);
            }
            return thrown;
        }
    }

    private static JobOutcome.Failed failed(Throwable thrown) {
        return new JobOutcome.Failed(thrown.getClass().getName(), message(thrown), frames(thrown));
    }

    private static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? thrown.getClass().getName() : message;
        } catch (RuntimeException | StackOverflowError e) {
            return thrown.getClass().getName() + " (its getMessage threw "
                    + e.getClass().getName() + ")";
        }
    }

    /** Ruby cuts a backtrace where its own frames begin; so do we. */
    private static List<String> frames(Throwable thrown) {
        List<String> frames = new ArrayList<>();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (depth > 0) {
                frames.add("Caused by: " + cause.getClass().getName() + ": " + message(cause));
            }
            for (StackTraceElement frame : cause.getStackTrace()) {
                if (frame.getClassName().equals(InThreadExecutor.class.getName())) {
                    break;
                }
                frames.add(frame.toString());
            }
            cause = cause.getCause();
        }
        return frames;
    }
}
