package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.backend;
import static io.resque.wrong.memory.Wrong.locks;
import static io.resque.wrong.memory.Wrong.port;
import static io.resque.wrong.memory.Wrong.recurring;
import static io.resque.wrong.memory.Wrong.session;

import io.resque.api.Unique;
import io.resque.api.spi.Beginning;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Effect;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.Limits;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.RecurringTick;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Workers;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Memory backends that are wrong with the locks of unique jobs, in rules that hold without keys. */
final class WrongLockMemories {
    private WrongLockMemories() {}

    private static List<HeldLock> held(QueueBackend backend) {
        return backend.locks().orElseThrow().page("").locks();
    }

    /** Takes locks again that a call has freed, by jobs of another queue. */
    private static void takeAgain(QueueBackend backend, List<HeldLock> before) {
        for (HeldLock lock : before) {
            LockClaim claim = new LockClaim(
                    Objects.requireNonNull(lock.owner()),
                    List.of(new LockClaim.Lock(Objects.requireNonNull(lock.kind()), lock.key(), 300, 0)));
            LockedPush.Entry entry = new LockedPush.Entry(0, null, Payload.ofText("{\"class\":\"A\"}"), claim);
            backend.locks().orElseThrow().push(new LockedPush("elsewhere", List.of(entry), List.of(), false));
        }
    }

    private static void freeRuns(QueueBackend backend, LockClaim claim) {
        held(backend).stream()
                .filter(lock -> claim.owner().equals(lock.owner()) && lock.state() == HeldLock.State.RUNNING)
                .forEach(backend.locks().orElseThrow()::free);
    }

    private static Settlement withoutLocks(Object settlement) {
        Settlement told = (Settlement) settlement;
        return new Settlement(
                told.job(),
                told.effects().stream()
                        .filter(effect -> !(effect instanceof Effect.ReleaseLocks))
                        .toList());
    }

    static List<Wrong> all() {
        return List.of(
                locks("pushes whatever is locked", "W-771", "push", (backend, real, args) -> {
                    LockedPush push = (LockedPush) args[0];
                    LockedPush.Answer answer = (LockedPush.Answer) real.call(args);
                    for (int i = 0; i < push.entries().size(); i++) {
                        if (!answer.written().get(i)) {
                            backend.queues()
                                    .push(new Push(
                                            push.queue(),
                                            List.of(push.entries().get(i).payload()),
                                            List.of()));
                        }
                    }
                    return answer;
                }),
                locks("pushes again", "W-772", "push", (backend, real, args) -> {
                    Locks locks = backend.locks().orElseThrow();
                    for (LockedPush.Entry entry : ((LockedPush) args[0]).entries()) {
                        held(backend).stream()
                                .filter(lock -> entry.claim() != null
                                        && entry.claim().owner().equals(lock.owner()))
                                .forEach(locks::free);
                    }
                    return real.call(args);
                }),
                locks("delays without the lock", "W-774", "push", (backend, real, args) -> {
                    LockedPush push = (LockedPush) args[0];
                    LockedPush.Entry first = push.entries().get(0);
                    if (first.item() == null) {
                        return real.call(args);
                    }
                    DelayedPush.Entry entry = new DelayedPush.Entry(first.second(), first.item(), first.payload());
                    long now = backend.delayed().orElseThrow().write(new DelayedPush(push.queue(), List.of(entry)));
                    return new LockedPush.Answer(now, List.of(true));
                }),
                session(
                        "begins whatever is locked",
                        "W-775",
                        "begin",
                        (backend, session, real, args) -> Beginning.Answer.STARTED),
                session("refuses a job since another one waits", "W-775", "begin", (backend, session, real, args) -> {
                    LockClaim claim = ((Beginning) args[0]).claim();
                    return held(backend).stream()
                                    .anyMatch(lock -> !claim.owner().equals(lock.owner())
                                            && claim.locks().stream()
                                                    .anyMatch(own -> own.kind() == lock.kind()
                                                            && own.kind() != Unique.Kind.WHILE_QUEUED
                                                            && own.key().equals(lock.key())))
                            ? Beginning.Answer.REFUSED
                            : real.call(args);
                }),
                port(
                        "renews no locks",
                        "W-776",
                        Workers.class,
                        "workers",
                        "heartbeat",
                        (backend, real, args) -> Set.of()),
                session(
                        "ends without its locks",
                        "W-777",
                        "settle",
                        (backend, session, real, args) -> real.call(withoutLocks(args[0]))),
                session(
                        "frees the lock with which an equal payload runs",
                        "W-777",
                        "settle",
                        (backend, session, real, args) -> {
                            Object done = real.call(args);
                            for (Effect effect : ((Settlement) args[0]).effects()) {
                                if (effect instanceof Effect.ReleaseLocks release) {
                                    freeRuns(backend, release.claim());
                                }
                            }
                            return done;
                        }),
                port(
                        "removes a queue with the lock of a run",
                        "W-778",
                        Queues.class,
                        "queues",
                        "remove",
                        (backend, real, args) -> {
                            for (Payload payload : backend.queues().range((String) args[0], 0, 1)) {
                                LockClaim.of(payload).ifPresent(claim -> freeRuns(backend, claim));
                            }
                            return real.call(args);
                        }),
                session(
                        "moves a job to its limit without its lock",
                        "W-777",
                        "takeSlots",
                        (backend, session, real, args) -> {
                            List<HeldLock> before = held(backend);
                            Object answer = real.call(args);
                            held(backend).forEach(backend.locks().orElseThrow()::free);
                            takeAgain(backend, before);
                            return answer;
                        }),
                port(
                        "removes a single job without its locks",
                        "W-778",
                        Queues.class,
                        "queues",
                        "removeOne",
                        (backend, real, args) -> {
                            List<HeldLock> before = held(backend);
                            Object removed = real.call(args);
                            takeAgain(backend, before);
                            return removed;
                        }),
                port(
                        "removes a queue without its locks",
                        "W-778",
                        Queues.class,
                        "queues",
                        "remove",
                        (backend, real, args) -> {
                            List<HeldLock> before = held(backend);
                            Object removed = real.call(args);
                            takeAgain(backend, before);
                            return removed;
                        }),
                backend(
                        "removes a job from a limit without its locks",
                        "W-778",
                        "limits",
                        (backend, limits, none) -> backend.limits()
                                .map(port -> Wrong.proxy(Limits.class, port, "removeAll", (on, real, args) -> {
                                    List<HeldLock> before = held(backend);
                                    Object removed = real.call(args);
                                    takeAgain(backend, before);
                                    return removed;
                                }))),
                port(
                        "recovers without the locks",
                        "W-779",
                        Workers.class,
                        "workers",
                        "recover",
                        (backend, real, args) -> {
                            List<HeldLock> before = held(backend);
                            Object outcome = real.call(args);
                            takeAgain(backend, before);
                            return outcome;
                        }),
                session(
                        "puts back without the locks of the run",
                        "W-779",
                        "putBack",
                        (backend, session, real, args) -> {
                            List<HeldLock> before = held(backend);
                            Object done = real.call(args);
                            takeAgain(backend, before);
                            return done;
                        }),
                recurring(
                        "ticks whatever is locked",
                        "W-783",
                        "tick",
                        (entries, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .map(outcome -> new RecurringTick.Outcome(RecurringTick.State.MADE, null))
                                        .toList()),
                locks("frees whatever is locked by now", "W-780", "free", (backend, real, args) -> {
                    String key = ((HeldLock) args[0]).key();
                    return real.call(held(backend).stream()
                            .filter(lock -> lock.key().equals(key))
                            .findFirst()
                            .orElse((HeldLock) args[0]));
                }));
    }
}
