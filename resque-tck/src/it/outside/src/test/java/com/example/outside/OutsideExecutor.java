package com.example.outside;

import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** An executor by the Javadoc alone: it runs each job on the thread that asks. */
final class OutsideExecutor implements JobExecutor {
    private final JobExecutorHost host;
    private final Map<String, OutsideContext> running = new ConcurrentHashMap<>();

    OutsideExecutor(JobExecutorHost host) {
        this.host = host;
    }

    @Override
    public JobOutcome run(JobRequest request) {
        OutsideContext context = new OutsideContext(request, host);
        running.put(request.worker(), context);
        try {
            Job job = host.create(request.jobClass())
                    .orElseThrow(() -> new UnknownJobException("No job \"" + request.jobClass() + "\""));
            job.setUp(context);
            perform(job, context);
            return new JobOutcome.Completed(context.result);
        } catch (DontPerformException e) {
            return new JobOutcome.Vetoed();
        } catch (Throwable e) { // whatever a job throws is an outcome
            return new JobOutcome.Failed(
                    e.getClass().getName(),
                    e.getMessage() == null ? e.getClass().getName() : e.getMessage(),
                    Stream.of(e.getStackTrace()).map(String::valueOf).limit(300).toList());
        } finally {
            running.remove(request.worker());
        }
    }

    private static void perform(Job job, OutsideContext context) throws Exception {
        try {
            job.perform(context);
        } catch (Throwable e) {
            try {
                job.tearDown(context);
            } catch (Throwable second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        job.tearDown(context);
    }

    @Override
    public void cancel(JobRequest request) {
        OutsideContext context = running.get(request.worker());
        if (context != null && context.request == request) {
            context.cancelled = true;
        }
    }

    @Override
    public void close() {}
}
