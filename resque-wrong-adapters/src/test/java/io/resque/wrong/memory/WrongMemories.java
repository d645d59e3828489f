package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.backend;
import static io.resque.wrong.memory.Wrong.port;
import static io.resque.wrong.memory.Wrong.session;

import io.resque.api.BackendException;
import io.resque.api.JobIdTakenException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueHead;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.backend.memory.MemoryBackendProvider;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Memory backends, each of which breaks one rule of behaviour. */
final class WrongMemories {
    private WrongMemories() {}

    static List<Wrong> all() {
        return Stream.of(old(), queues(), failures(), workers(), statuses(), answers())
                .flatMap(List::stream)
                .toList();
    }

    private static Wrong queues(String name, String rule, String method, Wrong.Around<QueueBackend> around) {
        return port(name, rule, Queues.class, "queues", method, around);
    }

    private static Subscription unlimited(Subscription of) {
        return new Subscription(
                of.sources().stream()
                        .map(source -> new Subscription.Source(source.queue(), source.beforeInstant()))
                        .toList(),
                of.beforePayload(),
                of.afterPayload(),
                of.maxPayload());
    }

    private static Wrong named(String name, UnaryOperator<String> change) {
        return queues(name, "W-103", "push", (backend, real, args) -> {
            Push push = (Push) args[0];
            return real.call(new Push(change.apply(push.queue()), push.payloads(), push.statuses(), push.onlyNew()));
        });
    }

    private static List<Wrong> queues() {
        return List.of(
                named("names in any case", name -> name.toLowerCase(Locale.ROOT)),
                named("drops blanks at the end of names", String::stripTrailing),
                named("composes accents", name -> Normalizer.normalize(name, Normalizer.Form.NFC)),
                session("keeps the payload of a held job", "W-422", "rewrite", (backend, session, real, args) -> true),
                session(
                        "knows no limit of a queue",
                        "W-423",
                        "reserve",
                        (backend, session, real, args) -> real.call(unlimited((Subscription) args[0]))),
                session(
                        "waits without a limit",
                        "W-809",
                        "await",
                        (backend, session, real, args) -> real.call(unlimited((Subscription) args[0]), args[1])),
                queues("pauses no queue", "W-421", "pause", (backend, real, args) -> true),
                queues("cannot end the pause of a queue", "W-421", "resume", (backend, real, args) -> false),
                session(
                        "waits for nothing while a queue is paused",
                        "W-807",
                        "await",
                        (backend, session, real, args) ->
                                backend.queues().paused().isEmpty()
                                        ? real.call(args)
                                        : real.call(new Subscription(List.of(), "", ""), args[1])),
                queues(
                        "a range of one too many",
                        "W-108",
                        "range",
                        (backend, real, args) ->
                                args.length == 3 ? real.call(args[0], args[1], (long) args[2] + 1) : real.call(args)),
                queues(
                        "a range counts from 1",
                        "W-108",
                        "range",
                        (backend, real, args) -> args.length == 3
                                ? real.call(args[0], Math.max(0, (long) args[1] - 1), args[2])
                                : real.call(args)),
                queues(
                        "a negative start counts from the end",
                        "W-108",
                        "range",
                        (backend, real, args) -> (long) args[1] < 0
                                ? real.call(
                                        args[0],
                                        Math.max(0, backend.queues().size((String) args[0]) + (long) args[1]),
                                        args[2])
                                : real.call(args)),
                queues(
                        "a negative count means all",
                        "W-108",
                        "range",
                        (backend, real, args) -> args.length == 3 && (long) args[2] < 0
                                ? real.call(args[0], args[1], Long.MAX_VALUE)
                                : real.call(args)),
                queues(
                        "the end of a range overflows",
                        "W-108",
                        "range",
                        (backend, real, args) -> (long) args[1] > 0 && (long) args[1] + (long) args[2] < 0
                                ? List.of()
                                : real.call(args)),
                queues(
                        "takes nothing for a negative count",
                        "W-109",
                        "take",
                        (backend, real, args) -> (int) args[1] < 0 ? List.of() : real.call(args)),
                queues(
                        "takes one at least",
                        "W-109",
                        "take",
                        (backend, real, args) ->
                                args.length == 2 ? real.call(args[0], Math.max(1, (int) args[1])) : real.call(args)),
                queues("sizes without empty queues", "W-107", "sizes", (backend, real, args) -> {
                    Map<Object, Object> sizes = new HashMap<>((Map<?, ?>) real.call());
                    sizes.values().removeIf(size -> size.equals(0L));
                    return sizes;
                }),
                queues(
                        "counts each payload once",
                        "W-111",
                        "removeAll",
                        (backend, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .map(count -> Math.min(1L, (long) count))
                                        .toList()),
                queues(
                        "removes all for one",
                        "W-115",
                        "removeOne",
                        (backend, real, args) -> Math.min(
                                2,
                                backend.queues()
                                        .removeAll((String) args[0], List.of((Payload) args[1]))
                                        .get(0)
                                        .intValue())),
                queues("writes statuses up to the one that is taken", "W-813", "push", (backend, real, args) -> {
                    Push push = (Push) args[0];
                    for (StatusChange status : push.statuses()) {
                        if (push.onlyNew() && !backend.statuses().writeNew(status)) {
                            throw new JobIdTakenException("taken");
                        }
                    }
                    return real.call(new Push(push.queue(), push.payloads(), push.statuses()));
                }),
                queues("has no size after close", "W-805", "size", (backend, real, args) -> {
                    try {
                        return real.call(args);
                    } catch (BackendException e) {
                        return 0L;
                    }
                }),
                new Wrong("joins namespace and name", "W-112", config -> {
                    String namespace = String.valueOf(config.namespace());
                    return !namespace.endsWith(":b")
                            ? new MemoryBackendProvider().open(config)
                            : queues("", "", "size", (backend, real, args) -> real.call("b:" + args[0]))
                                    .open(new BackendConfig(
                                            config.url(), namespace.substring(0, namespace.length() - 2)));
                }));
    }

    private static Wrong failures(String name, String rule, String method, Wrong.Around<QueueBackend> around) {
        return port(name, rule, Failures.class, "failures", method, around);
    }

    private static List<Wrong> failures() {
        return List.of(
                failures(
                        "knows no queue that ends so",
                        "W-302",
                        "lists",
                        (backend, real, args) -> ((List<?>) real.call())
                                .stream()
                                        .map(FailureList.class::cast)
                                        .map(list -> list.queue() == null
                                                ? list
                                                : new FailureList(list.queue().replaceFirst("_failed$", "")))
                                        .toList()),
                failures("edits one after another", "W-304", "edit", (backend, real, args) -> {
                    List<Object> made = new ArrayList<>();
                    for (Object edit : (List<?>) args[1]) {
                        made.addAll((List<?>) real.call(args[0], List.of(edit)));
                    }
                    return made;
                }),
                failures(
                        "has no failures before the first",
                        "W-303",
                        "range",
                        (backend, real, args) -> (long) args[1] < 0 ? List.of() : real.call(args)),
                failures(
                        "trims all for a negative number",
                        "W-307",
                        "trim",
                        (backend, real, args) -> real.call(args[0], Math.max(0, (long) args[1]))),
                failures(
                        "trims to one more",
                        "W-307",
                        "trim",
                        (backend, real, args) -> real.call(args[0], (long) args[1] + 1)),
                port("counters of 32 bits", "W-601", Statistics.class, "statistics", "get", (backend, real, args) ->
                        (long) ((Long) real.call(args)).intValue()));
    }

    private static Wrong inspects(String name, String rule, UnaryOperator<WorkerSnapshot> change) {
        return port(
                name,
                rule,
                Workers.class,
                "workers",
                "inspect",
                (backend, real, args) -> ((List<?>) real.call(args))
                        .stream().map(WorkerSnapshot.class::cast).map(change).toList());
    }

    private static WorkerSnapshot with(
            WorkerSnapshot seen, @Nullable String heartbeat, Map<String, String> attributes, Instant readAt) {
        return new WorkerSnapshot(
                seen.id(),
                seen.registered(),
                seen.record(),
                seen.held(),
                seen.started(),
                heartbeat,
                attributes,
                readAt);
    }

    private static List<Wrong> workers() {
        return List.of(
                inspects(
                        "the heartbeat ends with Z",
                        "W-502",
                        seen -> with(
                                seen,
                                seen.heartbeat() == null
                                        ? null
                                        : seen.heartbeat().replace("+00:00", "Z"),
                                seen.attributes(),
                                seen.readAt())),
                inspects(
                        "takes seconds for milliseconds",
                        "W-502",
                        seen -> with(
                                seen,
                                seen.heartbeatAt()
                                        .map(at -> Instant.ofEpochMilli(at.getEpochSecond())
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString()
                                                .replace("Z", "+00:00"))
                                        .orElse(null),
                                seen.attributes(),
                                Instant.ofEpochMilli(seen.readAt().getEpochSecond())
                                        .truncatedTo(ChronoUnit.SECONDS))),
                inspects("attributes in ASCII", "W-509", seen -> {
                    Map<String, String> ascii = new HashMap<>();
                    seen.attributes()
                            .forEach((name, value) -> ascii.put(
                                    name.replaceAll("[^\\x00-\\x7f]", "?"), value.replaceAll("[^\\x00-\\x7f]", "?")));
                    return with(seen, seen.heartbeat(), ascii, seen.readAt());
                }),
                session(
                        "waits seconds for milliseconds",
                        "W-803",
                        "await",
                        (backend, session, real, args) ->
                                real.call(args[0], Duration.ofSeconds(((Duration) args[1]).toMillis()))),
                session("an interrupt ends the wait silently", "W-804", "await", (backend, session, real, args) -> {
                    try {
                        return real.call(args);
                    } catch (InterruptedException e) {
                        return Reservation.EMPTY;
                    }
                }),
                port("forgets no death", "W-434", Workers.class, "workers", "recover", (backend, real, args) -> {
                    Recovery told = (Recovery) args[0];
                    Recovery.Requeue back = told.requeue();
                    return back == null
                            ? real.call(told)
                            : real.call(new Recovery(
                                    told.worker(),
                                    told.effects(),
                                    new Recovery.Requeue(
                                            back.queue(),
                                            back.payload(),
                                            back.effects(),
                                            back.maxDeaths(),
                                            Duration.ofDays(1))));
                }));
    }

    private static List<Wrong> statuses() {
        return WrongStores.all().stream()
                .filter(store -> store.change() != null)
                .map(store -> new Wrong(store.label(), store.rule(), config -> {
                    QueueBackend backend = new MemoryBackendProvider().open(config);
                    StatusStore wrong = Objects.requireNonNull(store.change()).apply(backend.statuses());
                    return Wrong.proxy(QueueBackend.class, backend, "statuses", (on, real, args) -> wrong);
                }))
                .toList();
    }

    /** Answers of another shape than the question. */
    private static List<Wrong> answers() {
        return List.of(
                port(
                        "inspects no worker that is absent",
                        "W-981",
                        Workers.class,
                        "workers",
                        "inspect",
                        (backend, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .filter(seen -> ((WorkerSnapshot) seen).registered())
                                        .toList()),
                queues(
                        "heads of queues with jobs only",
                        "W-981",
                        "heads",
                        (backend, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .filter(head -> ((QueueHead) head).size() > 0)
                                        .toList()),
                queues("has null for what was not removed", "W-981", "removeAll", (backend, real, args) -> {
                    List<@Nullable Object> counts = new ArrayList<>((List<?>) real.call(args));
                    counts.replaceAll(count -> Long.valueOf(0).equals(count) ? null : count);
                    return counts;
                }),
                queues("has null for an empty queue", "W-981", "range", (backend, real, args) -> {
                    List<?> payloads = (List<?>) real.call(args);
                    return payloads.isEmpty() ? null : payloads;
                }),
                failures(
                        "answers no edit that was not made",
                        "W-981",
                        "edit",
                        (backend, real, args) -> ((List<?>) real.call(args))
                                .stream().filter(Boolean.TRUE::equals).toList()),
                port(
                        "reads each counter once",
                        "W-981",
                        Statistics.class,
                        "statistics",
                        "getAll",
                        (backend, real, args) -> real.call(List.copyOf(new LinkedHashSet<>((List<?>) args[0])))));
    }

    private static List<Wrong> old() {
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
