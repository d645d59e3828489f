package io.resque.launcher;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.tck.JobExecutorTck;

/** Where no shell can give pipes to a child. */
class SocketExecutorTckTest extends JobExecutorTck {
    @Override
    protected JobExecutorProvider provider() {
        return ProcessJobExecutor.builder().pipes(false).jobsPerFork(10).build();
    }
}
