package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Queues;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.execution.InThreadExecutor;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.fleet.Heartbeat;
import io.resque.core.internal.fleet.PublishedPolicies;
import io.resque.core.internal.fleet.WorkerRegistrar;
import io.resque.core.internal.schedule.SchedulerLoop;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
    private final Supplier<@Nullable SchedulerLoop> scheduler;
    private final Consumer<Collection<Retry>> requireRetries;
    private final PublishedPolicies published;
    private final @Nullable Limits limits;
    private final Duration slotsLast;
    private final @Nullable Duration keepLocks;

    /**
     * For workers of one backend.
     *
     * @param maxPayload the largest payload that is worked, in bytes
     * @param threads makes threads that stop a worker or leave for it if its own thread cannot
     * @param scheduler moves delayed jobs and fires recurring jobs; null if the backend does not support them
     * @param requireRetries throws if the backend cannot give a job another run, or these policies could not be kept
     * @param published tells other processes of retry policies
     * @param limits null if the backend does not support them
     * @param slotsLast how long the slot of a limit counts without a heartbeat
     * @param keepLocks how long the lock of a job stands at least while it runs; null if the backend has no locks
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
            DaemonThreads threads,
            Supplier<@Nullable SchedulerLoop> scheduler,
            Consumer<Collection<Retry>> requireRetries,
            PublishedPolicies published,
            @Nullable Limits limits,
            Duration slotsLast,
            @Nullable Duration keepLocks) {
        this.queues = queues;
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.settlements = settlements;
        this.clock = clock;
        this.heartbeat = heartbeat;
        this.registrar = registrar;
        this.workers = workers;
        this.threads = threads;
        this.scheduler = scheduler;
        this.requireRetries = requireRetries;
        this.published = published;
        this.limits = limits;
        this.slotsLast = slotsLast;
        this.keepLocks = keepLocks;
    }

    /**
     * Loops that are registered, with their queues.
     *
     * @param scheduler runs while they do; null if they need none
     * @param due moves the jobs that are due, before the first job is taken
     */
    public record Registered(
            RunningLoops running,
            LiveQueues queues,
            FirstRegistrations registrations,
            @Nullable SchedulerLoop scheduler,
            Runnable due) {}

    /**
     * Registers a worker. Where Redis does not answer yet and the plan says that the worker waits for it, the loops that are left
     * register when they run.
     *
     * @throws BackendException if Redis did not answer or refused; loops that had registered have left, as far as Redis answered
     */
    public Registered register(WorkerPlan plan) {
        if (plan.unknownJobs() != null || !plan.jobs().policies().isEmpty()) {
            requireRetries.accept(plan.jobs().policies().values());
        }
        if (plan.jobs().haveLimits()) {
            if (limits == null) {
                throw new ConfigurationException(
                        "A job has a limit, and the backend does not support limits; take another backend");
            }
            requireRetries.accept(List.of()); // a job over a rate is written as a retry is
            heartbeat.sendingBack(limits);
        }
        ListenerChain listeners = plan.listeners();
        listeners.tell(listener -> listener.beforeFirstFork(plan.queues().entries()));
        LiveQueues live = new LiveQueues(plan.queues(), plan.limits(), queues, serializer, maxPayload);
        JobExecutor executor = plan.executor() == null
                ? new InThreadExecutor(plan.jobs())
                : plan.executor().open(plan.jobs());
        if (executor.forks()) {
            warnOfDeafListeners(plan.jobs());
        }
        Supplier<String> ids = plan.identity().ids(plan.queues());
        WorkerSignals signals = new WorkerSignals();
        SchedulerLoop scheduling = plan.schedules() ? scheduler.get() : null;
        Runnable due = scheduling == null || !plan.untilEmpty()
                ? () -> {}
                : () -> scheduling.passOnce(() -> !signals.isStopRequested());
        FirstRegistrations first = new FirstRegistrations(plan.loops(), due);
        Map<String, String> attributes =
                published.with(plan.identity().attributes(), plan.jobs().policies());
        List<LoopRegistration> registrations = Stream.generate(() -> new LoopRegistration(
                        ids,
                        some -> {
                            published.publish();
                            return registrar.register(some, attributes, listeners);
                        },
                        first))
                .limit(plan.loops())
                .toList();
        workers.listens(listeners);
        try {
            Sessions sessions = sessions(registrations, plan.waitsForRedis(), executor);
            RunningLoops running = loops(plan, sessions, registrations, first, live, executor, signals, scheduling);
            return new Registered(running, live, first, scheduling, sessions.made.isEmpty() ? () -> {} : due);
        } catch (RuntimeException e) {
            workers.listensNoMore(listeners);
            throw e;
        }
    }

    /** Without a word, the veto of such a listener would be missed, and the job would run. */
    private static void warnOfDeafListeners(WorkerJobs jobs) {
        for (ResqueListener listener : jobs.localListeners()) {
            List<String> events = ListenerChain.eventsOfARun(listener);
            if (!events.isEmpty()) {
                Log.WORKER.warn(
                        "{} overrides {}, and will not be called there: jobs run in child processes, which have only the"
                                + " listeners of modules; add it in the method listen of a JobModule, and give that to the worker:"
                                + " resque.workerBuilder(…).module(new MyJobs())",
                        listener.getClass().getName(),
                        String.join(", ", events));
            }
        }
    }

    private RunningLoops loops(
            WorkerPlan plan,
            Sessions sessions,
            List<LoopRegistration> registrations,
            FirstRegistrations first,
            LiveQueues live,
            JobExecutor executor,
            WorkerSignals signals,
            @Nullable SchedulerLoop scheduling) {
        List<WorkerLoop> loops = new ArrayList<>();
        TroubleLog troubles = new TroubleLog(plan.listeners(), () -> RunningLoops.ids(loops));
        WorkerActivity activity = new WorkerActivity(
                plan.loops(), plan.untilEmpty(), signals, plan.listeners(), () -> RunningLoops.ids(loops));
        Supplier<@Nullable Instant> deadline = deadline(plan.jobTimeout());
        PayloadReader reader = new PayloadReader(serializer);
        for (int i = 0; i < plan.loops(); i++) {
            LoopTrouble trouble = new LoopTrouble(signals, troubles);
            JobEvents events = new JobEvents(plan.listeners(), reader);
            JobRunner runner = new JobRunner(
                    executor,
                    signals,
                    reader,
                    settlements,
                    new JobPolicies(plan.jobs(), plan.unknownJobs()),
                    new JobSlots(plan.jobs(), slotsLast),
                    plan.listeners(),
                    plan.putsBack(),
                    maxPayload,
                    deadline,
                    new JobLocks(plan.jobs(), serializer, keepLocks),
                    trouble,
                    events);
            loops.add(new WorkerLoop(
                    i < sessions.made.size() ? sessions.made.get(i) : null,
                    i < sessions.made.size() ? null : sessions.away,
                    registrations.get(i),
                    heartbeat,
                    signals,
                    live,
                    activity.ofLoop(),
                    runner,
                    trouble,
                    events));
        }
        return new RunningLoops(loops, executor, plan.listeners(), signals, plan.stopTimeout(), threads, ended -> {
            workers.stopped(ended);
            first.over();
            if (scheduling != null) {
                scheduling.stop(ended);
            }
        });
    }

    private Supplier<@Nullable Instant> deadline(@Nullable Duration timeout) {
        return timeout == null ? () -> null : () -> clock.instant().plus(timeout);
    }

    /**
     * The sessions of the first loops.
     *
     * @param away why the other loops have none yet; null if there are no others
     */
    private record Sessions(
            List<WorkerSession> made, @Nullable BackendException away) {}

    private static Sessions sessions(List<LoopRegistration> registrations, boolean waits, JobExecutor executor) {
        List<WorkerSession> sessions = new ArrayList<>();
        try {
            for (LoopRegistration each : registrations) {
                sessions.add(each.register());
            }
            return new Sessions(sessions, null);
        } catch (RuntimeException e) {
            if (waits && e instanceof BackendException away && away.mayPassByWaiting()) {
                return new Sessions(sessions, away);
            }
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
        WorkerGroup group =
                new WorkerGroup(registered.running(), registered.queues(), registered.registrations(), factory);
        workers.works(registered.running());
        schedule(registered);
        group.start();
        return group;
    }

    /** Whatever keeps delayed jobs from being moved, the worker runs all the same: it is registered. */
    private static void schedule(Registered registered) {
        SchedulerLoop scheduling = registered.scheduler();
        try {
            registered.due().run();
            if (scheduling != null) {
                scheduling.start(registered.running());
            }
        } catch (RuntimeException | Error e) { // such as no memory for one more thread
            Log.WORKER.warn(
                    "This worker runs, but moves no delayed jobs and fires no recurring jobs: the scheduler could not be started: {}",
                    JsonRules.forLog(e.toString()));
        }
    }

    /** Works on the calling thread until no job is left; returns how many jobs it ran. */
    public long drain(Registered registered, OwnThread caller) {
        workers.works(registered.running());
        registered.due().run();
        return registered.running().drain(caller);
    }
}
