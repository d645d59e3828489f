package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Redis that the workers of this process live: one thread for all of them, apart from those that run jobs, so
 * that no job, however long, can silence it. A session's first heartbeat is part of its registration.
 *
 * <p>In between, the same thread recovers dead workers: once at its start, then at some moment after each heartbeat.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Workers workers;
    private final Duration interval;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    private final Set<WorkerSession> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledThreadPoolExecutor thread;
    private volatile Runnable recovery = () -> {};
    private volatile boolean closed;
    private boolean beaten = true;

    Heartbeat(Workers workers, Duration interval) {
        this.workers = workers;
        this.interval = interval;
    }

    /** What recovers dead workers, in the thread of the heartbeat. */
    void recovering(Runnable pass) {
        recovery = pass;
    }

    synchronized void add(WorkerSession session) {
        sessions.add(session);
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread beating = new Thread(task, "resque-heartbeat");
                beating.setDaemon(true);
                return beating;
            });
            thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            thread.execute(this::recover);
            thread.scheduleAtFixedRate(this::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void remove(WorkerSession session) {
        sessions.remove(session);
    }

    /** The ids of all that were added, and not removed. */
    Set<String> ids() {
        return sessions.stream().map(WorkerSession::id).collect(Collectors.toSet());
    }

    private void beat() {
        List<WorkerSession> alive = List.copyOf(sessions);
        if (alive.isEmpty()) {
            return;
        }
        try {
            for (WorkerSession lost : workers.heartbeat(alive)) {
                LOG.warn("Worker {} is no longer registered; it registers anew before its next job", lost.id());
            }
            if (beaten) { // after a Redis that was away, the others shall have had time for a heartbeat
                recoverSoon();
            }
            beaten = true;
        } catch (RuntimeException | Error e) { // a schedule ends for good with its first exception
            beaten = false;
            LOG.warn("No heartbeat this time: {}", e.toString());
        }
    }

    /** Not all processes of a cluster at once. */
    private synchronized void recoverSoon() {
        if (thread != null && !closed) {
            long half = interval.toMillis() / 2;
            thread.schedule(this::recover, ThreadLocalRandom.current().nextLong(half + 1), TimeUnit.MILLISECONDS);
        }
    }

    private void recover() {
        try {
            recovery.run();
        } catch (RuntimeException | Error e) {
            if (closed) { // its connections have gone
                return;
            }
            if (e instanceof BackendException) {
                LOG.warn("Dead workers were not recovered this time: {}", e.getMessage());
            } else {
                LOG.error("Dead workers were not recovered this time", e);
            }
        }
    }

    /** Lets a recovery that is under way come to its end, if that does not take long. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            running.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.shutdownNow();
    }
}
