package io.resque.backend.memory;

import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A registered worker, as long as the namespace still has the same registration under its id. */
final class MemorySession implements WorkerSession {
    private final MemoryOpening opening;
    private final RegisteredWorker worker;
    private long reservations;

    MemorySession(MemoryOpening opening, RegisteredWorker worker) {
        this.opening = opening;
        this.worker = worker;
    }

    @Override
    public String id() {
        return worker.id;
    }

    private boolean isLost(Namespace namespace) {
        return namespace.workers.get(worker.id) != worker;
    }

    boolean beat(Namespace namespace) {
        if (isLost(namespace)) {
            return false;
        }
        worker.beat(namespace.now());
        return true;
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        return opening.call(namespace -> reserve(subscription, namespace));
    }

    @Override
    public Reservation await(Subscription subscription, Duration timeout) throws InterruptedException {
        return opening.await(timeout, Reservation.EMPTY, namespace -> reserve(subscription, namespace));
    }

    @Override
    public Reservation awaitAmong(Subscription subscription, Set<String> names, Duration timeout)
            throws InterruptedException {
        Optional<Reservation> none = Optional.empty();
        Optional<Reservation> found = opening.await(timeout, none, namespace -> {
            Reservation now = reserve(subscription, namespace);
            return now.state() == Reservation.State.EMPTY && namespace.announced.equals(names)
                    ? none
                    : Optional.of(now);
        });
        return found.orElse(Reservation.EMPTY);
    }

    private Reservation reserve(Subscription subscription, Namespace namespace) {
        if (isLost(namespace)) {
            return Reservation.LOST;
        }
        ReservedJob held = worker.held();
        if (held != null && held.payload().size() > subscription.maxPayload()) {
            held = worker.change(namespace.setAside(held.payload()));
        }
        if (held != null) {
            return Reservation.of(held);
        }
        if (namespace.paused) {
            return Reservation.PAUSED;
        }
        for (Subscription.Source source : subscription.sources()) {
            Payload payload = namespace.pausedQueues.contains(source.queue()) || namespace.isFull(source)
                    ? null
                    : namespace.queue(source.queue()).pollFirst();
            if (payload != null) {
                Payload given = payload.size() > subscription.maxPayload() ? namespace.setAside(payload) : payload;
                worker.hold(
                        new ReservedJob(++reservations, source.queue(), given, namespace.now()),
                        job -> WorkerRecord.of(subscription, source, job.payload(), job.reservedAt()));
                if (source.limit() > 0) {
                    worker.limited(source.queue());
                }
                return Reservation.of(Objects.requireNonNull(worker.held()));
            }
        }
        return Reservation.EMPTY;
    }

    @Override
    public boolean settle(Settlement settlement) {
        return end(settlement, namespace -> settle(settlement, namespace));
    }

    /** A retry can put a job onto a queue for which another worker waits, and an end makes room in a full queue. */
    private <T> T end(Settlement settlement, Function<Namespace, T> work) {
        return worker.holdsLimited() || settlement.effects().stream().anyMatch(Effect.Retry.class::isInstance)
                ? opening.change(work)
                : opening.call(work);
    }

    private boolean settle(Settlement settlement, Namespace namespace) {
        if (isLost(namespace)) {
            return false;
        }
        if (worker.holds(settlement.job())) {
            namespace.apply(settlement.effects(), worker.id);
            worker.letGo();
        }
        return true;
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        return end(
                settlement,
                namespace -> settle(settlement, namespace) ? reserve(subscription, namespace) : Reservation.LOST);
    }

    @Override
    public boolean putBack(ReservedJob job, List<Effect> effects) {
        return opening.change(namespace -> {
            if (isLost(namespace)) {
                return false;
            }
            if (worker.holds(job)) {
                namespace.apply(effects, worker.id);
                namespace
                        .announce(job.queue())
                        .addFirst(Objects.requireNonNull(worker.held()).payload());
                worker.letGo();
            }
            return true;
        });
    }

    @Override
    public boolean rewrite(ReservedJob job, Payload payload) {
        return opening.call(namespace -> {
            boolean holds = !isLost(namespace) && worker.holds(job);
            if (holds) {
                worker.change(payload);
            }
            return holds;
        });
    }

    @Override
    public Optional<ReservedJob> unregister() {
        return opening.call(namespace -> {
            if (isLost(namespace)) {
                return Optional.empty();
            }
            if (worker.held() == null) {
                namespace.removeWorker(worker.id);
            }
            return Optional.ofNullable(worker.held());
        });
    }
}
