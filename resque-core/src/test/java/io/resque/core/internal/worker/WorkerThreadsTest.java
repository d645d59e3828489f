package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.internal.subscription.QueueList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WorkerThreadsTest {
    private static final QueueList QUEUES = QueueList.of("default");

    @Test
    void areNamedAfterTheQueues() {
        Thread thread = new WorkerThreads(QUEUES, false, null).make(() -> {});
        assertThat(thread.getName()).isEqualTo("resque-default-1");
        assertThat(thread.isDaemon()).isFalse();
    }

    @Test
    void mayBeVirtualFromJava21On() {
        if (Runtime.version().feature() < 21) {
            System.out.println("SKIPPED mayBeVirtualFromJava21On: this is Java " + Runtime.version());
            Assumptions.abort("this Java has no virtual threads");
        }
        Thread thread = new WorkerThreads(QUEUES, true, null).make(() -> {});
        assertThat(thread.getName()).isEqualTo("resque-default-1");
        assertThat(thread.isDaemon()).as("as all virtual threads are").isTrue();
    }
}
