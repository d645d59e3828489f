package io.resque.core.internal.worker;

import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stands for the session of a loop that has never been registered: it can only leave. */
final class UnregisteredSession implements WorkerSession {
    private final String wanted;

    /** With the id that the loop wants. */
    UnregisteredSession(String wanted) {
        this.wanted = wanted;
    }

    @Override
    public String id() {
        return wanted;
    }

    @Override
    public Optional<ReservedJob> unregister() {
        return Optional.empty();
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        throw notRegistered();
    }

    @Override
    public Reservation await(Subscription subscription, Duration timeout) {
        throw notRegistered();
    }

    @Override
    public boolean settle(Settlement settlement) {
        throw notRegistered();
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        throw notRegistered();
    }

    @Override
    public boolean putBack(ReservedJob job, List<Effect> effects) {
        throw notRegistered();
    }

    @Override
    public boolean rewrite(ReservedJob job, Payload payload) {
        throw notRegistered();
    }

    private IllegalStateException notRegistered() {
        return new IllegalStateException("The worker " + wanted + " is not registered");
    }
}
