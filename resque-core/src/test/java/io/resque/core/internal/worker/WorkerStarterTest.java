package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Worker;
import io.resque.core.internal.schedule.SchedulerLoop;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.ListenerChain;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** The start of a worker where something that it can do without cannot be started. */
class WorkerStarterTest {
    @Test
    void aWorkerRunsThoughThereIsNoMemoryForTheThreadOfTheScheduler() {
        SchedulerLoop scheduling = Mockito.mock();
        Mockito.doThrow(new OutOfMemoryError("unable to create native thread"))
                .when(scheduling)
                .start(Mockito.any());
        WorkerStarter starter = new WorkerStarter(
                Mockito.mock(),
                CoreRedis.GSON,
                1,
                Mockito.mock(),
                Clock.systemUTC(),
                Mockito.mock(),
                Mockito.mock(),
                new RunningWorkers(ListenerChain.ofResque()),
                new DaemonThreads(),
                () -> scheduling,
                policies -> {},
                Mockito.mock(),
                null,
                Duration.ZERO,
                null);
        LiveQueues queues = new LiveQueues(QueueList.of("q"), Mockito.mock(), CoreRedis.GSON, 1 << 20);
        FirstRegistrations registrations = new FirstRegistrations(1, () -> {});
        WorkerThreads threads = Mockito.mock();
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            starter.start(
                    new WorkerStarter.Registered(Mockito.mock(), queues, registrations, scheduling, () -> {}), threads);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("fires no recurring jobs: the scheduler could not be started: ")
                    .contains("unable to create native thread");
        }
        Mockito.verify(threads).keepAlive(Mockito.any());
    }
}
