package io.resque.backend.memory;

import io.resque.api.spi.Beginning;
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
    private final MemoryOpening opening;

    MemoryWorkers(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public List<WorkerSnapshot> inspect(Collection<String> ids) {
        return opening.call(
                namespace -> ids.stream().map(id -> inspect(namespace, id)).toList());
    }

    private static WorkerSnapshot inspect(Namespace namespace, String id) {
        RegisteredWorker worker = namespace.workers.get(id);
        return worker == null ? RegisteredWorker.nobody(id, namespace.now()) : worker.snapshot(namespace.now());
    }

    /** Whether a worker is still as it was when it was inspected. */
    private static boolean isAsSeen(WorkerSnapshot seen, Namespace namespace) {
        WorkerSnapshot now = inspect(namespace, seen.id());
        return now.registered() == seen.registered()
                && Objects.equals(now.heartbeat(), seen.heartbeat())
                && Objects.equals(now.record(), seen.record());
    }

    @Override
    public Set<String> ids() {
        return opening.call(namespace -> new HashSet<>(namespace.workers.keySet()));
    }

    @Override
    public Optional<WorkerSession> register(WorkerRegistration registration) {
        return opening.change(namespace -> {
            WorkerSnapshot expected = registration.expected();
            if (!isAsSeen(expected, namespace) || expected.record() != null) {
                return Optional.empty();
            }
            RegisteredWorker worker = new RegisteredWorker(registration, namespace.now());
            namespace.addWorker(worker);
            return Optional.of(new MemorySession(opening, worker));
        });
    }

    @Override
    public Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions) {
        return opening.call(namespace -> {
            Set<WorkerSession> lost = new HashSet<>();
            for (WorkerSession session : sessions) {
                if (!((MemorySession) session).beat(namespace)) {
                    lost.add(session);
                }
            }
            return lost;
        });
    }

    @Override
    public Outcome recover(Recovery recovery) {
        return opening.change(namespace -> {
            if (!isAsSeen(recovery.worker(), namespace)) {
                return Outcome.CHANGED;
            }
            String id = recovery.worker().id();
            RegisteredWorker dead = namespace.workers.get(id);
            Beginning begun = dead == null ? null : dead.begun();
            Outcome outcome = dealWithJob(recovery, id, namespace);
            if (begun != null) {
                namespace.locks.releaseRun(begun.claim(), id);
            }
            namespace.removeWorker(id);
            return outcome;
        });
    }

    private static Outcome dealWithJob(Recovery recovery, String id, Namespace namespace) {
        Recovery.Requeue requeue = recovery.requeue();
        if (recovery.worker().record() == null || recovery.effects().isEmpty() && requeue == null) {
            return Outcome.REMOVED;
        }
        if (requeue != null && mayRunAgain(requeue, namespace)) {
            namespace.apply(requeue.effects(), id);
            namespace.announce(requeue.queue()).addFirst(requeue.payload());
            return Outcome.REQUEUED;
        }
        namespace.apply(recovery.effects(), id);
        return Outcome.FAILED;
    }

    private static boolean mayRunAgain(Recovery.Requeue requeue, Namespace namespace) {
        Payload countedAs = requeue.countedAs();
        Payload job = countedAs == null ? requeue.payload() : countedAs;
        if (namespace.deaths.add(job, requeue.forget()) < requeue.maxDeaths()) {
            return true;
        }
        namespace.deaths.forget(job);
        return false;
    }

    @Override
    public void keepPolicies(String name, Payload policies) {
        opening.call(namespace -> namespace.policies.put(name, policies));
    }

    @Override
    public Optional<Payload> policies(String name) {
        return opening.call(namespace -> Optional.ofNullable(namespace.policies.get(name)));
    }

    @Override
    public boolean isPaused() {
        return opening.call(namespace -> namespace.paused);
    }

    @Override
    public void pause(boolean paused) {
        opening.change(namespace -> namespace.paused = paused);
    }
}
