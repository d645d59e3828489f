package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.FailureListLayout;
import io.resque.api.RetryKeys;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WorkerSession;
import io.resque.core.CoreRedis;
import io.resque.core.ResqueBuilder;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.failure.Retries;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.fleet.Heartbeat;
import io.resque.core.internal.status.LateStatuses;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;

/** A stop of loops whose sessions and executor the test makes. */
@Timeout(60)
class WorkerGroupTest {
    private static final QueueList QUEUE = QueueList.of("q");
    private final CountDownLatch runs = new CountDownLatch(1);

    private static WorkerGroup worker(JobExecutor executor, WorkerThreads threads, WorkerSession... sessions) {
        WorkerSignals control = new WorkerSignals();
        ListenerChain events = ListenerChain.ofResque();
        LiveQueues queues = new LiveQueues(QUEUE, Mockito.mock(), CoreRedis.GSON, Long.MAX_VALUE);
        Heartbeat heartbeat = new Heartbeat(Mockito.mock(), Duration.ofSeconds(60));
        FailureSettings settings = new FailureSettings(
                FailureListLayout.COMMON, null, null, ResqueBuilder.DEFAULT_BACKTRACE_LIMIT, List.of());
        StatusUpdates statuses = new StatusUpdates(
                Mockito.mock(), false, Duration.ofDays(1), null, new LateStatuses(Mockito.mock()), CoreRedis.GSON);
        JobSettlements settlements = new JobSettlements(
                CoreRedis.GSON,
                new FailureLog(Mockito.mock(), CoreRedis.GSON, Clock.systemUTC(), settings, Long.MAX_VALUE),
                statuses,
                new Retries(
                        CoreRedis.GSON,
                        () -> 0.5,
                        true,
                        new RubyRetries(CoreRedis.GSON, RetryKeys.NONE, (name, now) -> 0)));
        TroubleLog troubles = new TroubleLog(events, List::of);
        FirstRegistrations registrations = new FirstRegistrations(sessions.length, () -> {});
        WorkerActivity activity = new WorkerActivity(sessions.length, false, control, events, List::of);
        List<WorkerLoop> loops = Stream.of(sessions)
                .map(session -> {
                    LoopTrouble trouble = new LoopTrouble(control, troubles);
                    PayloadReader reader = new PayloadReader(CoreRedis.GSON);
                    JobEvents told = new JobEvents(events, reader);
                    JobRunner runner = new JobRunner(
                            executor,
                            control,
                            reader,
                            settlements,
                            new JobPolicies(Mockito.mock(), null),
                            new JobSlots(Mockito.mock(), Duration.ZERO),
                            events,
                            false,
                            Long.MAX_VALUE,
                            () -> null,
                            new JobLocks(Mockito.mock(), CoreRedis.GSON, null),
                            trouble,
                            told);
                    return new WorkerLoop(
                            session,
                            null,
                            new LoopRegistration(Mockito.mock(), Mockito.mock(), registrations),
                            heartbeat,
                            control,
                            queues,
                            activity.ofLoop(),
                            runner,
                            trouble,
                            told);
                })
                .toList();
        RunningWorkers workers = new RunningWorkers(events);
        RunningLoops running = new RunningLoops(
                loops, executor, events, control, Duration.ofSeconds(30), new DaemonThreads(), workers::stopped);
        workers.works(running);
        return new WorkerGroup(running, queues, registrations, threads);
    }

    /** The interrupt is the job's: a settle must not be cut by it, which on a virtual thread closes the connection. */
    @Test
    void aThreadThatSettlesIsNotInterrupted() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        JobExecutor executor = Mockito.mock();
        Mockito.when(executor.run(Mockito.any())).thenReturn(new JobOutcome.Completed(null));
        WorkerSession session = Mockito.mock();
        Mockito.when(session.id()).thenReturn("id");
        Mockito.when(session.reserve(Mockito.any()))
                .thenReturn(Reservation.of(
                        new ReservedJob(1, "q", Payload.ofText("{\"class\":\"A\",\"args\":[]}"), Instant.EPOCH)));
        Mockito.when(session.settleAndReserveAsync(Mockito.any(), Mockito.any()))
                .thenCallRealMethod();
        Mockito.when(session.settleAndReserve(Mockito.any(), Mockito.any())).thenAnswer(call -> {
            runs.countDown();
            try {
                mayGoOn.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            return Reservation.EMPTY;
        });
        Mockito.when(session.unregister()).thenReturn(Optional.empty());
        WorkerGroup worker = worker(executor, new WorkerThreads(QUEUE, false, null), session);
        worker.start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.stop(Duration.ZERO)).isFalse();
        mayGoOn.countDown();
        worker.join();
        assertThat(interrupted).isFalse();
    }

    @Test
    void whereAThreadCannotBeStartedNothingIsLeftRunning() throws Exception {
        WorkerSession first = Mockito.mock();
        WorkerSession second = Mockito.mock();
        for (WorkerSession session : List.of(first, second)) {
            Mockito.when(session.id()).thenReturn("id");
            Mockito.when(session.reserve(Mockito.any())).thenReturn(Reservation.EMPTY);
            Mockito.when(session.await(Mockito.any(), Mockito.any())).thenReturn(Reservation.EMPTY);
            Mockito.when(session.unregister()).thenReturn(Optional.empty());
        }
        WorkerThreads threads = Mockito.mock();
        Mockito.when(threads.make(Mockito.any()))
                .thenAnswer(call -> new Thread(call.<Runnable>getArgument(0)))
                .thenAnswer(call -> new Thread() {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("unable to create native thread, as if");
                    }
                });
        JobExecutor executor = Mockito.mock();
        Mockito.doThrow(new IllegalStateException("as if")).when(executor).close();
        WorkerGroup worker = worker(executor, threads, first, second);
        assertThatThrownBy(worker::start).isInstanceOf(OutOfMemoryError.class);
        worker.join();
        Mockito.verify(first).unregister();
        Mockito.verify(second).unregister();
    }
}
