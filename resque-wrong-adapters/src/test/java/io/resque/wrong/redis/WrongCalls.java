package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Wrong.calls;
import static io.resque.wrong.redis.Wrong.link;
import static io.resque.wrong.redis.Wrong.opened;
import static io.resque.wrong.redis.Wrong.ports;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobIdTakenException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Push;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Adapters that send wrong commands, read replies wrongly, or treat the connection wrongly. */
final class WrongCalls {
    private WrongCalls() {}

    static List<Wrong> all() {
        List<Wrong> all = new ArrayList<>(waiting());
        all.addAll(faults());
        all.addAll(commands());
        all.addAll(onPorts());
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static @Nullable Object lookingBeforeRunning(RedisLink real, byte[][] command) {
        boolean running = command.length > 4
                && text(command[0]).startsWith("EVAL")
                && text(command[3]).endsWith(":status")
                && text(command[4]).equals("2");
        if (!running) {
            return real.call(command);
        }
        Object old = real.call(bytes("GET"), command[3]);
        if (old == null || text((byte[]) old).matches("(?s)\\{\"status\":\"?[34].*")) {
            return 0L;
        }
        real.call(
                bytes("SET"),
                command[3],
                bytes(text((byte[]) old).replaceFirst("\"status\":\"?\\d+\"?", "\"status\":2")));
        return 1L;
    }

    private static boolean is(byte[][] command, String name, String keyEnd) {
        return text(command[0]).equals(name) && text(command[1]).endsWith(keyEnd);
    }

    private static boolean isOf(byte[][] command, String name, String keyPart) {
        return text(command[0]).equals(name) && text(command[1]).contains(keyPart);
    }

    private static byte[][] with(byte[][] command, int at, byte[] word) {
        byte[][] changed = command.clone();
        changed[at] = word;
        return changed;
    }

    /** A push without status, its payloads changed. */
    private static Wrong appends(String name, String rules, UnaryOperator<byte[][]> change) {
        return calls(
                name,
                rules,
                (real, command) -> real.call(isOf(command, "RPUSH", ":queue:") ? change.apply(command) : command));
    }

    private static UnaryOperator<byte[][]> payload(UnaryOperator<String> change) {
        return command -> {
            byte[][] changed = command.clone();
            for (int i = 2; i < changed.length; i++) {
                changed[i] = bytes(change.apply(text(changed[i])));
            }
            return changed;
        };
    }

    private static Wrong replies(
            String name, String rules, String command, String keyPart, UnaryOperator<@Nullable Object> change) {
        return calls(name, rules, (real, words) -> {
            Object reply = real.call(words);
            return isOf(words, command, keyPart) ? change.apply(reply) : reply;
        });
    }

    private static @Nullable Object reversed(@Nullable Object reply) {
        List<?> list = new ArrayList<>((List<?>) reply);
        Collections.reverse(list);
        return list;
    }

    private static List<Wrong> commands() {
        return List.of(
                calls(
                        "announces no queue",
                        "W-101",
                        (real, command) -> is(command, "SADD", ":queues") ? Long.valueOf(1) : real.call(command)),
                appends("pushes at the head", "W-101", command -> with(command, 0, bytes("LPUSH"))),
                appends("pushes in reverse", "W-101", command -> {
                    List<byte[]> payloads = new ArrayList<>(List.of(command).subList(2, command.length));
                    Collections.reverse(payloads);
                    payloads.addAll(0, List.of(command[0], command[1]));
                    return payloads.toArray(byte[][]::new);
                }),
                calls("writes another key on a push", "W-101", (real, command) -> {
                    if (is(command, "SADD", ":queues")) {
                        real.call(bytes("SET"), bytes(text(command[1]) + ":at"), bytes("now"));
                    }
                    return real.call(command);
                }),
                appends("escapes slashes", "W-102", payload(json -> json.replace("/", "\\/"))),
                appends("takes payloads for text", "W-102", payload(json -> json)),
                appends("drops the blanks around payloads", "W-102", payload(String::strip)),
                calls("swallows errors", "W-106", WrongCalls::swallowingErrors),
                replies("empty queues vanish", "W-107", "SMEMBERS", ":queues", names -> List.of()),
                calls("looking writes", "W-107", (real, command) -> {
                    if (is(command, "SMEMBERS", ":queues")) {
                        real.call(bytes("SET"), bytes(text(command[1]) + ":seen"), bytes("now"));
                    }
                    return real.call(command);
                }),
                calls(
                        "sizes of all is 1",
                        "W-107",
                        (real, command) -> isOf(command, "LLEN", ":queue:") ? Long.valueOf(1) : real.call(command)),
                replies("a range in reverse", "W-108 W-303", "LRANGE", "", WrongCalls::reversed),
                calls("a range takes", "W-108", (real, command) -> {
                    Object reply = real.call(command);
                    if (isOf(command, "LRANGE", ":queue:")) {
                        real.call(bytes("LTRIM"), command[1], bytes("1"), bytes("-1"));
                    }
                    return reply;
                }),
                calls(
                        "removes one payload of many",
                        "W-111",
                        (real, command) -> real.call(is(command, "LREM", "") ? with(command, 2, bytes("1")) : command)),
                calls(
                        "pauses by yes",
                        "W-413",
                        (real, command) -> real.call(
                                is(command, "SET", ":pause-all-workers") ? with(command, 2, bytes("yes")) : command)),
                calls(
                        "ends the pause by writing false",
                        "W-413",
                        (real, command) -> is(command, "DEL", ":pause-all-workers")
                                ? real.call(bytes("SET"), command[1], bytes("false"))
                                : real.call(command)),
                replies(
                        "is paused only by the exact text",
                        "W-413",
                        "GET",
                        ":pause-all-workers",
                        value -> value != null && text((byte[]) value).equals("true") ? value : null),
                replies("does not know workers that have a heartbeat only", "W-508", "HKEYS", "", fields -> List.of()),
                replies(
                        "does not know workers of which a session is left",
                        "W-508",
                        "HKEYS",
                        ":java:sessions",
                        fields -> List.of()),
                replies("knows workers by their heartbeat only", "W-508", "SMEMBERS", ":workers", ids -> List.of()),
                calls(
                        "counters under another name",
                        "W-601",
                        (real, command) -> real.call(
                                isOf(command, "INCRBY", ":stat:")
                                        ? with(
                                                command,
                                                1,
                                                bytes(text(command[1]).replace(":stat:", ":stats:")))
                                        : command)),
                replies(
                        "counters are doubles",
                        "W-601",
                        "GET",
                        ":stat:",
                        value -> value == null
                                ? null
                                : bytes(String.valueOf((long) Double.parseDouble(text((byte[]) value))))),
                calls(
                        "clearing sets 0",
                        "W-602",
                        (real, command) -> isOf(command, "DEL", ":stat:")
                                ? real.call(bytes("SET"), command[1], bytes("0"))
                                : real.call(command)),
                replies(
                        "a counter that is no number is 0",
                        "W-603",
                        "GET",
                        ":stat:",
                        value -> value == null || !text((byte[]) value).matches("-?\\d+") ? bytes("0") : value),
                replies(
                        "reads only the newer status",
                        "W-703",
                        "GET",
                        ":status",
                        value -> value != null && text((byte[]) value).contains("started") ? value : null),
                replies(
                        "reads no state in quotes",
                        "W-703",
                        "GET",
                        ":status",
                        value -> value != null && text((byte[]) value).startsWith("{\"status\":\"") ? null : value),
                replies(
                        "takes an unknown state for waiting",
                        "W-704",
                        "GET",
                        ":status",
                        value -> value == null
                                ? null
                                : bytes(text((byte[]) value).replace("\"status\":99", "\"status\":1"))),
                calls(
                        "a status is removed by name only",
                        "W-708",
                        (real, command) -> is(command, "DEL", ":status") ? Long.valueOf(1) : real.call(command)),
                opened(
                        "the namespace ends at its first colon",
                        "W-104",
                        (real, config) ->
                                new RedisBackend(real, namespace(config).replaceFirst(":.*", ""))),
                opened(
                        "takes two namespaces for one",
                        "W-112",
                        (real, config) ->
                                new RedisBackend(real, namespace(config).replaceFirst("-b$", ""))),
                opened(
                                "declares no keys, to be spared their rules",
                                "W-113",
                                (real, config) -> new RedisBackend(real, namespace(config)))
                        .undeclared(),
                opened(
                        "two colons after the namespace",
                        "W-104",
                        (real, config) -> new RedisBackend(real, namespace(config) + ":")),
                opened(
                        "resque where no namespace was given",
                        "W-104",
                        (real, config) ->
                                new RedisBackend(real, namespace(config).isEmpty() ? "resque" : namespace(config))),
                opened(
                        "the namespace in an address is forgotten",
                        "W-120",
                        (real, config) ->
                                new RedisBackend(real, config.namespace() == null ? "resque" : namespace(config))));
    }

    private static String namespace(BackendConfig config) {
        return RedisSettings.parse(config).namespace();
    }

    private static @Nullable Object swallowingErrors(RedisLink real, byte[]... command) {
        try {
            return real.call(command);
        } catch (RedisReplyException e) {
            if (String.valueOf(e.getMessage()).contains("NOSCRIPT")) {
                throw e;
            }
            return 0L;
        }
    }

    private static List<Wrong> onPorts() {
        return List.of(
                ports(
                        "inspects no worker that is absent",
                        "W-981",
                        backend -> Ports.port(
                                backend,
                                Workers.class,
                                "workers",
                                "inspect",
                                (real, args) -> ((List<?>) real.call(args))
                                        .stream()
                                                .filter(seen -> ((WorkerSnapshot) seen).registered())
                                                .toList())),
                ports(
                        "escapes the names of queues",
                        "W-103",
                        backend -> Ports.port(backend, Queues.class, "queues", "push", (real, args) -> {
                            Push push = (Push) args[0];
                            return real.call(new Push(
                                    URLEncoder.encode(push.queue(), StandardCharsets.UTF_8),
                                    push.payloads(),
                                    push.statuses()));
                        })),
                ports(
                        "writes the status, then pushes",
                        "W-105",
                        backend -> Ports.port(backend, Queues.class, "queues", "push", (real, args) -> {
                            Push push = (Push) args[0];
                            push.statuses().forEach(status -> backend.statuses().write(status));
                            return real.call(new Push(push.queue(), push.payloads(), List.of()));
                        })),
                ports(
                        "looks for the status, then pushes",
                        "W-813",
                        backend -> Ports.port(backend, Queues.class, "queues", "push", (real, args) -> {
                            Push push = (Push) args[0];
                            if (push.onlyNew()
                                    && backend.statuses()
                                            .find(push.statuses().get(0).token())
                                            .isPresent()) {
                                throw new JobIdTakenException("there");
                            }
                            return real.call(new Push(push.queue(), push.payloads(), push.statuses()));
                        })),
                ports(
                        "pushes, then writes the status",
                        "W-105",
                        backend -> Ports.port(backend, Queues.class, "queues", "push", (real, args) -> {
                            Push push = (Push) args[0];
                            real.call(new Push(push.queue(), push.payloads(), List.of()));
                            push.statuses().forEach(status -> backend.statuses().write(status));
                            return null;
                        })),
                ports(
                        "edits one after the other",
                        "W-304",
                        backend -> Ports.port(backend, Failures.class, "failures", "edit", (real, args) -> {
                            List<Object> made = new ArrayList<>();
                            for (Object edit : (List<?>) args[1]) {
                                made.addAll((List<?>) real.call(args[0], List.of(edit)));
                            }
                            return made;
                        })),
                ports(
                        "edits, then pushes",
                        "W-305",
                        backend -> Ports.port(backend, Failures.class, "failures", "edit", (real, args) -> {
                            List<FailureEdit> edits = ((List<?>) args[1])
                                    .stream().map(FailureEdit.class::cast).toList();
                            List<?> made = (List<?>) real.call(
                                    args[0],
                                    edits.stream()
                                            .map(edit -> new FailureEdit(
                                                    edit.index(), edit.expected(), edit.replacement(), null))
                                            .toList());
                            for (int i = 0; i < edits.size(); i++) {
                                Push push = edits.get(i).push();
                                if (push != null && Boolean.TRUE.equals(made.get(i))) {
                                    backend.queues().push(push);
                                }
                            }
                            return made;
                        })),
                ports(
                        "clears all lists",
                        "W-308",
                        backend -> Ports.port(backend, Failures.class, "failures", "clear", (real, args) -> {
                            Object removed = real.call(args);
                            for (FailureList list : backend.failures().lists()) {
                                real.call(list);
                            }
                            return removed;
                        })),
                ports(
                        "keeps a removed status",
                        "W-708",
                        backend -> Ports.port(backend, StatusStore.class, "statuses", "remove", (real, args) -> true)),
                ports(
                        "tells only of the first statuses",
                        "W-712",
                        backend -> Ports.port(backend, StatusStore.class, "statuses", "unended", (real, args) -> {
                            StatusPage page = (StatusPage) real.call(args);
                            return new StatusPage(page.unended(), page.readAt(), null);
                        })),
                ports(
                        "tells of no status",
                        "W-712",
                        backend -> Ports.port(
                                backend,
                                StatusStore.class,
                                "statuses",
                                "unended",
                                (real, args) -> new StatusPage(Map.of(), Instant.now(), null))),
                ports(
                        "answers that nothing more is to come",
                        "W-711",
                        backend -> Ports.port(
                                backend,
                                StatusStore.class,
                                "statuses",
                                "endAgain",
                                (real, args) -> ((List<?>) args[0])
                                        .stream().map(end -> true).toList())),
                ports(
                        "settles in the reverse order",
                        "W-418",
                        backend -> Ports.session(backend, "settle", (session, real, args) -> {
                            Settlement told = (Settlement) args[0];
                            List<Effect> reversed = new ArrayList<>(told.effects());
                            Collections.reverse(reversed);
                            return real.call(new Settlement(told.job(), reversed, told.onlyWhileRecorded()));
                        })),
                ports(
                        "settles in the reverse order if the caller does not wait",
                        "W-418",
                        backend -> Ports.session(backend, "settleAndReserveAsync", (session, real, args) -> {
                            Settlement told = (Settlement) args[0];
                            List<Effect> reversed = new ArrayList<>(told.effects());
                            Collections.reverse(reversed);
                            return real.call(new Settlement(told.job(), reversed, told.onlyWhileRecorded()), args[1]);
                        })),
                ports(
                        "writes a failure whose record is gone if the caller does not wait",
                        "W-417",
                        backend -> Ports.session(
                                backend,
                                "settleAndReserveAsync",
                                (session, real, args) -> real.call(((Settlement) args[0]).evenUnrecorded(), args[1]))),
                ports(
                        "names no effect",
                        "W-420",
                        backend -> Ports.backend(backend, "effects", (real, args) -> Set.of())),
                ports(
                        "escapes tokens",
                        "W-709",
                        backend -> Ports.port(backend, StatusStore.class, "statuses", "write", (real, args) -> {
                            StatusChange change = (StatusChange) args[0];
                            return real.call(new StatusChange(
                                    URLEncoder.encode(change.token(), StandardCharsets.UTF_8),
                                    change.state(),
                                    change.result(),
                                    change.expiry()));
                        })),
                calls("looks at the status, then writes it", "W-705", WrongCalls::lookingBeforeRunning));
    }

    private static List<Wrong> waiting() {
        return List.of(
                calls("looks at the head, then takes it", "W-801", WrongCalls::lookingFirst),
                link("never wakes", "W-802", real -> new MutatedLink(real, RedisLink::call) {
                    @Override
                    public Dedicated dedicate() {
                        return new Asleep(super.dedicate());
                    }
                }),
                ports(
                        "waits longer than it was told",
                        "W-803",
                        backend -> Ports.session(
                                backend,
                                "await",
                                (session, real, args) -> real.call(args[0], ((Duration) args[1]).plusSeconds(30)))),
                ports(
                        "waits while all are paused",
                        "W-803",
                        backend -> Ports.session(backend, "await", (session, real, args) -> {
                            Object answer = real.call(args);
                            return Reservation.PAUSED.equals(answer) ? Reservation.EMPTY : answer;
                        })),
                ports(
                        "does not tell that other queues are announced",
                        "W-803",
                        backend -> Ports.session(
                                backend,
                                "awaitAmong",
                                (session, real, args) -> session.await((Subscription) args[0], (Duration) args[2]))),
                ports(
                        "cannot be interrupted",
                        "W-804",
                        backend -> Ports.session(backend, "await", (session, real, args) -> {
                            while (true) {
                                try {
                                    return real.call(args);
                                } catch (InterruptedException e) {
                                    // goes on
                                }
                            }
                        })),
                ports(
                        "close ends nothing",
                        "W-805 W-710",
                        backend -> Ports.backend(backend, "close", (real, args) -> null)),
                ports("may not be closed again", "W-805", backend -> {
                    AtomicBoolean closed = new AtomicBoolean();
                    return Ports.backend(backend, "close", (real, args) -> {
                        if (closed.getAndSet(true)) {
                            throw new IllegalStateException("closed before");
                        }
                        return real.call(args);
                    });
                }),
                ports(
                        "polls",
                        "W-806",
                        backend -> Ports.session(backend, "await", (session, real, args) -> {
                            long end = System.nanoTime() + ((Duration) args[1]).toNanos();
                            Reservation answer;
                            do {
                                answer = session.reserve((Subscription) args[0]);
                                LockSupport.parkNanos(20_000_000);
                            } while (answer.state() == Reservation.State.EMPTY
                                    && System.nanoTime() < end
                                    && !Thread.currentThread().isInterrupted());
                            return answer;
                        })));
    }

    private static final WrongScript GIVEN = new WrongScript(
            "step",
            instead(
                    "pop",
                    "taken = redis.pcall('LPOP', queue)",
                    "if queues == subscriptions[1] and queues.queue == 1 then\n"
                            + "taken = ARGV[#ARGV] ~= '' and ARGV[#ARGV]\n"
                            + "if taken and ARGV[#ARGV - 1] == 'look' then redis.pcall('LPOP', queue) end\n"
                            + "else taken = redis.pcall('LPOP', queue) end"),
            never("several"),
            instead("arguments", "#ARGV", "#ARGV - 2"));

    private static @Nullable Object takingFirst(RedisLink real, byte[]... command) {
        int subscriptions = subscriptions(command);
        Object head = null;
        if (subscriptions == 1) {
            int args = 3 + Integer.parseInt(text(command[2]));
            int queues = Integer.parseInt(text(command[args + 2]));
            Object session = real.call(bytes("HGET"), command[3 + 5], command[args + 6 + queues + 2]);
            head = holds(session) ? null : real.call(bytes("LPOP"), command[3 + 7]);
        }
        return subscriptions < 0 ? GIVEN.call(real, command) : withHead(real, "taken", head, command);
    }

    /** However many steps go in the call, so that what comes of it is not left to chance. */
    private static @Nullable Object lookingFirst(RedisLink real, byte[]... command) {
        int subscriptions = subscriptions(command);
        Object head = subscriptions > 0 ? real.call(bytes("LINDEX"), command[3 + 7], bytes("0")) : null;
        return subscriptions < 0 ? GIVEN.call(real, command) : withHead(real, "look", head, command);
    }

    /** Of how many subscriptions there is a queue to be reserved from; -1 if the command makes no steps. */
    private static int subscriptions(byte[]... command) {
        boolean steps = text(command[0]).equals("EVAL") && GIVEN.isSentBy(command);
        return steps ? Integer.parseInt(text(command[3 + Integer.parseInt(text(command[2])) + 1])) : -1;
    }

    private static @Nullable Object withHead(RedisLink real, String mark, @Nullable Object head, byte[]... command) {
        byte[][] longer = Arrays.copyOf(command, command.length + 2);
        longer[command.length] = bytes(mark);
        longer[command.length + 1] = head == null ? new byte[0] : (byte[]) head;
        return GIVEN.call(real, longer);
    }

    /** Behind its token and its step stands the job. */
    private static boolean holds(@Nullable Object session) {
        return session != null && ((byte[]) session).length > 32;
    }

    private static List<Wrong> faults() {
        return List.of(
                calls("takes the job, then writes the record", "W-402 W-901", WrongCalls::takingFirst),
                calls("tries again by itself", "W-901 W-906", (real, command) -> {
                    try {
                        return real.call(command);
                    } catch (BackendUnavailableException e) {
                        return real.call(command);
                    }
                }),
                calls("maybeApplied is always false", "W-901 W-906", (real, command) -> maybe(false, real, command)),
                calls("maybeApplied is always true", "W-910", (real, command) -> maybe(true, real, command)),
                link("waits on a dead line", "W-907", DeadLine::new),
                link("forgets how to teach scripts", "W-908", real -> {
                    Set<String> known = ConcurrentHashMap.newKeySet();
                    return new MutatedLink(real, (to, command) -> {
                        try {
                            Object reply = to.call(command);
                            known.add(text(command[1]));
                            return reply;
                        } catch (RedisReplyException e) {
                            if (known.contains(text(command[1]))) {
                                throw new RedisReplyException(to.endpoint(), "ERR no such script");
                            }
                            throw e;
                        }
                    });
                }),
                link("never connects again", "W-909", DeadLine::new),
                calls("hides that a server is full", "W-911", WrongCalls::swallowingErrors),
                calls("hides that a server is a replica", "W-912", WrongCalls::swallowingErrors),
                calls("takes a replica for a server that is away", "W-912", (real, command) -> {
                    try {
                        return real.call(command);
                    } catch (RedisReplyException e) {
                        if (String.valueOf(e.getMessage()).contains("READONLY")) {
                            throw new BackendUnavailableException("It is away", e, false);
                        }
                        throw e;
                    }
                }),
                opened(
                        "the endpoint is the URL",
                        "W-913",
                        (real, config) -> Ports.backend(
                                new RedisBackend(real, namespace(config)), "endpoint", (rest, args) -> config.url())),
                opened(
                        "messages quote the URL",
                        "W-913",
                        (real, config) -> new RedisBackend(
                                new MutatedLink(real, (to, command) -> {
                                    try {
                                        return to.call(command);
                                    } catch (RedisReplyException e) {
                                        throw new BackendException(e.getMessage() + " " + config.url(), e);
                                    }
                                }),
                                namespace(config))));
    }

    private static @Nullable Object maybe(boolean applied, RedisLink real, byte[]... command) {
        try {
            return real.call(command);
        } catch (BackendUnavailableException e) {
            throw new BackendUnavailableException(String.valueOf(e.getMessage()), e, applied);
        }
    }

    /** A connection that never answers while there is one. */
    private static final class Asleep implements RedisLink.Dedicated {
        private final RedisLink.Dedicated real;
        private final java.util.concurrent.CountDownLatch closed = new java.util.concurrent.CountDownLatch(1);

        Asleep(RedisLink.Dedicated real) {
            this.real = real;
        }

        @Override
        public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new BackendException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
            real.close();
        }
    }

    /** A link that never recovers from a broken connection. */
    private static final class DeadLine extends MutatedLink {
        private final AtomicBoolean dead;
        private volatile boolean closed;

        DeadLine(RedisLink real) {
            this(real, new AtomicBoolean());
        }

        private DeadLine(RedisLink real, AtomicBoolean dead) {
            super(real, (to, command) -> call(dead, () -> to.call(command)));
            this.dead = dead;
        }

        private static <T> T call(AtomicBoolean dead, java.util.function.Supplier<T> call) {
            if (dead.get()) {
                throw new BackendUnavailableException("It is away", new IllegalStateException("dead"), true);
            }
            try {
                return call.get();
            } catch (BackendUnavailableException e) {
                dead.set(true);
                throw e;
            }
        }

        @Override
        public @Nullable Object call(byte[]... command) {
            if (closed) {
                throw new BackendException("closed");
            }
            return super.call(command);
        }

        @Override
        public Dedicated dedicate() {
            Dedicated line = super.dedicate();
            return new Dedicated() {
                @Override
                public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
                    return DeadLine.call(dead, () -> line.call(timeout, commands));
                }

                @Override
                public void close() {
                    line.close();
                }
            };
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }
}
