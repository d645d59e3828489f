package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.launcher.internal.support.PublicNames;
import org.junit.jupiter.api.Test;

class PublicNamesTest {
    @Test
    void theyAreThoseOfTheClasses() {
        assertThat(PublicNames.WORKER_PROCESS).isEqualTo(WorkerProcess.class.getName());
        assertThat(PublicNames.JOB_EXECUTOR).isEqualTo(ProcessJobExecutor.class.getName());
    }
}
