package com.example.outside;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;
import io.resque.tck.JobExecutorTck;

class OutsideExecutorTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new InThreadExecutorProvider();
    }
}
