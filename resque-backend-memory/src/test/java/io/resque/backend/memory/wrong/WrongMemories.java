package io.resque.backend.memory.wrong;

import static io.resque.backend.memory.wrong.Wrong.backend;
import static io.resque.backend.memory.wrong.Wrong.port;
import static io.resque.backend.memory.wrong.Wrong.session;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.backend.memory.MemoryBackendProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Memory backends, each of which breaks one rule of behaviour. */
final class WrongMemories {
    private WrongMemories() {}

    static List<Wrong> all() {
        return List.of(
                session("takes the job, then writes the record", "W-402", "reserve", (backend, session, real, args) -> {
                    for (Subscription.Source source : ((Subscription) args[0]).sources()) {
                        List<Payload> taken = backend.queues().take(source.queue(), 1);
                        if (!taken.isEmpty()) {
                            LockSupport.parkNanos(2_000_000);
                            backend.queues().push(new Push(source.queue(), taken, List.of()));
                            break;
                        }
                    }
                    return real.call(args);
                }),
                session("looks at the head, then takes it", "W-801", "reserve", (backend, session, real, args) -> {
                    String queue = ((Subscription) args[0]).sources().get(0).queue();
                    List<Payload> seen = backend.queues().range(queue, 0, 1);
                    LockSupport.parkNanos(200_000);
                    Reservation got = (Reservation) real.call(args);
                    return got.job() == null || seen.isEmpty()
                            ? got
                            : Reservation.of(new ReservedJob(
                                    got.job().number(),
                                    queue,
                                    seen.get(0),
                                    got.job().reservedAt()));
                }),
                session("gives a payload of any size", "W-416", "reserve", (backend, session, real, args) -> {
                    Subscription all = (Subscription) args[0];
                    return real.call(new Subscription(all.sources(), all.beforePayload(), all.afterPayload()));
                }),
                port("is a stack", "W-101", Queues.class, "queues", "push", (backend, real, args) -> {
                    Push push = (Push) args[0];
                    List<Payload> before = backend.queues().take(push.queue(), Integer.MAX_VALUE);
                    real.call(push);
                    return before.isEmpty() ? null : real.call(new Push(push.queue(), before, List.of()));
                }),
                port(
                        "pushes whether or not the status is new",
                        "W-813",
                        Queues.class,
                        "queues",
                        "push",
                        (backend, real, args) -> {
                            Push push = (Push) args[0];
                            return real.call(new Push(push.queue(), push.payloads(), push.statuses()));
                        }),
                port(
                        "forgets the record",
                        "W-402",
                        Workers.class,
                        "workers",
                        "inspect",
                        (backend, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .map(WorkerSnapshot.class::cast)
                                        .map(seen -> new WorkerSnapshot(
                                                seen.id(),
                                                seen.registered(),
                                                null,
                                                null,
                                                seen.started(),
                                                seen.heartbeat(),
                                                seen.attributes(),
                                                seen.readAt()))
                                        .toList()),
                session("wakes for its first queue only", "W-802", "await", (backend, session, real, args) -> {
                    Subscription all = (Subscription) args[0];
                    Reservation now = session.reserve(all);
                    Subscription first =
                            new Subscription(all.sources().subList(0, 1), all.beforePayload(), all.afterPayload());
                    return now.equals(Reservation.EMPTY) ? real.call(first, args[1]) : now;
                }),
                session(
                        "waits longer than it was told",
                        "W-803",
                        "await",
                        (backend, session, real, args) -> real.call(args[0], ((Duration) args[1]).plusSeconds(30))),
                session("cannot be interrupted", "W-804", "await", (backend, session, real, args) -> {
                    while (true) {
                        try {
                            return real.call(args);
                        } catch (InterruptedException e) {
                            // goes on
                        }
                    }
                }),
                backend("swallows close", "W-805", "close", (backend, real, args) -> null),
                new Wrong(
                        "has one namespace",
                        "W-112",
                        config -> new MemoryBackendProvider().open(new BackendConfig(config.url(), "all"))),
                new Wrong("names no scheme", "W-113", new MemoryBackendProvider()::open, Optional.empty()),
                new Wrong(
                        "takes any URL",
                        "W-113",
                        config ->
                                new MemoryBackendProvider().open(new BackendConfig("memory:any", config.namespace()))),
                session("puts back at the tail", "W-411", "putBack", (backend, session, real, args) -> {
                    ReservedJob job = (ReservedJob) args[0];
                    Object done = real.call(args);
                    if (backend.queues().range(job.queue(), 0, 1).equals(List.of(job.payload()))) {
                        List<Payload> head = backend.queues().take(job.queue(), 1);
                        backend.queues().push(new Push(job.queue(), head, List.of()));
                    }
                    return done;
                }),
                session("settles in the reverse order", "W-418", "settle", (backend, session, real, args) -> {
                    Settlement told = (Settlement) args[0];
                    List<Effect> reversed = new ArrayList<>(told.effects());
                    Collections.reverse(reversed);
                    return real.call(new Settlement(told.job(), reversed));
                }),
                session(
                        "settles in the reverse order if the caller does not wait",
                        "W-418",
                        "settleAndReserveAsync",
                        (backend, session, real, args) -> {
                            Settlement told = (Settlement) args[0];
                            List<Effect> reversed = new ArrayList<>(told.effects());
                            Collections.reverse(reversed);
                            return real.call(new Settlement(told.job(), reversed), args[1]);
                        }),
                session(
                        "puts back without its effects",
                        "W-418",
                        "putBack",
                        (backend, session, real, args) -> real.call(args[0], List.of())),
                backend("names no effect", "W-420", "effects", (backend, real, args) -> Set.of()),
                session("a lost session counts", "W-415", "settle", (backend, session, real, args) -> {
                    Object settled = real.call(args);
                    if (Boolean.FALSE.equals(settled)) {
                        backend.statistics().increment("processed", 1);
                    }
                    return settled;
                }),
                session("counts what is settled again", "W-409", "settle", (backend, session, real, args) -> {
                    if (((Settlement) args[0]).effects().contains(new Effect.Count(true, true))) {
                        backend.statistics().increment("failed", 1);
                    }
                    return real.call(args);
                }),
                session(
                        "unregisters whoever holds a job",
                        "W-412",
                        "unregister",
                        (backend, session, real, args) ->
                                ((Optional<?>) real.call(args)).isPresent() ? Optional.empty() : real.call(args)),
                port("is never paused", "W-414", Workers.class, "workers", "pause", (backend, real, args) -> null),
                port(
                        "gives no heartbeat",
                        "W-504",
                        Workers.class,
                        "workers",
                        "heartbeat",
                        (backend, real, args) -> Set.of()),
                port(
                        "recovers whoever has changed",
                        "W-435",
                        Workers.class,
                        "workers",
                        "recover",
                        (backend, real, args) -> {
                            Recovery told = (Recovery) args[0];
                            WorkerSnapshot now = backend.workers()
                                    .inspect(List.of(told.worker().id()))
                                    .get(0);
                            return real.call(new Recovery(now, told.effects(), told.requeue()));
                        }),
                port(
                        "says that each edit was made",
                        "W-306",
                        Failures.class,
                        "failures",
                        "edit",
                        (backend, real, args) ->
                                ((List<?>) args[1]).stream().map(edit -> true).toList()));
    }
}
