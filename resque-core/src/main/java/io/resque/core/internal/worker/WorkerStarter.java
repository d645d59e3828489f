package io.resque.core.internal.worker;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Queues;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.execution.InThreadExecutor;
import io.resque.core.internal.fleet.Heartbeat;
import io.resque.core.internal.fleet.WorkerRegistrar;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Registers the loops of workers, and starts them. Thread-safe. */
public final class WorkerStarter {
    private final Queues queues;
    private final JobSerializer serializer;
    private final long maxPayload;
    private final JobSettlements settlements;
    private final Clock clock;
    private final Heartbeat heartbeat;
    private final WorkerRegistrar registrar;
    private final RunningWorkers workers;
    private final DaemonThreads threads;

    /**
     * For workers of one backend.
     *
     * @param maxPayload the largest payload that is worked, in bytes
     * @param threads makes threads that stop a worker or leave for it if its own thread cannot
     */
    public WorkerStarter(
            Queues queues,
            JobSerializer serializer,
            long maxPayload,
            JobSettlements settlements,
            Clock clock,
            Heartbeat heartbeat,
            WorkerRegistrar registrar,
            RunningWorkers workers,
            DaemonThreads threads) {
        this.queues = queues;
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.settlements = settlements;
        this.clock = clock;
        this.heartbeat = heartbeat;
        this.registrar = registrar;
        this.workers = workers;
        this.threads = threads;
    }

    /** Loops that are registered, with their queues. */
    public record Registered(RunningLoops running, LiveQueues queues) {}

    /**
     * Registers a worker.
     *
     * @throws io.resque.api.BackendException if Redis did not answer; loops that had registered have left, as far as Redis answered
     */
    public Registered register(WorkerPlan plan) {
        ListenerChain listeners = plan.listeners();
        listeners.tell(listener -> listener.beforeFirstFork(plan.queues().entries()));
        LiveQueues live = new LiveQueues(plan.queues(), queues, serializer, maxPayload);
        JobExecutor executor = plan.executor() == null
                ? new InThreadExecutor(plan.jobs())
                : plan.executor().open(plan.jobs());
        Supplier<String> ids = plan.identity().ids(plan.queues());
        Supplier<WorkerSession> next =
                () -> registrar.register(ids, plan.identity().attributes(), listeners);
        workers.listens(listeners);
        try {
            List<WorkerSession> sessions = sessions(next, plan.loops(), executor);
            return registered(plan, sessions, next, live, executor);
        } catch (RuntimeException e) {
            workers.listensNoMore(listeners);
            throw e;
        }
    }

    private Registered registered(
            WorkerPlan plan,
            List<WorkerSession> sessions,
            Supplier<WorkerSession> next,
            LiveQueues live,
            JobExecutor executor) {
        WorkerSignals signals = new WorkerSignals();
        List<WorkerLoop> loops = new ArrayList<>();
        Supplier<List<String>> ids = () -> loops.stream().map(WorkerLoop::id).toList();
        TroubleLog troubles = new TroubleLog(plan.listeners(), ids);
        WorkerActivity activity =
                new WorkerActivity(sessions.size(), plan.untilEmpty(), signals, plan.listeners(), ids);
        Supplier<@Nullable Instant> deadline = deadline(plan.jobTimeout());
        PayloadReader reader = new PayloadReader(serializer);
        for (WorkerSession session : sessions) {
            LoopTrouble trouble = new LoopTrouble(signals, troubles);
            JobEvents events = new JobEvents(plan.listeners(), reader);
            JobRunner runner = new JobRunner(
                    executor, signals, reader, settlements, plan.listeners(), maxPayload, deadline, trouble, events);
            loops.add(new WorkerLoop(
                    session, next, heartbeat, signals, live, activity.ofLoop(), runner, trouble, events));
        }
        RunningLoops running = new RunningLoops(loops, executor, plan.listeners(), signals, threads, workers::stopped);
        return new Registered(running, live);
    }

    private Supplier<@Nullable Instant> deadline(@Nullable Duration timeout) {
        return timeout == null ? () -> null : () -> clock.instant().plus(timeout);
    }

    private static List<WorkerSession> sessions(Supplier<WorkerSession> next, int loops, JobExecutor executor) {
        List<WorkerSession> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < loops; i++) {
                sessions.add(next.get());
            }
            return sessions;
        } catch (RuntimeException e) {
            executor.close();
            try {
                sessions.forEach(WorkerSession::unregister);
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Starts a worker that was registered. */
    public WorkerGroup start(Registered registered, WorkerThreads factory) {
        WorkerGroup group = new WorkerGroup(registered.running(), registered.queues(), factory);
        workers.works(registered.running());
        group.start();
        return group;
    }

    /** Works on the calling thread until no job is left; returns how many jobs it ran. */
    public long drain(Registered registered, OwnThread caller) {
        workers.works(registered.running());
        return registered.running().drain(caller);
    }
}
