package io.resque.activejob;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;

/** The process of each job is killed, as with {@code kill -9}. */
final class KillingExecutor implements JobExecutorProvider, JobExecutor {
    @Override
    public String name() {
        return "killing";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        return this;
    }

    @Override
    public JobOutcome run(JobRequest request) {
        return new JobOutcome.Died("Child process received unhandled signal SIGKILL (signal 9)");
    }

    @Override
    public void cancel(JobRequest request) {
        // It is dead.
    }

    @Override
    public void close() {
        // There is nothing to be closed.
    }
}
