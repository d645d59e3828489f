package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static io.resque.tck.Checking.ruleIfNamed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests that replay recordings of Ruby, PHP and Node through the ports: the resulting keys must equal the recorded
 * keys. Only the format of times is compared. Ruby's lock for pruning and the keys that only this library writes are
 * not compared.
 */
@NeedsFeature(Feature.REDIS_KEYS)
abstract class RecordedRules extends BackendRules {
    private static final Set<String> WRITES = Set.of("sadd", "rpush", "incrby");
    private static final Pattern PAYLOAD_IN_RECORD = Pattern.compile("\"payload\":(.*)}$");
    private static final Pattern PAYLOAD_IN_FAILURE = Pattern.compile("\"payload\":(.*),\"exception\":");
    private static final Pattern QUEUE_IN_RECORD = Pattern.compile("\\{\"queue\":\"([^\"]*)\"");
    private static final Pattern QUEUE_IN_FAILURE = Pattern.compile("\"queue\":\"([^\"]*)\"}$");

    private final PortReplay replay = new PortReplay(backend, redis, namespace);

    RecordedRules(QueueBackendTck kit) {
        super(kit);
    }

    private interface Check {
        void on(RecordedCase recorded);
    }

    /** One test for each case of a kind, from all files, except the cases in left-out.txt. */
    private Stream<DynamicTest> judged(RecordedKind kind, Check check) {
        return RecordedCases.files().stream()
                .flatMap(file -> RecordedCases.of(file).stream()
                        .filter(recorded -> RecordedKind.of(recorded) == kind)
                        .filter(recorded -> !LeftOutCases.has(file, recorded.name()))
                        .map(recorded -> dynamicTest(XmlText.safe(file + ": " + recorded.name()), () -> {
                            redis.deleteKeys(namespace + ":");
                            check.on(recorded);
                        })));
    }

    private void load(Map<String, Object> keys) {
        RecordedKeys.load(redis, namespace, keys);
    }

    // Clients

    @TestFactory
    @WireRule({"W-101", "W-107", "W-108", "W-109", "W-111", "W-601", "W-602"})
    Stream<DynamicTest> clients() {
        return judged(RecordedKind.CLIENT, recorded -> {
            load(before(recorded));
            if (String.valueOf(recorded.get("expected", "error")).startsWith("Resque::NoQueueError")) {
                assertThatThrownBy(() -> backend.queues().push(noQueue())).isInstanceOf(NullPointerException.class);
            }
            replay.play(RecordedCommands.of(recorded));
            assertKeys(recorded);
        });
    }

    @SuppressWarnings("NullAway") // the test passes a value that must be refused
    private static Push noQueue() {
        return new Push(null, List.of(JOB), List.of());
    }

    /** The keys before a client's call. Only the keys after it are recorded; those before follow from the commands. */
    private static Map<String, Object> before(RecordedCase recorded) {
        String name = recorded.name();
        String job = "{\"class\":\"PlainJob\",\"args\":[1]}";
        return switch (name) {
            case "dequeue_with_args", "dequeue_class", "destroy_with_args", "pop", "reserve" -> after("size");
            case "dequeue_class_matches_foreign_spelling" -> after("dequeue_byte_equality_misses");
            case "destroy_class_duplicates_count" -> Map.of("queue:plain", List.of(job, job));
            case "pop_invalid_json" -> Map.of("queue:plain", List.of("not json"));
            case "pop_empty_string" -> Map.of("queue:plain", List.of(""));
            case "stat_clear" -> after("stat_get");
            default ->
                RecordedCommands.of(recorded).commands().stream().anyMatch(command -> WRITES.contains(command.get(0)))
                        ? Map.of()
                        : RecordedKeys.dump(recorded.get("expected", "keys"));
        };
    }

    private static Map<String, Object> after(String name) {
        return RecordedCases.of("ruby/client_ops.json").stream()
                .filter(recorded -> recorded.name().equals(name))
                .map(recorded -> RecordedKeys.dump(recorded.get("expected", "keys")))
                .findFirst()
                .orElseThrow();
    }

    @TestFactory
    @WireRule("W-120")
    Stream<DynamicTest> addresses() {
        return judged(RecordedKind.ADDRESS, this::leadsToTheSameKeys);
    }

    private void leadsToTheSameKeys(RecordedCase recorded) {
        RecordedCommands transcript = RecordedCommands.of(recorded);
        String database = transcript.having("select").isEmpty() ? "0" : requireNonNull(transcript.said("select"));
        try (RedisServer own = RedisServer.start();
                RespClient client = RespClient.connect(own.url().replaceFirst("/0$", "/" + database));
                QueueBackend backend =
                        open(String.valueOf(recorded.get("inputs", "string")).replace("6401", "" + own.port()), null)) {
            push(backend, "q", JOB);
            assertThat(client.keys("*")).contains(pushedTo(recorded));
        }
    }

    /** The recorded key, with its prefix. */
    private static String pushedTo(RecordedCase recorded) {
        for (Object line : (List<?>) requireNonNull(recorded.get("transcript"))) {
            if (line instanceof List<?> command && command.get(0).equals("rpush")) {
                return String.valueOf(command.get(1));
            }
        }
        throw new AssertionError("no push in " + recorded);
    }

    // Failures

    @TestFactory
    @WireRule({"W-301", "W-303", "W-304", "W-305", "W-308"})
    Stream<DynamicTest> failuresInOneList() {
        return judged(RecordedKind.FAILURES, this::playFromBefore);
    }

    @TestFactory
    @WireRule({"W-302", "W-303", "W-304", "W-305", "W-308"})
    Stream<DynamicTest> failuresInAListForEachQueue() {
        return judged(RecordedKind.FAILURES_BY_QUEUE, this::playFromBefore);
    }

    private void playFromBefore(RecordedCase recorded) {
        load(RecordedKeys.dump(recorded.get("before")));
        replay.play(RecordedCommands.of(recorded));
        assertKeys(recorded);
    }

    @TestFactory
    @WireRule({"W-301", "W-302", "W-304", "W-305"})
    Stream<DynamicTest> recordsAndTheJobsTheyGiveBack() {
        return judged(RecordedKind.FAILURE_RECORD, recorded -> {
            FailureList list = PortReplay.list(RecordedKeys.name(String.valueOf(recorded.get("inputs", "key"))));
            Payload record = requireNonNull(recorded.payload("inputs", "record"));
            ruleIfNamed(list.queue() == null ? "W-301" : "W-302");
            backend.failures().add(List.of(new FailureEntry(list, record)));
            assertThatPayloads(backend.failures().range(list, 0, 10)).containsExactly(record);
            Payload job = recorded.payload("expected", "requeue_push", "value");
            String key = String.valueOf(recorded.get("expected", "requeue_push", "key"));
            Push push =
                    job == null ? null : new Push(PortReplay.queue(RecordedKeys.name(key)), List.of(job), List.of());
            rule(push == null ? "W-304" : "W-305");
            assertThat(backend.failures().edit(list, List.of(new FailureEdit(0, record, null, push))))
                    .containsExactly(true);
            assertThat(backend.failures().count(list)).isZero();
            if (job != null) {
                assertThatPayloads(queue(PortReplay.queue(RecordedKeys.name(key))))
                        .containsExactly(job);
            }
        });
    }

    // Workers

    @TestFactory
    @WireRule({"W-401", "W-402", "W-406", "W-407", "W-413", "W-501", "W-502", "W-506", "W-509"})
    Stream<DynamicTest> workers() {
        return judged(RecordedKind.WORKER, recorded -> {
            String op = String.valueOf(recorded.get("op"));
            switch (op) {
                case "Worker#to_s" -> {
                    String id = String.valueOf(recorded.get("expected", "return"));
                    rule("W-501");
                    register(backend, id);
                    assertThat(redis.texts("SMEMBERS", key("workers"))).containsExactly(id);
                    replay.readEverything();
                }
                case "Worker#reserve" -> reserves(recorded);
                case "paused?" -> {
                    RecordedCommands transcript = RecordedCommands.of(recorded);
                    load(RecordedKeys.dump(recorded.get("expected", "keys")));
                    redis.call("SET", key("pause-all-workers"), requireNonNull(transcript.said("set")));
                    rule("W-413");
                    assertThat(backend.workers().isPaused()).isTrue();
                }
                case "Worker#startup",
                        "Worker#reserve+working_on",
                        "Worker#work_one_job",
                        "Worker#heartbeat!",
                        "Worker#unregister_worker",
                        "Worker#work" -> works(recorded);
                default -> {
                    load(RecordedKeys.dump(recorded.get("expected", "keys")));
                    replay.readEverything();
                }
            }
        });
    }

    /** Reserves from the queues in the order in which Ruby took jobs, until they are empty. */
    private void reserves(RecordedCase recorded) {
        Map<String, Object> expected = RecordedKeys.dump(recorded.get("expected", "keys"));
        Set<String> names = new TreeSet<>();
        ((Set<?>) requireNonNull(expected.get("queues"))).forEach(name -> names.add(name.toString()));
        names.forEach(name -> push(name, Payload.ofText("{\"class\":\"PlainJob\",\"args\":[\"" + name + "\"]}")));
        List<String> queues = new ArrayList<>();
        for (Object queue : (List<?>) requireNonNull(recorded.get("inputs", "queues"))) {
            queues.addAll(queue.equals("*") ? names : List.of(queue.toString()));
        }
        WorkerSession session = register(backend, ID);
        List<String> taken = new ArrayList<>();
        Reservation reservation = session.reserve(of(queues.toArray(String[]::new)));
        for (; // bounded, so that a backend that returns one job again and again fails here
                reservation.state() == Reservation.State.JOB && taken.size() <= names.size();
                reservation = session.reserve(of(queues.toArray(String[]::new)))) {
            ReservedJob job = job(reservation);
            taken.add("\"" + job.queue() + "\"");
            session.settle(new Settlement(job, List.of()));
        }
        taken.add("nil");
        assertThat(String.valueOf(taken)).isEqualTo(recorded.get("expected", "return"));
        session.unregister();
        assertKeys(recorded);
    }

    /** Replays one worker of Ruby: its registration, one job, and its end, as far as these were recorded. */
    private void works(RecordedCase recorded) {
        RecordedCommands done = RecordedCommands.of(recorded);
        Map<String, Object> expected = RecordedKeys.dump(recorded.get("expected", "keys"));
        String id = workerId(recorded, done);
        String record = done.said("set", "worker:" + id);
        List<String> failures = done.having("rpush", "failed").stream()
                .map(command -> command.get(2))
                .toList();
        String payload = record != null
                ? group(PAYLOAD_IN_RECORD, record)
                : failures.isEmpty() ? null : group(PAYLOAD_IN_FAILURE, failures.get(0));
        String queue = record != null
                ? group(QUEUE_IN_RECORD, record)
                : failures.isEmpty() ? null : group(QUEUE_IN_FAILURE, failures.get(0));

        load(beforeWork(expected, done, id, queue, payload));
        String started = (String) expected.get("worker:" + id + ":started");
        rule("W-501");
        WorkerSession session = backend.workers()
                .register(new WorkerRegistration(inspect(id), started != null ? started : STARTED, Map.of()))
                .orElseThrow();
        if (payload != null) {
            rule("W-401");
            ReservedJob job =
                    take(session, id.substring(id.lastIndexOf(':') + 1).split(","));
            assertThat(job.payload().text()).isEqualTo(payload);
            if (!done.having("del", "worker:" + id).isEmpty()) {
                List<Effect> effects = new ArrayList<>();
                failures.forEach(failure -> effects.add(fails(Payload.ofText(failure))));
                effects.add(new Effect.Count(
                        !done.having("incrby", "stat:processed").isEmpty(),
                        !done.having("incrby", "stat:failed").isEmpty()));
                rule(failures.isEmpty() ? "W-406" : "W-407");
                assertThat(session.settle(new Settlement(job, effects))).isTrue();
            }
        }
        if (!done.having("hset", "workers:heartbeat").isEmpty()) {
            rule("W-502");
            assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        }
        if (!done.having("srem", "workers").isEmpty()) {
            rule("W-506");
            assertThat(session.unregister()).isEmpty();
        }
        assertKeys(recorded);
    }

    private static String workerId(RecordedCase recorded, RecordedCommands done) {
        for (String command : List.of("sadd", "srem")) {
            String id = done.said(command, "workers");
            if (id != null) {
                return id;
            }
        }
        Map<String, Object> expected = RecordedKeys.dump(recorded.get("expected", "keys"));
        return String.valueOf(
                ((Set<?>) requireNonNull(expected.get("workers"))).iterator().next());
    }

    /** The keys before the worker: the recorded keys without what Ruby's commands have added, and without the worker. */
    private Map<String, Object> beforeWork(
            Map<String, Object> expected,
            RecordedCommands done,
            String id,
            @Nullable String queue,
            @Nullable String payload) {
        Map<String, Object> before = new TreeMap<>(expected);
        before.keySet()
                .removeIf(name -> name.equals("workers")
                        || name.equals("workers:heartbeat")
                        || name.equals("worker:" + id)
                        || name.equals("worker:" + id + ":started"));
        for (List<String> added : done.having("incrby")) {
            if (before.get(added.get(1)) instanceof String count) {
                before.put(added.get(1), "" + (Long.parseLong(count) - Long.parseLong(added.get(2))));
            }
        }
        before.values().removeIf("0"::equals);
        int failed = done.having("rpush", "failed").size();
        if (before.get("failed") instanceof List<?> list && failed > 0) {
            before.put("failed", list.subList(0, list.size() - failed));
        }
        if (payload != null) {
            List<Object> jobs = new ArrayList<>(List.of(payload));
            jobs.addAll((List<?>) before.getOrDefault("queue:" + queue, List.of()));
            before.put("queue:" + queue, jobs);
        }
        return before;
    }

    @TestFactory
    @WireRule({"W-431", "W-432", "W-508", "W-509"})
    Stream<DynamicTest> deadWorkers() {
        return judged(RecordedKind.PRUNING, recorded -> {
            Map<String, Object> before = RecordedKeys.dump(recorded.get("inputs", "before"));
            load(before);
            replay.readEverything();
            RecordedCommands done = RecordedCommands.of(recorded);
            Set<String> gone = new LinkedHashSet<>();
            done.having("srem", "workers").forEach(command -> gone.add(command.get(2)));
            for (String id : gone) {
                List<Effect> failures = done.having("rpush", "failed").stream()
                        .map(command -> command.get(2))
                        .filter(failure -> failure.contains("\"worker\":\"" + id + "\""))
                        .map(failure -> fails(Payload.ofText(failure)))
                        .toList();
                rule("W-509");
                WorkerSnapshot seen = inspect(id);
                rule(failures.isEmpty() ? "W-431" : "W-432");
                assertThat(backend.workers().recover(new Recovery(seen, failures, null)))
                        .isEqualTo(failures.isEmpty() ? Recovery.Outcome.REMOVED : Recovery.Outcome.FAILED);
            }
            assertKeys(recorded);
        });
    }

    // States that other libraries leave

    @TestFactory
    @WireRule({"W-107", "W-303", "W-509", "W-601"})
    Stream<DynamicTest> whatOthersLeaveIsRead() {
        return judged(
                RecordedKind.STATE,
                recorded -> recorded.states().values().forEach(state -> {
                    redis.deleteKeys(namespace + ":");
                    load(RecordedKeys.dump(state));
                    replay.readEverything();
                }));
    }

    @TestFactory
    @WireRule("W-509")
    Stream<DynamicTest> whenPhpsWorkersStarted() {
        return judged(RecordedKind.STARTED, recorded -> {
            String raw = String.valueOf(recorded.get("raw"));
            redis.call("SADD", key("workers"), ID);
            redis.call("SET", key("worker:" + ID + ":started"), raw);
            assertThat(inspect(ID).started()).isEqualTo(raw);
        });
    }

    /** Writes the recorded keys, and checks that the ports read them as they are. */
    private void assertKeys(RecordedCase recorded) {
        replay.readEverything();
        Map<String, Object> expected = RecordedKeys.dump(recorded.get("expected", "keys"));
        expected.remove("pruning_dead_workers_in_progress");
        // Ruby leaves the name of a list that it has cleared; this library removes it, W-308.
        if (expected.get("failed_queues") instanceof Set<?> lists) {
            lists.removeIf(list -> !RecordedCommands.of(recorded)
                    .having("del", String.valueOf(list))
                    .isEmpty());
            expected.values().removeIf(Set.of()::equals);
        }
        Map<String, Object> found = new TreeMap<>();
        everything().forEach((key, value) -> found.put(key.substring(namespace.length() + 1), value));
        found.remove("pruning_dead_workers_in_progress");
        found.remove("java:sessions");
        found.keySet().removeIf(name -> name.startsWith("worker:") && name.endsWith(":java"));
        Map<String, Object> right = timeless(expected);
        Map<String, Object> wrong = timeless(found);
        Stream.of(right, wrong)
                .flatMap(keys -> keys.keySet().stream())
                .filter(name -> !Objects.equals(right.get(name), wrong.get(name)))
                .findFirst()
                .ifPresent(name -> rulesOf(name, right.containsKey(name)).forEach(Checking::ruleIfNamed));
        assertThat(wrong).as("the keys after the recorded calls").isEqualTo(right);
    }

    /** The rules that say what is in a key. A test names one of them. */
    private static List<String> rulesOf(String name, boolean exists) {
        if (name.equals("queues") || name.startsWith("queue:")) {
            return List.of("W-101", "W-305", "W-401");
        }
        if (name.startsWith("stat:")) {
            return List.of("W-601", "W-406", "W-431");
        }
        if (name.equals("failed")) {
            return List.of("W-301", "W-407", "W-432");
        }
        if (name.startsWith("worker")) {
            boolean isRecord = name.startsWith("worker:") && !name.endsWith(":started");
            String written = isRecord ? "W-402" : name.equals("workers:heartbeat") ? "W-502" : "W-501";
            return List.of(exists ? written : "W-506", "W-431");
        }
        return List.of("W-302");
    }

    private static Map<String, Object> timeless(Map<String, Object> keys) {
        Map<String, Object> timeless = new TreeMap<>(keys);
        timeless.replaceAll((name, value) -> {
            if (name.equals("workers:heartbeat")) {
                Map<String, String> masked = new TreeMap<>();
                ((Map<?, ?>) value)
                        .forEach((id, at) -> masked.put(
                                id.toString(),
                                at.toString()
                                        .replaceFirst("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00$", "T")));
                return masked;
            }
            return value instanceof String text && name.startsWith("worker:")
                    ? text.replaceFirst("\"run_at\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\"", "\"run_at\":\"T\"")
                    : value;
        });
        return timeless;
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
