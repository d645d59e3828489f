package io.resque.core;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;

/** Gives an executor that a test has made. */
record MadeExecutor(JobExecutor executor) implements JobExecutorProvider {
    @Override
    public String name() {
        return "made";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        return executor;
    }
}
