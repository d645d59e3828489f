package io.resque.backend.redis;

import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
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
    private static final byte[] NONE = Keys.bytes("-1");
    private static final byte[] ONE = Keys.bytes("1");
    private static final int LOST = -1;
    private static final int JOB = 1;
    private static final int PAUSED = 2;

    private final RedisLink link;
    private final Keys keys;
    private final QueueWatch watch;
    private final RedisWorkers workers;
    private final String id;
    private final byte[] idBytes;
    private final byte[] token;
    private final byte[] session;
    private final byte[] record;
    private final byte[] processed;
    private final byte[] failed;
    private final byte[] ownProcessed;
    private final byte[] ownFailed;
    private long step;
    private @Nullable Encoded encoded;

    RedisSession(RedisLink link, Keys keys, QueueWatch watch, RedisWorkers workers, String id, String token) {
        this.link = link;
        this.keys = keys;
        this.watch = watch;
        this.workers = workers;
        this.id = id;
        this.idBytes = Keys.bytes(id);
        this.token = Keys.bytes(token);
        this.session = keys.session(id);
        this.record = keys.worker(id);
        this.processed = keys.stat("processed");
        this.failed = keys.stat("failed");
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
        List<FailureEntry> failures = settlement == null ? List.of() : settlement.failures();
        List<byte[]> names = new ArrayList<>(16);
        names.add(session);
        names.add(record);
        names.add(keys.workers);
        names.add(keys.pause);
        names.add(processed);
        names.add(failed);
        names.add(ownProcessed);
        names.add(ownFailed);
        names.add(keys.failedQueues);
        List<byte[]> args = new ArrayList<>(16);
        args.add(token);
        args.add(nextStep());
        args.add(idBytes);
        if (settlement == null) {
            args.addAll(List.of(EMPTY, ZERO, ZERO));
        } else {
            args.add(Keys.bytes(settlement.job().number()));
            args.add(settlement.countProcessed() ? ONE : ZERO);
            args.add(settlement.countFailed() ? ONE : ZERO);
        }
        if (settlement == null || settlement.status() == null) {
            names.add(session); // a place must be held, and only this one is sure to be in the same slot
            args.addAll(List.of(EMPTY, NULL, EMPTY));
        } else {
            names.add(keys.status(settlement.status().token()));
            args.addAll(RedisStatusStore.args(settlement.status()));
        }
        args.add(Keys.bytes(failures.size()));
        for (FailureEntry failure : failures) {
            names.add(keys.failed(failure.list()));
        }
        if (subscription == null) {
            args.addAll(List.of(NONE, EMPTY, EMPTY));
            args.addAll(RedisFailures.args(failures));
        } else {
            Encoded queues = encode(subscription);
            names.addAll(queues.keys);
            args.add(Keys.bytes(queues.keys.size()));
            args.add(queues.beforePayload);
            args.add(queues.afterPayload);
            args.addAll(RedisFailures.args(failures));
            args.addAll(queues.heads);
        }
        return reservation(Replies.list(Script.STEP.run(link, names, args)));
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

    private Encoded encode(Subscription subscription) {
        Encoded last = encoded;
        if (last == null || last.subscription != subscription) {
            last = new Encoded(subscription, keys);
            encoded = last;
        }
        return last;
    }

    /** The bytes of a subscription, which is the same object from one step to the next. */
    private static final class Encoded {
        final Subscription subscription;
        final List<byte[]> keys = new ArrayList<>();
        final List<byte[]> heads = new ArrayList<>();
        final byte[] beforePayload;
        final byte[] afterPayload;

        Encoded(Subscription subscription, Keys keys) {
            this.subscription = subscription;
            for (Subscription.Source source : subscription.sources()) {
                this.keys.add(keys.queue(source.queue()));
                heads.add(Keys.bytes(source.beforeInstant()));
            }
            beforePayload = Keys.bytes(subscription.beforePayload());
            afterPayload = Keys.bytes(subscription.afterPayload());
        }
    }
}
