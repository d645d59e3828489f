package io.resque.core;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.tck.JobExecutorTck;

class InThreadExecutorTckTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return new InThreadExecutorProvider();
    }
}
