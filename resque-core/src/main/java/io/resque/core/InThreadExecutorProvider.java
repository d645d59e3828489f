package io.resque.core;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.internal.execution.InThreadExecutor;

/**
 * Runs each job on the thread that asks for it. A worker uses it if no other executor was chosen. Named {@code thread}.
 * An executor with processes of its own opens it there, so that a job finds the same wherever it runs.
 */
public final class InThreadExecutorProvider implements JobExecutorProvider {
    /** For {@link java.util.ServiceLoader}. */
    public InThreadExecutorProvider() {}

    @Override
    public String name() {
        return "thread";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        return new InThreadExecutor(host);
    }
}
