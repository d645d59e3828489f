package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Recovery.Outcome;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

final class MemoryWorkers implements Workers {
    private final MemoryBackend backend;

    MemoryWorkers(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public List<WorkerSnapshot> inspect(Collection<String> ids) {
        return backend.call(space -> ids.stream().map(id -> inspect(space, id)).toList());
    }

    private static WorkerSnapshot inspect(Space space, String id) {
        Registration worker = space.workers.get(id);
        return worker == null ? Registration.nobody(id, space.now()) : worker.snapshot(space.now());
    }

    /** Whether nothing has happened to a worker since it was seen, but for the time. */
    private static boolean isAsSeen(WorkerSnapshot seen, Space space) {
        WorkerSnapshot now = inspect(space, seen.id());
        return now.registered() == seen.registered()
                && Objects.equals(now.heartbeat(), seen.heartbeat())
                && Objects.equals(now.record(), seen.record());
    }

    @Override
    public Set<String> ids() {
        return backend.call(space -> new HashSet<>(space.workers.keySet()));
    }

    @Override
    public Optional<WorkerSession> register(WorkerRegistration registration) {
        return backend.change(space -> {
            WorkerSnapshot expected = registration.expected();
            if (!isAsSeen(expected, space) || expected.record() != null) {
                return Optional.empty();
            }
            Registration worker = new Registration(registration, space.now());
            space.workers.put(worker.id, worker);
            space.counters.putIfAbsent("processed", 0L);
            space.counters.putIfAbsent("failed", 0L);
            return Optional.of(new MemorySession(backend, worker));
        });
    }

    @Override
    public Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions) {
        return backend.call(space -> {
            Set<WorkerSession> lost = new HashSet<>();
            for (WorkerSession session : sessions) {
                if (!((MemorySession) session).beat(space)) {
                    lost.add(session);
                }
            }
            return lost;
        });
    }

    @Override
    public Outcome recover(Recovery recovery) {
        return backend.change(space -> {
            if (!isAsSeen(recovery.worker(), space)) {
                return Outcome.CHANGED;
            }
            space.forget(recovery.worker().id());
            Recovery.Requeue requeue = recovery.requeue();
            boolean ofJob = !recovery.failures().isEmpty() || recovery.failed() != null || requeue != null;
            if (recovery.worker().record() == null || !ofJob) {
                return Outcome.REMOVED;
            }
            if (requeue != null && isToBeRunAgain(requeue, space)) {
                space.announce(requeue.queue()).addFirst(requeue.payload());
                if (requeue.waiting() != null) {
                    space.statuses.write(requeue.waiting());
                }
                return Outcome.REQUEUED;
            }
            space.addFailures(recovery.failures());
            if (recovery.failed() != null) {
                space.statuses.write(recovery.failed());
            }
            return Outcome.FAILED;
        });
    }

    private static boolean isToBeRunAgain(Recovery.Requeue requeue, Space space) {
        Payload job = requeue.payload();
        if (space.deaths.another(job, requeue.forget()) < requeue.maxDeaths()) {
            return true;
        }
        space.deaths.forget(job);
        return false;
    }

    @Override
    public boolean isPaused() {
        return backend.call(space -> space.paused);
    }

    @Override
    public void pause(boolean paused) {
        backend.change(space -> space.paused = paused);
    }
}
