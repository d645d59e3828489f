package io.resque.core.internal.execution;

import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.ResqueListener;
import io.resque.api.TypeNames;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs a job on the thread of its worker. */
public final class InThreadExecutor implements JobExecutor {
    private final JobExecutorHost host;
    private final Map<String, RunContext> running = new ConcurrentHashMap<>();
    private final JobDeadlines deadlines = new JobDeadlines();

    public InThreadExecutor(JobExecutorHost host) {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it may have been meant for the owner of the thread
            return JobOutcome.Failed.of(e, InThreadExecutor.class);
        } catch (Throwable e) { // of a job: StackOverflowError, OutOfMemoryError, LinkageError fail it, not the worker
            return JobOutcome.Failed.of(e, InThreadExecutor.class);
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
    public void close() {
        deadlines.close();
    }

    /** Runs a job with all its listeners; throws the exception that fails it. */
    public void perform(RunContext context) throws Throwable {
        List<ResqueListener> listeners = host.listeners();
        try {
            for (ResqueListener listener : listeners) {
                listener.beforePerform(context);
            }
            around(listeners, 0, context);
            for (ResqueListener listener : listeners) {
                listener.afterPerform(context);
            }
        } catch (DontPerformException e) {
            throw e;
        } catch (Throwable e) {
            tellFailure(listeners, context, e);
            throw e;
        } finally {
            context.end();
        }
    }

    private void around(List<ResqueListener> listeners, int index, RunContext context) throws Throwable {
        if (index == listeners.size()) {
            inTime(context);
            return;
        }
        listeners.get(index).aroundPerform(context, new Rest(listeners, index, context));
    }

    /** A job may throw a Throwable that is neither an Exception nor an Error; it must not be wrapped. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asIs(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A listener around a job calls this, once: a job that ran twice would do its work twice. */
    private final class Rest implements ResqueListener.Run {
        private final List<ResqueListener> listeners;
        private final int index;
        private final RunContext context;
        private boolean begun;

        Rest(List<ResqueListener> listeners, int index, RunContext context) {
            this.listeners = listeners;
            this.index = index;
            this.context = context;
        }

        @Override
        public void proceed() throws Exception {
            if (begun) {
                throw new IllegalStateException("aroundPerform of "
                        + TypeNames.of(listeners.get(index).getClass()) + " called proceed a second time");
            }
            begun = true;
            try {
                around(listeners, index + 1, context);
            } catch (Throwable e) {
                throw InThreadExecutor.<Exception>asIs(e);
            }
        }
    }

    private void inTime(RunContext context) throws Throwable {
        if (context.request.deadline() == null) {
            setUpPerformTearDown(context);
            return;
        }
        JobDeadlines.Limit limit = deadlines.start(context.request.deadline(), context::cancel);
        Throwable thrown = null;
        try {
            setUpPerformTearDown(context);
        } catch (Throwable e) {
            thrown = e;
        }
        boolean late = limit.end();
        if (thrown != null && late) {
            TimeoutException timeout =
                    new TimeoutException(context.jobClass() + " ran past its time limit and was interrupted");
            timeout.initCause(thrown);
            throw timeout;
        }
        if (thrown != null) {
            throw thrown;
        }
    }

    private void setUpPerformTearDown(RunContext context) throws Throwable {
        String jobClass = context.jobClass();
        Optional<Job> made = host.create(jobClass);
        if (made.isEmpty()) {
            throw new UnknownJobException("No job is registered for \"" + jobClass
                    + "\"; register it on this worker, or leave its queue to one that has it");
        }
        Job job = made.get();
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

    /** An exception of perform stands, unless it was only a veto. */
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

    private static void tellFailure(List<ResqueListener> listeners, JobContext context, Throwable failure) {
        for (ResqueListener listener : listeners) {
            try {
                listener.onFailure(context, failure);
            } catch (Throwable e) {
                if (e != failure) {
                    failure.addSuppressed(e);
                }
            }
        }
    }
}
