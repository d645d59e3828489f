package io.resque.core;

import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Redis that the workers of this process live: one thread for all of them, apart from those that run jobs, so
 * that no job, however long, can silence it. A session's first heartbeat is part of its registration.
 */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Workers workers;
    private final Duration interval;
    private final Set<WorkerSession> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService thread;

    Heartbeat(Workers workers, Duration interval) {
        this.workers = workers;
        this.interval = interval;
    }

    synchronized void add(WorkerSession session) {
        sessions.add(session);
        if (thread == null) {
            thread = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread beating = new Thread(task, "resque-heartbeat");
                beating.setDaemon(true);
                return beating;
            });
            thread.scheduleAtFixedRate(this::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void remove(WorkerSession session) {
        sessions.remove(session);
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
        } catch (RuntimeException | Error e) { // a schedule ends for good with its first exception
            LOG.warn("No heartbeat this time: {}", e.toString());
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
