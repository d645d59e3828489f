package com.example.timed;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.tck.JobExecutorTck;

class TimedExecutorTckTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new TimedExecutorProvider();
    }
}
