package io.resque.backend.redis;

import io.resque.api.spi.Beginning;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A registered worker. Every request carries a new step number, and the scripts refuse a number that is not above the last
 * one they saw. So a request that arrives late or twice does nothing.
 */
final class RedisSession implements WorkerSession, WaitingSession {
    private static final byte[] EMPTY = {};
    private static final byte[] NOTHING = Keys.bytes("00");

    /** Codes of {@code put_back.lua}, {@code unregister.lua} and {@code begin.lua}. */
    private static final int LOST = -1;

    private static final int STILL_HELD = 1;

    /** Codes of {@code take_slots.lua}. */
    private static final int TAKEN = 0;

    private static final int WITHOUT_PAYLOAD = 2;

    /** A larger payload is not sent only to be put back, since the record has it, and not read only to be unregistered. */
    private static final int LARGE = 65_536;

    private final RedisLink link;
    private final Keys keys;
    private final StepBatcher steps;
    private final QueueWatch watch;
    private final String id;
    private final byte[] idBytes;
    private final byte[] token;
    private final WorkerRegistration registration;
    private final byte[] record;
    private final byte[] ownProcessed;
    private final byte[] ownFailed;
    private long step;

    /** For heartbeats, which other threads send. */
    private volatile TakenSlots slots = TakenSlots.NONE;

    private @Nullable EncodedSubscription encoded;
    /** The subscription for which the last step found no job. */
    private @Nullable Subscription foundEmpty;

    /** Whether the last step passed over a paused or full queue. The thread that reads a reserve sent ahead sets it, too. */
    private volatile boolean passedQueue;

    RedisSession(
            RedisLink link,
            Keys keys,
            StepBatcher steps,
            QueueWatch watch,
            WorkerRegistration registration,
            String token) {
        this.link = link;
        this.keys = keys;
        this.steps = steps;
        this.watch = watch;
        this.registration = registration;
        this.id = registration.expected().id();
        this.idBytes = Keys.bytes(id);
        this.token = Keys.bytes(token);
        this.record = keys.worker(id);
        this.ownProcessed = keys.processed(id);
        this.ownFailed = keys.failed(id);
    }

    @Override
    public String id() {
        return id;
    }

    /** The slots that a job of this session has taken. Once it has freed them, a heartbeat no longer renews them, whatever stands here. */
    private record TakenSlots(List<String> limits, long job, Duration lasts) {
        static final TakenSlots NONE = new TakenSlots(List.of(), 0, Duration.ZERO);
    }

    /** Adds what {@code heartbeat.lua} needs of this worker. */
    void addTo(List<byte[]> names, List<byte[]> args) {
        names.add(keys.attributes(id));
        names.add(keys.started(id));
        args.add(idBytes);
        args.add(token);
        args.add(Keys.bytes(registration.started()));
        TakenSlots taken = slots;
        taken.limits.forEach(limit -> names.add(keys.slots(limit)));
        args.add(Keys.bytes(taken.limits.size()));
        args.add(Keys.digits(taken.job));
        args.add(Keys.bytes(taken.lasts.toSeconds()));
        args.add(Keys.bytes(2 * registration.attributes().size()));
        args.addAll(args(registration.attributes()));
    }

    /** The attributes of a worker in arguments: name, value. */
    static List<byte[]> args(Map<String, String> attributes) {
        List<byte[]> args = new ArrayList<>();
        attributes.forEach((name, value) -> {
            args.add(Keys.bytes(name));
            args.add(Keys.bytes(value));
        });
        return args;
    }

    @Override
    public Reservation reserve(Subscription subscription) {
        return noted(subscription, sendAndWait(step(null, subscription)));
    }

    @Override
    public Reservation reserve(Subscription subscription, String queue) {
        List<Subscription.Source> source = subscription.sources().stream()
                .filter(each -> each.queue().equals(queue))
                .limit(1)
                .toList();
        Subscription only = new Subscription(
                source, subscription.beforePayload(), subscription.afterPayload(), subscription.maxPayload());
        return sendAndWait(step(null, new EncodedSubscription(only, keys)));
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
        // Only a step tells whether the registration stands, and whether a job is held since an answer was lost. If the
        // last step looked at the same queues, no other is needed: the watch sees the jobs that came after it.
        Reservation now = foundEmpty == subscription ? Reservation.EMPTY : reserve(subscription);
        foundEmpty = null;
        return now.state() == Reservation.State.EMPTY
                ? watch.await(this, subscription, encode(subscription).names, names, timeout)
                : now;
    }

    @Override
    public Limits.Answer takeSlots(ReservedJob job, List<Limits.Slot> wanted, Duration lasts) {
        boolean isLarge = job.payload().size() > LARGE;
        Object reply =
                takeSlots(job, wanted, lasts, isLarge ? EMPTY : job.payload().toBytes());
        if (isLarge && reply instanceof Long number && number == WITHOUT_PAYLOAD) {
            reply = takeSlots(job, wanted, lasts, job.payload().toBytes());
        }
        if (!(reply instanceof Long number)) {
            return new Limits.Answer(Limits.State.TOO_EARLY, Replies.numberText(reply));
        }
        if (number == LOST) {
            return new Limits.Answer(Limits.State.LOST, 0);
        }
        if (number != TAKEN) {
            return new Limits.Answer(Limits.State.WAITS, 0);
        }
        List<String> limits = wanted.stream()
                .filter(slot -> slot.period() == null)
                .map(Limits.Slot::limit)
                .toList();
        slots = new TakenSlots(limits, job.number(), lasts);
        return new Limits.Answer(Limits.State.TAKEN, 0);
    }

    private @Nullable Object takeSlots(ReservedJob job, List<Limits.Slot> wanted, Duration lasts, byte[] payload) {
        List<byte[]> names = new ArrayList<>(List.of(keys.sessions, record, keys.queues, keys.limits));
        List<byte[]> rates = new ArrayList<>();
        List<byte[]> limitArgs = new ArrayList<>();
        List<byte[]> rateArgs = new ArrayList<>();
        for (Limits.Slot slot : wanted) {
            Duration period = slot.period();
            if (period == null) {
                names.add(keys.slots(slot.limit()));
                names.add(keys.limited(slot.limit()));
                limitArgs.add(Keys.bytes(slot.limit()));
                limitArgs.add(Keys.bytes(slot.jobs()));
            } else {
                rates.add(keys.rate(slot.limit()));
                rateArgs.add(Keys.bytes(slot.jobs()));
                rateArgs.add(Keys.bytes(period.toMillis()));
            }
        }
        names.addAll(rates);
        List<byte[]> args = new ArrayList<>(List.of(
                token,
                nextStep(),
                idBytes,
                Keys.digits(job.number()),
                Keys.bytes(job.queue()),
                keys.queuePrefix,
                payload,
                Keys.bytes(lasts.toSeconds()),
                Keys.bytes(limitArgs.size() / 2)));
        args.addAll(limitArgs);
        args.addAll(rateArgs);
        return Script.TAKE_SLOTS.run(link, names, args);
    }

    @Override
    public Beginning.Answer begin(Beginning beginning) {
        List<byte[]> args = List.of(
                token,
                nextStep(),
                idBytes,
                Keys.digits(beginning.job().number()),
                keys.namespace(),
                Keys.bytes(beginning.claim().text()),
                Keys.bytes(beginning.keep().toSeconds()),
                Keys.bytes(beginning.adopts() ? 1 : 0));
        long reply = Replies.number(Script.BEGIN.run(link, List.of(keys.sessions), args));
        if (reply == LOST) {
            return Beginning.Answer.LOST;
        }
        return reply == 0 ? Beginning.Answer.REFUSED : Beginning.Answer.STARTED;
    }

    @Override
    public boolean settle(Settlement settlement) {
        return sendAndWait(step(settlement.evenUnrecorded(), (EncodedSubscription) null))
                        .state()
                != Reservation.State.LOST;
    }

    @Override
    public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
        return noted(subscription, sendAndWait(step(settlement, subscription)));
    }

    @Override
    public CompletionStage<Reservation> settleAndReserveAsync(Settlement settlement, Subscription subscription) {
        Step sent = step(settlement, subscription);
        steps.send(sent);
        return sent.answer.thenApply(reply -> noted(subscription, reservation(sent, reply)));
    }

    @Override
    public ReserveAhead ahead(Subscription subscription) {
        Step ahead = step(null, subscription);
        return new ReserveAhead() {
            @Override
            public byte[][] command() {
                return steps.commandAhead(ahead);
            }

            @Override
            public Reservation read(@Nullable Object reply) {
                return reservation(ahead, steps.replyAhead(reply));
            }
        };
    }

    @Override
    public boolean passedQueue() {
        return passedQueue;
    }

    private Reservation noted(Subscription subscription, Reservation reservation) {
        foundEmpty = reservation.state() == Reservation.State.EMPTY ? subscription : null;
        return reservation;
    }

    private Reservation sendAndWait(Step sent) {
        return reservation(sent, steps.sendAndWait(sent));
    }

    private Step step(@Nullable Settlement settlement, @Nullable Subscription subscription) {
        return step(settlement, subscription == null ? null : encode(subscription));
    }

    private Step step(@Nullable Settlement settlement, @Nullable EncodedSubscription queues) {
        forgetSlots();
        byte[] number = nextStep();
        List<byte[]> names = new ArrayList<>(2);
        names.add(record);
        names.add(ownProcessed);
        if (settlement == null) {
            return new Step(step, queues, NOTHING, names, List.of(token, number, idBytes, EMPTY), 0);
        }
        List<byte[]> args = new ArrayList<>(4);
        args.add(token);
        args.add(number);
        args.add(idBytes);
        args.add(Keys.digits(settlement.job().number()));
        EncodedEffects effects = EncodedEffects.of(settlement.effects(), keys, id);
        names.addAll(effects.names);
        args.addAll(effects.args);
        boolean recorded = settlement.onlyWhileRecorded();
        return new Step(
                step, queues, what(recorded, effects.letters), names, args, effects.commands + (recorded ? 1 : 0));
    }

    private static byte[] what(boolean onlyWhileRecorded, byte[] letters) {
        byte[] what = new byte[2 + letters.length];
        what[0] = '0';
        what[1] = (byte) (onlyWhileRecorded ? '1' : '0');
        System.arraycopy(letters, 0, what, 2, letters.length);
        return what;
    }

    private Reservation reservation(Step sent, StepReply reply) {
        if (reply instanceof StepReply.Taken taken && sent.queues != null) {
            return Reservation.of(new ReservedJob(
                    sent.number,
                    sent.queues.queue(taken.queue()),
                    Payload.of(taken.payload()),
                    Instant.ofEpochSecond(taken.second())));
        }
        if (reply instanceof StepReply.Held held) {
            return Reservation.of(held.job(keys));
        }
        if (reply instanceof StepReply.Bare bare) {
            passedQueue |= bare == StepReply.Bare.QUEUE_PASSED;
            return switch (bare) {
                case LOST -> Reservation.LOST;
                case RECORD_GONE -> Reservation.RECORD_GONE;
                case PAUSED -> Reservation.PAUSED;
                case EMPTY, QUEUE_PASSED, POSTPONED -> Reservation.EMPTY;
            };
        }
        throw new IllegalStateException("step.lua answered " + reply + " to a step that did not ask for it");
    }

    private byte[] nextStep() {
        foundEmpty = null;
        passedQueue = false;
        return Keys.digits(++step);
    }

    /** No heartbeat need renew what the session no longer holds. */
    private void forgetSlots() {
        if (slots != TakenSlots.NONE) {
            slots = TakenSlots.NONE;
        }
    }

    @Override
    public boolean putBack(ReservedJob job, List<Effect> effects) {
        forgetSlots();
        EncodedEffects encoded = EncodedEffects.of(effects, keys, id);
        boolean isLarge = job.payload().size() > LARGE;
        long reply = putBack(job, isLarge ? EMPTY : job.payload().toBytes(), encoded);
        if (reply == STILL_HELD && isLarge) {
            reply = putBack(job, job.payload().toBytes(), encoded);
        }
        return reply != LOST;
    }

    private long putBack(ReservedJob job, byte[] payload, EncodedEffects effects) {
        List<byte[]> names = new ArrayList<>(List.of(
                keys.sessions,
                record,
                keys.queue(job.queue()),
                keys.queues,
                keys.processed,
                ownProcessed,
                keys.failed,
                keys.failedQueues));
        names.addAll(effects.names);
        List<byte[]> args = new ArrayList<>(List.of(
                token,
                nextStep(),
                idBytes,
                Keys.digits(job.number()),
                Keys.bytes(job.queue()),
                payload,
                effects.letters));
        args.addAll(effects.args);
        return Replies.number(Script.PUT_BACK.run(link, names, args));
    }

    @Override
    public boolean rewrite(ReservedJob job, Payload payload) {
        List<byte[]> args = List.of(token, nextStep(), idBytes, Keys.digits(job.number()), payload.toBytes());
        return Replies.number(Script.REWRITE.run(link, List.of(keys.sessions, record), args)) == 1;
    }

    @Override
    public Optional<ReservedJob> unregister() {
        List<?> reply = Replies.list(Script.UNREGISTER.run(
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
                List.of(token, nextStep(), idBytes, Keys.bytes(LARGE))));
        return Replies.number(reply.get(0)) == STILL_HELD
                ? Optional.of(StepReply.Held.read(reply, 1).job(keys))
                : Optional.empty();
    }

    private EncodedSubscription encode(Subscription subscription) {
        EncodedSubscription last = encoded;
        if (last == null || last.subscription != subscription) {
            last = new EncodedSubscription(subscription, keys);
            encoded = last;
        }
        return last;
    }
}
