package io.resque.launcher;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.tck.JobExecutorTck;

class ProcessJobExecutorTckTest extends JobExecutorTck {
    // The many short tests must not wait for a JVM each. DirtyEndsTest and others run one child for each job.
    @Override
    protected JobExecutorProvider provider() {
        return ProcessJobExecutor.builder().jobsPerFork(10).build();
    }
}
