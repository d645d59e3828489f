package io.resque.backend.redis;

import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A registered worker. Every request carries a new step number; the scripts refuse a number that is not above the last
 * they saw, so bytes that come late or twice do nothing.
 */
final class RedisSession implements WorkerSession, QueueWatch.Session {
    private static final byte[] EMPTY = {};
    private static final byte[] NOTHING = Keys.bytes("000000");
    private static final byte[] PROCESSED = Keys.bytes("010000");
    private static final int LOST = -1;
    private static final int RECORD_GONE = -4;
    static final int HELD = 1;
    private static final int PAUSED = 2;
    private static final int NOTHING_TO_PUT_BACK = 1;

    /** A larger payload does not travel only to be put back: the record has it. */
    private static final int MUCH = 65_536;

    /** And above: which queue. */
    static final int TAKEN = 10;

    private final RedisLink link;
    private final Keys keys;
    private final Steps steps;
    private final QueueWatch watch;
    private final RedisWorkers workers;
    private final String id;
    private final byte[] idBytes;
    private final byte[] token;
    private final WorkerRegistration registration;
    private final byte[] record;
    private final byte[] ownProcessed;
    private final byte[] ownFailed;
    private long step;
    private @Nullable QueueBytes encoded;
    /** What the last step found no job in. */
    private @Nullable Subscription foundEmpty;

    RedisSession(
            RedisLink link,
            Keys keys,
            Steps steps,
            QueueWatch watch,
            RedisWorkers workers,
            WorkerRegistration registration,
            String token) {
        this.link = link;
        this.keys = keys;
        this.steps = steps;
        this.watch = watch;
        this.workers = workers;
        this.registration = registration;
        this.id = registration.expected().id();
        this.idBytes = Keys.bytes(id);
        this.token = Keys.bytes(token);
        this.record = keys.worker(id);
        this.ownProcessed = keys.stat("processed:" + id);
        this.ownFailed = keys.stat("failed:" + id);
    }

    @Override
    public String id() {
        return id;
    }

    /** What {@code heartbeat.lua} needs of it. */
    void addTo(List<byte[]> names, List<byte[]> args) {
        names.add(keys.attributes(id));
        names.add(keys.started(id));
        args.add(idBytes);
        args.add(token);
        args.add(Keys.bytes(registration.started()));
        args.add(Keys.bytes(2 * registration.attributes().size()));
        args.addAll(RedisWorkers.args(registration.attributes()));
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        return noted(subscription, blocking(step(null, subscription)));
    }

    @Override
    public Reservation reserve(Subscription subscription, String queue) {
        List<Subscription.Source> source = subscription.sources().stream()
                .filter(each -> each.queue().equals(queue))
                .limit(1)
                .toList();
        Subscription only = new Subscription(
                source, subscription.beforePayload(), subscription.afterPayload(), subscription.maxPayload());
        return blocking(step(null, new QueueBytes(only, keys)));
    }

    @Override
    public Reservation await(Subscription subscription, Duration timeout) throws InterruptedException {
        return await(subscription, null, timeout);
    }

    @Override
    public Reservation awaitAmong(Subscription subscription, Set<String> names, Duration timeout)
            throws InterruptedException {
        return await(subscription, names, timeout);
    }

    private Reservation await(Subscription subscription, @Nullable Set<String> names, Duration timeout)
            throws InterruptedException {
        // A job may be held already, after an answer was lost; and only a step tells that the registration stands. If
        // the
        // last step was this one, whatever watches the queues sees what has come since.
        Reservation now = foundEmpty == subscription ? Reservation.EMPTY : reserve(subscription);
        foundEmpty = null;
        return now.state() == Reservation.State.EMPTY
                ? watch.await(this, subscription, encode(subscription).names, names, timeout)
                : now;
    }

    @Override
    public boolean settle(Settlement settlement) {
        return blocking(step(settlement.evenUnrecorded(), (QueueBytes) null)).state() != Reservation.State.LOST;
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        return noted(subscription, blocking(step(settlement, subscription)));
    }

    @Override
    public CompletionStage<Reservation> settleAndReserveAsync(Settlement settlement, Subscription subscription) {
        Step made = step(settlement, subscription);
        steps.make(made);
        return made.answer.thenApply(reply -> noted(subscription, reservation(made, reply)));
    }

    @Override
    public QueueWatch.Ahead ahead(Subscription subscription) {
        Step made = step(null, subscription);
        return new QueueWatch.Ahead() {
            @Override
            public byte[][] command() {
                return steps.ahead(made);
            }

            @Override
            public Reservation read(@Nullable Object reply) {
                return reservation(made, steps.answer(reply));
            }
        };
    }

    private Reservation noted(Subscription subscription, Reservation reservation) {
        foundEmpty = reservation.state() == Reservation.State.EMPTY ? subscription : null;
        return reservation;
    }

    private Reservation blocking(Step made) {
        return reservation(made, steps.await(made));
    }

    private Step step(@Nullable Settlement settlement, @Nullable Subscription subscription) {
        return step(settlement, subscription == null ? null : encode(subscription));
    }

    private Step step(@Nullable Settlement settlement, @Nullable QueueBytes queues) {
        byte[] number = nextStep();
        List<byte[]> names = new ArrayList<>(2);
        names.add(record);
        names.add(ownProcessed);
        if (settlement == null) {
            return new Step(step, queues, NOTHING, names, List.of(token, number, idBytes, EMPTY));
        }
        List<byte[]> args = new ArrayList<>(4);
        args.add(token);
        args.add(number);
        args.add(idBytes);
        args.add(Keys.digits(settlement.job().number()));
        if (settlement.countFailed()) {
            names.add(ownFailed);
        }
        StatusChange status = settlement.status();
        if (status != null) {
            names.add(keys.status(status.token()));
            args.addAll(RedisStatusStore.args(status));
        }
        List<FailureEntry> failures = settlement.failures();
        for (FailureEntry failure : failures) {
            names.add(keys.failed(failure.list()));
        }
        args.addAll(RedisFailures.args(failures));
        return new Step(step, queues, what(settlement), names, args);
    }

    private static byte[] what(Settlement settlement) {
        if (settlement.status() == null && settlement.failures().isEmpty() && !settlement.countFailed()) {
            return settlement.countProcessed() ? PROCESSED : NOTHING;
        }
        return Keys.bytes("0" + (settlement.countProcessed() ? 1 : 0) + (settlement.countFailed() ? 1 : 0)
                + (settlement.status() == null ? 0 : 1) + (settlement.onlyWhileRecorded() ? 1 : 0)
                + settlement.failures().size());
    }

    private Reservation reservation(Step made, List<?> reply) {
        QueueBytes queues = made.queues;
        int queue = (int) Replies.number(reply.get(1)) - TAKEN - 1;
        if (queues == null || queue < 0) {
            return reservation(reply.subList(1, reply.size()));
        }
        return Reservation.of(new ReservedJob(
                made.number,
                queues.subscription.sources().get(queue).queue(),
                Payload.of(Replies.bytes(reply.get(2))),
                Instant.ofEpochSecond(Replies.number(reply.get(0)))));
    }

    private Reservation reservation(List<?> reply) {
        return switch ((int) Replies.number(reply.get(0))) {
            case LOST -> Reservation.LOST;
            case RECORD_GONE -> Reservation.RECORD_GONE;
            case HELD -> Reservation.of(workers.heldJob(reply, 1));
            case PAUSED -> Reservation.PAUSED;
            default -> Reservation.EMPTY;
        };
    }

    private byte[] nextStep() {
        foundEmpty = null;
        return Keys.digits(++step);
    }

    @Override
    public boolean putBack(ReservedJob job) {
        boolean isLarge = job.payload().size() > MUCH;
        long reply = putBack(job, isLarge ? EMPTY : job.payload().toBytes());
        if (reply == NOTHING_TO_PUT_BACK && isLarge) {
            reply = putBack(job, job.payload().toBytes());
        }
        return reply != LOST;
    }

    private long putBack(ReservedJob job, byte[] payload) {
        return Replies.number(Script.PUT_BACK.run(
                link,
                List.of(keys.sessions, record, keys.queue(job.queue()), keys.queues),
                List.of(token, nextStep(), idBytes, Keys.digits(job.number()), Keys.bytes(job.queue()), payload)));
    }

    @Override
    public Optional<ReservedJob> unregister() {
        Object reply = Script.UNREGISTER.run(
                link,
                List.of(
                        keys.sessions,
                        record,
                        keys.workers,
                        keys.started(id),
                        keys.heartbeat,
                        ownProcessed,
                        ownFailed,
                        keys.attributes(id)),
                List.of(token, nextStep(), idBytes, Keys.bytes(MUCH)));
        return Optional.ofNullable(reservation(Replies.list(reply)).job());
    }

    private QueueBytes encode(Subscription subscription) {
        QueueBytes last = encoded;
        if (last == null || last.subscription != subscription) {
            last = new QueueBytes(subscription, keys);
            encoded = last;
        }
        return last;
    }
}
