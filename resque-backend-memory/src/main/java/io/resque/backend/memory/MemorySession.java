package io.resque.backend.memory;

import io.resque.api.spi.Beginning;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Limits;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
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

    /** The limits whose slots the job that ran last has taken. */
    private List<String> taken = List.of();

    private Duration slotLasts = Duration.ZERO;

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
        Instant until = namespace.now().plus(slotLasts);
        ReservedJob held = worker.held();
        if (held != null) {
            taken.forEach(
                    limit -> namespace.slots(limit).renew(new LimitSlots.Holder(worker.id, held.number()), until));
        }
        Beginning begun = worker.begun();
        if (begun != null) {
            namespace.locks.renew(begun.claim(), worker.id, begun.keep());
        }
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
    public Beginning.Answer begin(Beginning beginning) {
        return opening.call(namespace -> {
            if (isLost(namespace) || !worker.holds(beginning.job())) {
                return Beginning.Answer.LOST;
            }
            if (!namespace.locks.begin(beginning.claim(), worker.id, beginning.keep())) {
                return Beginning.Answer.REFUSED;
            }
            worker.begin(beginning);
            return Beginning.Answer.STARTED;
        });
    }

    @Override
    public boolean settle(Settlement settlement) {
        return end(settlement, namespace -> settle(settlement, namespace));
    }

    @Override
    public Limits.Answer takeSlots(ReservedJob job, List<Limits.Slot> slots, Duration lasts) {
        return opening.change(namespace -> {
            if (isLost(namespace)) {
                return new Limits.Answer(Limits.State.LOST, 0);
            }
            if (!worker.holds(job)) {
                return new Limits.Answer(Limits.State.WAITS, 0);
            }
            return takeSlots(slots, lasts, namespace);
        });
    }

    private Limits.Answer takeSlots(List<Limits.Slot> wanted, Duration lasts, Namespace namespace) {
        Instant reserved = worker.turn();
        if (reserved != null && reserved.isAfter(namespace.instant())) {
            return tooEarly(reserved);
        }
        ReservedJob held = Objects.requireNonNull(worker.held());
        Payload payload = held.payload();
        LimitSlots.Holder holder = new LimitSlots.Holder(worker.id, held.number());
        List<Limits.Slot> limits =
                wanted.stream().filter(slot -> slot.period() == null).toList();
        boolean has =
                limits.stream().anyMatch(slot -> namespace.slots(slot.limit()).has(holder));
        Optional<Limits.Slot> full = limits.stream()
                .filter(slot -> !has && !namespace.slots(slot.limit()).isFreeFor(payload, slot.jobs(), namespace.now()))
                .findFirst();
        if (full.isPresent()) {
            LimitSlots slots = namespace.slots(full.get().limit());
            slots.await(new Limits.WaitingJob(held.queue(), payload), full.get().jobs());
            LockClaim.of(payload).ifPresent(namespace.locks::await);
            worker.letGo();
            dropOffers(limits, payload, namespace);
            slots.sendBack(namespace);
            return new Limits.Answer(Limits.State.WAITS, 0);
        }
        if (!has && reserved == null) {
            Instant turn = turn(wanted, namespace);
            worker.turn(turn);
            if (turn.isAfter(namespace.instant())) {
                dropOffers(limits, payload, namespace);
                return tooEarly(turn);
            }
        }
        Instant until = namespace.now().plus(lasts);
        limits.forEach(slot -> namespace.slots(slot.limit()).take(holder, payload, until));
        taken = limits.stream().map(Limits.Slot::limit).toList();
        slotLasts = lasts;
        return new Limits.Answer(Limits.State.TAKEN, 0);
    }

    private static Limits.Answer tooEarly(Instant turn) {
        return new Limits.Answer(
                Limits.State.TOO_EARLY, turn.plusNanos(999_999_999).getEpochSecond());
    }

    private static void dropOffers(List<Limits.Slot> limits, Payload payload, Namespace namespace) {
        for (Limits.Slot each : limits) {
            if (namespace.slots(each.limit()).dropOffer(payload)) {
                namespace.slots(each.limit()).sendBack(namespace);
            }
        }
    }

    /** When all rates let the job begin; each of them keeps that. */
    private static Instant turn(List<Limits.Slot> wanted, Namespace namespace) {
        Instant turn = namespace.instant();
        for (Limits.Slot rate : wanted) {
            if (rate.period() != null) {
                Deque<Instant> begun = namespace.rates.computeIfAbsent(rate.limit(), absent -> new ArrayDeque<>());
                while (begun.size() > rate.jobs()) {
                    begun.removeFirst();
                }
                Instant next =
                        begun.size() < rate.jobs() ? turn : begun.getFirst().plus(rate.period());
                turn = next.isAfter(turn) ? next : turn;
            }
        }
        for (Limits.Slot rate : wanted) {
            if (rate.period() != null) {
                namespace.rates.get(rate.limit()).addLast(turn);
            }
        }
        return turn;
    }

    /** A retry, or a slot that is free, can put a job onto a queue for which another worker waits; an end makes room in a full queue. */
    private <T> T end(Settlement settlement, Function<Namespace, T> work) {
        return worker.holdsLimited()
                        || settlement.effects().stream()
                                .anyMatch(effect -> effect instanceof Effect.Retry || effect instanceof Effect.FreeSlot)
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
                Beginning begun = worker.begun();
                if (begun != null) {
                    namespace.locks.releaseRun(begun.claim(), worker.id);
                }
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
