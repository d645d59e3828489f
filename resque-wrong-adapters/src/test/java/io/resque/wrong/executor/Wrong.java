package io.resque.wrong.executor;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.core.InThreadExecutorProvider;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * An executor that is wrong in one way.
 *
 * @param label what is wrong
 * @param rule the one that the kit must find broken
 * @param says what the kit's message must hold
 * @param wrong makes it, over a right one
 */
record Wrong(String label, String rule, String says, Function<JobExecutorHost, JobExecutor> wrong)
        implements JobExecutorProvider {

    static Wrong executor(String label, String rule, String says, UnaryOperator<JobExecutor> change) {
        return new Wrong(label, rule, says, host -> change.apply(new InThreadExecutorProvider().open(host)));
    }

    /** Changes the job that is asked for. */
    static Wrong request(String label, String rule, String says, UnaryOperator<JobRequest> change) {
        return executor(label, rule, says, real -> new Changed(real) {
            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                return real.run(change.apply(request));
            }
        });
    }

    /** Changes how the job is said to have ended. */
    static Wrong outcome(String label, String rule, String says, UnaryOperator<JobOutcome> change) {
        return executor(label, rule, says, real -> new Changed(real) {
            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                return change.apply(real.run(request));
            }
        });
    }

    /** As {@link #outcome}, for jobs that failed. */
    static Wrong failure(String label, String says, Function<JobOutcome.Failed, JobOutcome> change) {
        return outcome(
                label,
                "W-003",
                says,
                outcome -> outcome instanceof JobOutcome.Failed failed ? change.apply(failed) : outcome);
    }

    /** Changes the worker's side. */
    static Wrong host(String label, String rule, String says, UnaryOperator<JobExecutorHost> change) {
        return new Wrong(label, rule, says, host -> new InThreadExecutorProvider().open(change.apply(host)));
    }

    /** Changes the jobs. */
    static Wrong job(String label, String rule, String says, UnaryOperator<Job> change) {
        return host(label, rule, says, host -> new ChangedHost(host) {
            @Override
            Job change(Job job) {
                return change.apply(job);
            }
        });
    }

    /** Changes what jobs see. */
    static Wrong context(String label, String rule, String says, UnaryOperator<JobContext> change) {
        return job(label, rule, says, job -> new Steps(job) {
            @Override
            JobContext change(JobContext context) {
                return change.apply(context);
            }
        });
    }

    @Override
    public String name() {
        return "wrong";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        return wrong.apply(host);
    }

    /** A real executor, for those that change one method. */
    static class Changed implements JobExecutor {
        final JobExecutor real;

        Changed(JobExecutor real) {
            this.real = real;
        }

        @Override
        public JobOutcome run(JobRequest request) throws InterruptedException {
            return real.run(request);
        }

        @Override
        public void cancel(JobRequest request) {
            real.cancel(request);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** A real job, for those that change a step, or what all steps see. */
    static class Steps implements Job {
        final Job real;

        Steps(Job real) {
            this.real = real;
        }

        JobContext change(JobContext context) {
            return context;
        }

        @Override
        public void setUp(JobContext context) throws Exception {
            real.setUp(change(context));
        }

        @Override
        public void perform(JobContext context) throws Exception {
            real.perform(change(context));
        }

        @Override
        public void tearDown(JobContext context) throws Exception {
            real.tearDown(change(context));
        }
    }
}
