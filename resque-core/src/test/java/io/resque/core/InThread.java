package io.resque.core;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;

/** The executor of a worker that chose none, for the kit. */
public final class InThread implements JobExecutorProvider {
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
