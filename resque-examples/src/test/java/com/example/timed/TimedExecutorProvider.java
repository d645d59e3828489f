package com.example.timed;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;

/** The entry point of the adapter, which ServiceLoader finds. */
public final class TimedExecutorProvider implements JobExecutorProvider {
    @Override
    public String name() {
        return "timed";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        return new TimedExecutor(new InThreadExecutorProvider().open(host));
    }
}
