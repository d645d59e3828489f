package io.resque.core.internal.fleet;

import io.resque.api.BackendException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Limits;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells Redis that the workers of this process live. One thread does it for all of them, apart from the threads that run jobs, so
 * that a long job does not silence it. The first heartbeat of a session is part of its registration.
 *
 * <p>A second thread recovers dead workers, once at its start, then at some moment after each heartbeat; and it watches
 * over the first, since after a silence other processes would take these workers for dead. Thread-safe.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    /** After so long another library has ended its pruning. */
    private static final Duration AGAIN = Duration.ofSeconds(11);

    private static final Duration LIMITS_LOOK = Duration.ofSeconds(1);

    private final Workers workers;
    private final Duration interval;
    private final DaemonThreads threads = new DaemonThreads();
    private final Set<WorkerSession> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledThreadPoolExecutor beats;
    private @Nullable ScheduledThreadPoolExecutor passes;
    private @Nullable ScheduledThreadPoolExecutor looks;
    public final ProcessVitals vitals;
    private volatile BooleanSupplier recovery = () -> true;
    private volatile BooleanSupplier turning = () -> true;
    private volatile Runnable renewal = () -> {};
    private volatile Runnable first = () -> {};
    private volatile @Nullable HeartbeatFile file;
    private volatile Set<WorkerSession> lost = Set.of();
    private volatile boolean closed;
    private volatile boolean beaten = true;
    private volatile long lastBegun;

    public Heartbeat(Workers workers, Duration interval) {
        this.workers = workers;
        this.interval = interval;
        this.vitals = new ProcessVitals(interval);
    }

    /** Sets the task that recovers dead workers, in a thread of its own; it returns false if it must be called again soon. */
    public void recovering(BooleanSupplier pass) {
        recovery = pass;
    }

    /** Sets what is renewed after each heartbeat. */
    public void renewing(PublishedPolicies policies) {
        renewal = policies::renew;
    }

    /** Sets what begins with the first worker. */
    public void beginning(Runnable begin) {
        first = begin;
    }

    /** A thread of its own gives waiting jobs the slots that a dead worker still has, or that no job took. */
    public synchronized void sendingBack(Limits limits) {
        if (looks == null && !closed) {
            looks = thread("resque-limits");
            looks.schedule(() -> look(limits), LIMITS_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** A look that takes long, since jobs wait for many limits, is followed by a longer rest. */
    private void look(Limits limits) {
        long begin = System.nanoTime();
        try {
            limits.look();
        } catch (RuntimeException | Error e) {
            LOG.debug("Free slots of limits were not given away this time: {}", JsonRules.forLog(e.toString()));
        }
        long rest = Math.max(LIMITS_LOOK.toNanos(), 9 * (System.nanoTime() - begin));
        synchronized (this) {
            ScheduledThreadPoolExecutor thread = looks;
            if (thread != null && !closed) {
                thread.schedule(() -> look(limits), rest, TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Sets the file that each heartbeat touches if it has reached Redis and the loops turn. */
    public void touching(HeartbeatFile touched) {
        file = touched;
    }

    /** Sets the test whether the loops turn. */
    public void turning(BooleanSupplier turns) {
        turning = turns;
    }

    /** Whether the last heartbeat found that its registration was removed. */
    public boolean isLost(WorkerSession session) {
        return lost.contains(session);
    }

    private void reached() {
        vitals.answered();
        HeartbeatFile touched = file;
        if (touched != null && turning.getAsBoolean()) {
            touched.touch();
        }
    }

    public synchronized void add(WorkerSession session) {
        sessions.add(session);
        reached(); // by its registration
        if (passes == null && !closed) {
            startBeating();
            passes = thread("resque-recovery");
            if (beaten) {
                passes.execute(this::recover);
            }
            every(interval, passes, this::watch);
            first.run();
        }
    }

    /** Redis was away when a worker was to register: the next recovery waits as after a heartbeat that failed. */
    public void missed() {
        beaten = false;
    }

    private void startBeating() {
        lastBegun = System.nanoTime();
        beats = thread("resque-heartbeat");
        every(interval, beats, this::beat);
    }

    private ScheduledThreadPoolExecutor thread(String name) {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> threads.make(task, name));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return thread;
    }

    private static void every(Duration interval, ScheduledThreadPoolExecutor thread, Runnable task) {
        thread.scheduleAtFixedRate(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void remove(WorkerSession session) {
        sessions.remove(session);
    }

    /** Whether a session of this id was added, and not removed. */
    public boolean beatsFor(String id) {
        return sessions.stream().anyMatch(session -> session.id().equals(id));
    }

    private void beat() {
        lastBegun = System.nanoTime();
        List<WorkerSession> alive = List.copyOf(sessions);
        if (alive.isEmpty()) {
            return;
        }
        try {
            Set<WorkerSession> gone = Set.copyOf(workers.heartbeat(alive));
            lost = gone;
            for (WorkerSession each : gone) {
                LOG.warn(
                        "Worker {} is no longer registered; it registers anew before its next job",
                        JsonRules.forLog(each.id()));
            }
            reached();
            renewal.run();
            if (beaten) { // after a Redis that was away, other workers must have had time for a heartbeat
                long half = interval.toMillis() / 2;
                recoverIn(ThreadLocalRandom.current().nextLong(half + 1)); // not all processes of a cluster at once
            }
            beaten = true;
        } catch (RuntimeException | Error e) { // a schedule ends for good with its first exception
            beaten = false;
            LOG.warn("No heartbeat this time: {}", JsonRules.forLog(e.toString()));
        }
    }

    /** If a heartbeat hangs, in a client that waits without end, another thread takes over. */
    private synchronized void watch() {
        long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastBegun);
        if (closed || beats == null || silent < 2 * interval.toMillis()) {
            return;
        }
        LOG.error("The heartbeat has hung for {} ms; another thread goes on with it", silent);
        beats.shutdownNow();
        startBeating();
        beats.execute(this::beat);
    }

    private synchronized void recoverIn(long millis) {
        if (passes != null && !closed) {
            passes.schedule(this::recover, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void recover() {
        try {
            if (!recovery.getAsBoolean()) {
                recoverIn(AGAIN.toMillis());
            }
        } catch (RuntimeException | Error e) {
            if (closed) { // its connections have gone
                return;
            }
            if (e instanceof BackendException) {
                LOG.warn("Dead workers were not recovered this time: {}", JsonRules.forLog(e.getMessage()));
            } else {
                LOG.error("Dead workers were not recovered this time", e);
            }
        }
    }

    /** Waits for a recovery that is under way, for a short time. */
    @Override
    public void close() {
        List<ScheduledThreadPoolExecutor> running = new ArrayList<>();
        synchronized (this) {
            closed = true;
            if (beats != null && passes != null) {
                running.add(beats);
                running.add(passes);
            }
            if (looks != null) {
                running.add(looks);
            }
        }
        running.forEach(ScheduledThreadPoolExecutor::shutdown);
        for (ScheduledThreadPoolExecutor thread : running) {
            Uninterrupted.await(CLOSE_WAIT.toNanos(), nanos -> thread.awaitTermination(nanos, TimeUnit.NANOSECONDS));
        }
        running.forEach(ScheduledThreadPoolExecutor::shutdownNow);
        HeartbeatFile touched = file;
        if (touched != null) {
            touched.remove();
        }
    }
}
