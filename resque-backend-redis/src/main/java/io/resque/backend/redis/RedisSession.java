package io.resque.backend.redis;

import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registered worker. Every request carries a new step number; the scripts refuse a number that is not above the last
 * they saw, so bytes that come late or twice do nothing.
 */
final class RedisSession implements WorkerSession {
    private static final byte[] EMPTY = {};
    private static final byte[] NULL = Keys.bytes("null");
    private static final byte[] ZERO = Keys.bytes("0");
    private static final byte[] ONE = Keys.bytes("1");
    private static final List<byte[]> NO_STATUS = List.of(EMPTY, NULL, EMPTY);
    private static final List<byte[]> NOTHING_TO_SETTLE = List.of(EMPTY, ZERO, ZERO, EMPTY, NULL, EMPTY, ZERO);
    private static final int LOST = -1;
    private static final int JOB = 1;
    private static final int PAUSED = 2;

    private final RedisLink link;
    private final Keys keys;
    private final Steps steps;
    private final QueueWatch watch;
    private final RedisWorkers workers;
    private final String id;
    private final byte[] idBytes;
    private final byte[] token;
    private final byte[] session;
    private final byte[] record;
    private final byte[] ownProcessed;
    private final byte[] ownFailed;
    private long step;
    private @Nullable QueueBytes encoded;

    RedisSession(
            RedisLink link, Keys keys, Steps steps, QueueWatch watch, RedisWorkers workers, String id, String token) {
        this.link = link;
        this.keys = keys;
        this.steps = steps;
        this.watch = watch;
        this.workers = workers;
        this.id = id;
        this.idBytes = Keys.bytes(id);
        this.token = Keys.bytes(token);
        this.session = keys.session(id);
        this.record = keys.worker(id);
        this.ownProcessed = keys.stat("processed:" + id);
        this.ownFailed = keys.stat("failed:" + id);
    }

    @Override
    public String id() {
        return id;
    }

    byte[] token() {
        return token;
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        return step(null, subscription);
    }

    @Override
    public Reservation await(Subscription subscription, Duration timeout) throws InterruptedException {
        // A job may be held already, after an answer was lost; and only a step tells that the registration stands.
        Reservation now = reserve(subscription);
        return now.state() == Reservation.State.EMPTY ? watch.await(this, subscription, timeout) : now;
    }

    @Override
    public boolean settle(Settlement settlement) {
        return step(settlement, null).state() != Reservation.State.LOST;
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        return step(settlement, subscription);
    }

    private Reservation step(@Nullable Settlement settlement, @Nullable Subscription subscription) {
        List<byte[]> names = new ArrayList<>(6);
        names.add(session);
        names.add(record);
        names.add(ownProcessed);
        names.add(ownFailed);
        // Where there is no status a place must be held, and only this one is sure to be in the same slot.
        names.add(session);
        QueueBytes queues = subscription == null ? null : encode(subscription);
        List<byte[]> head = List.of(token, nextStep(), idBytes);
        if (settlement == null) {
            return reservation(steps.make(new Step(head, queues, names, NOTHING_TO_SETTLE)));
        }
        List<byte[]> args = new ArrayList<>(7);
        args.add(Keys.bytes(settlement.job().number()));
        args.add(settlement.countProcessed() ? ONE : ZERO);
        args.add(settlement.countFailed() ? ONE : ZERO);
        StatusChange status = settlement.status();
        if (status == null) {
            args.addAll(NO_STATUS);
        } else {
            names.set(names.size() - 1, keys.status(status.token()));
            args.addAll(RedisStatusStore.args(status));
        }
        List<FailureEntry> failures = settlement.failures();
        args.add(Keys.bytes(failures.size()));
        args.addAll(RedisFailures.args(failures));
        for (FailureEntry failure : failures) {
            names.add(keys.failed(failure.list()));
        }
        return reservation(steps.make(new Step(head, queues, names, args)));
    }

    private Reservation reservation(List<?> reply) {
        return switch ((int) Replies.number(reply.get(0))) {
            case LOST -> Reservation.LOST;
            case JOB -> Reservation.of(workers.heldJob(reply, 1));
            case PAUSED -> Reservation.PAUSED;
            default -> Reservation.EMPTY;
        };
    }

    private byte[] nextStep() {
        return Keys.bytes(++step);
    }

    @Override
    public boolean putBack(ReservedJob job) {
        Object reply = Script.PUT_BACK.run(
                link,
                List.of(session, record, keys.workers, keys.queue(job.queue()), keys.queues),
                List.of(
                        token,
                        nextStep(),
                        idBytes,
                        Keys.bytes(job.number()),
                        job.payload().toBytes(),
                        Keys.bytes(job.queue())));
        return Replies.number(reply) != LOST;
    }

    @Override
    public Optional<ReservedJob> unregister() {
        Object reply = Script.UNREGISTER.run(
                link,
                List.of(session, record, keys.workers, keys.started(id), keys.heartbeat, ownProcessed, ownFailed),
                List.of(token, nextStep(), idBytes));
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
