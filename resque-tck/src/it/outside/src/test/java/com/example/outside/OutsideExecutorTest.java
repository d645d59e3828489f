package com.example.outside;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.tck.JobExecutorTck;

class OutsideExecutorTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new JobExecutorProvider() {
            @Override
            public String name() {
                return "outside";
            }

            @Override
            public int portsVersion() {
                return PORTS_VERSION;
            }

            @Override
            public JobExecutor open(JobExecutorHost host) {
                return new OutsideExecutor(host);
            }
        };
    }
}
