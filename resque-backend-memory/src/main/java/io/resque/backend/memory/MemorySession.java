package io.resque.backend.memory;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

final class MemorySession implements WorkerSession {
    private final MemoryBackend backend;
    private final Registration worker;
    private long reservations;

    MemorySession(MemoryBackend backend, Registration worker) {
        this.backend = backend;
        this.worker = worker;
    }

    @Override
    public String id() {
        return worker.id;
    }

    private boolean isLost(Space space) {
        return space.workers.get(worker.id) != worker;
    }

    boolean beat(Space space) {
        if (isLost(space)) {
            return false;
        }
        worker.beat(space.now());
        return true;
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        return backend.call(space -> reserve(subscription, space));
    }

    @Override
    public Reservation await(Subscription subscription, Duration timeout) throws InterruptedException {
        return backend.await(timeout, Reservation.EMPTY, space -> reserve(subscription, space));
    }

    @Override
    public Reservation awaitAmong(Subscription subscription, Set<String> names, Duration timeout)
            throws InterruptedException {
        Optional<Reservation> none = Optional.empty();
        Optional<Reservation> found = backend.await(timeout, none, space -> {
            Reservation now = reserve(subscription, space);
            return now.state() == Reservation.State.EMPTY && space.announced.equals(names) ? none : Optional.of(now);
        });
        return found.orElse(Reservation.EMPTY);
    }

    private Reservation reserve(Subscription subscription, Space space) {
        if (isLost(space)) {
            return Reservation.LOST;
        }
        ReservedJob held = worker.held();
        if (held != null && held.payload().size() > subscription.maxPayload()) {
            held = worker.makeSmall(space.setAside(held.payload()));
        }
        if (held != null) {
            return Reservation.of(held);
        }
        if (space.paused) {
            return Reservation.PAUSED;
        }
        for (Subscription.Source source : subscription.sources()) {
            Payload payload = space.queue(source.queue()).pollFirst();
            if (payload != null) {
                Payload given = payload.size() > subscription.maxPayload() ? space.setAside(payload) : payload;
                worker.hold(
                        new ReservedJob(++reservations, source.queue(), given, space.now()),
                        job -> Records.of(subscription, source, job.payload(), job.reservedAt()));
                return Reservation.of(Objects.requireNonNull(worker.held()));
            }
        }
        return Reservation.EMPTY;
    }

    @Override
    public boolean settle(Settlement settlement) {
        return backend.call(space -> settle(settlement, space));
    }

    private boolean settle(Settlement settlement, Space space) {
        if (isLost(space)) {
            return false;
        }
        if (worker.holds(settlement.job())) {
            space.addFailures(settlement.failures());
            if (settlement.countProcessed()) {
                space.count("processed", 1);
                space.count("processed:" + worker.id, 1);
            }
            if (settlement.countFailed()) {
                space.count("failed", 1);
                space.count("failed:" + worker.id, 1);
            }
            if (settlement.status() != null) {
                space.statuses.write(settlement.status());
            }
            worker.letGo();
        }
        return true;
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        return backend.call(space -> settle(settlement, space) ? reserve(subscription, space) : Reservation.LOST);
    }

    @Override
    public boolean putBack(ReservedJob job) {
        return backend.change(space -> {
            if (isLost(space)) {
                return false;
            }
            if (worker.holds(job)) {
                space.announce(job.queue()).addFirst(job.payload());
                worker.letGo();
            }
            return true;
        });
    }

    @Override
    public Optional<ReservedJob> unregister() {
        return backend.call(space -> {
            if (isLost(space)) {
                return Optional.empty();
            }
            if (worker.held() == null) {
                space.forget(worker.id);
            }
            return Optional.ofNullable(worker.held());
        });
    }
}
