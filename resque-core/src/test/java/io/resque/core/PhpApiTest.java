package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobMatch;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.redis.RedisSettings;
import io.resque.core.RecordedVerdicts.Bench;
import io.resque.core.RecordedVerdicts.Deliberate;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the clients of both php-resques were recorded to do, done by ours. */
class PhpApiTest {
    private static final JobMatch A = JobMatch.of("A");

    private static final Deliberate UNTRACKED = Deliberate.of(
            "an untracked job has Ruby's two members and nothing to be followed by",
            "no id",
            "no prefix",
            "no queue_time");
    private static final Deliberate UNTRACKED_BY_SEED = Deliberate.of(
            "an untracked job has Ruby's two members and nothing to be followed by", "no id", "no queue_time");
    private static final Deliberate RESULT = Deliberate.of("statuses are the successor's", "result added");
    private static final Deliberate DAMAGED = Deliberate.of(
            "text that is no Unicode is refused; PHP tells of a job that it did not push", "no key job:#:status");
    private static final Deliberate FLAT =
            Deliberate.of("any JSON value is an argument, as in Ruby", "queue:default added", "queues added");
    private static final String BY_VALUE =
            "arguments are all compared, by value and key; PHP looks for each value, as a string, among those given";

    private static final RecordedVerdicts VERDICTS = new RecordedVerdicts("php/php-api.json")
            .play(
                    "enqueue-untracked",
                    bench -> bench.resque.enqueue(
                            "default", "PHP_Job", Map.of("time", 1, "array", Map.of("test", "test"))),
                    UNTRACKED)
            .play("enqueue-tracked", bench -> bench.resque.enqueueTracked("default", "PHP_Job", Map.of("a", 1)), RESULT)
            .play("enqueue-null-args", bench -> bench.resque.enqueue("default", "PHP_Job", (Object) null), UNTRACKED)
            .play("enqueue-empty-args", bench -> bench.resque.enqueue("default", "PHP_Job", List.of()), UNTRACKED)
            .play(
                    "enqueue-escapes",
                    bench -> bench.resque.enqueue(
                            "q:with space/é",
                            "My\\Ns\\Job",
                            Map.of("url", "http://a/b", "u", "é€😀", "nl", "a\nb\"c", "html", "<b>&'")),
                    UNTRACKED)
            .play("enqueue-nonarray-args", bench -> bench.resque.enqueue("default", "PHP_Job", "str"), FLAT)
            .play(
                    "enqueue-object-args",
                    bench -> assertThatThrownBy(() -> bench.resque.enqueue("default", "PHP_Job", new Object()))
                            .isInstanceOf(InvalidJobException.class))
            .play(
                    "enqueue-bad-utf8-tracked",
                    bench -> assertThatThrownBy(
                                    () -> bench.resque.enqueueTracked("default", "PHP_Job", Map.of("x", "\udcff")))
                            .isInstanceOf(InvalidJobException.class),
                    DAMAGED)
            .play(
                    "enqueue-numeric-key-args",
                    bench -> bench.resque.enqueue("default", "PHP_Job", Map.of("1", "a", "2", "b")),
                    UNTRACKED)
            .play(
                    "enqueue-prefixed-tracked",
                    bench -> bench.resque.enqueueTracked("default", "PHP_Job", Map.of("a", 1)),
                    Deliberate.of(
                            "we read prefixes and give none",
                            "job:#:status added",
                            "no key job:app_#:status",
                            "no prefix"))
            .play(
                    "job-create-custom-id",
                    bench -> bench.resque.enqueueTracked("default", "PHP_Job", Map.of("a", 1)),
                    Deliberate.of(
                            "tokens are made by us, so that none is given twice",
                            "job:#:status added",
                            "no key job:custom-id-1:status",
                            "other id"))
            .play("push-raw", bench -> {
                try (QueueBackend backend = backend(bench)) {
                    backend.queues().push(new Push("default", List.of(Payload.ofText("{\"foo\":\"bar\"}")), List.of()));
                }
            })
            .play(
                    "status-lifecycle",
                    PhpApiTest::statusLifecycle,
                    RESULT,
                    Deliberate.of("statuses are the successor's", "started added"),
                    Deliberate.of("only the four states are read", "state of \"99\" is none, not 99"),
                    Deliberate.of("a status is looked for each time", "negative-cache is 1, not false"))
            .play("status-result", PhpApiTest::statusResult)
            .play("dequeue-none", bench -> dequeue(bench, resque -> resque.clearQueue("q")))
            .play(
                    "dequeue-class-list",
                    bench -> dequeue(bench, resque -> resque.dequeueClasses("q", List.of("A", "C"))))
            .play("dequeue-class-id", bench -> dequeue(bench, A.withId("id2")))
            .play(
                    "dequeue-class-id-wrong",
                    bench -> dequeue(bench, JobMatch.of("B").withId("id2")))
            .play(
                    "dequeue-class-args-full",
                    bench -> dequeue(bench, A.withArgs(Map.of("foo", 1, "bar", 2))),
                    Deliberate.of(
                            BY_VALUE,
                            "n is 1, not 2",
                            "size is 5, not 4",
                            "left is [B#id1, A#id2, C#id3, A#id4, B#id5], not [B#id1, A#id2, C#id3, B#id5]",
                            "queue:q has 5 elements, not 4"))
            .play(
                    "dequeue-class-args-superset",
                    bench -> dequeue(bench, A.withArgs(Map.of("foo", 1, "bar", 2, "z", 3))),
                    nothingMatches())
            .play(
                    "dequeue-class-args-values-only",
                    bench -> dequeue(bench, A.withArgs(Map.of("k1", 1, "k2", 2))),
                    nothingMatches())
            .play("dequeue-class-args-empty", bench -> dequeue(bench, A.withArgs(List.of())))
            .play(
                    "dequeue-class-null-args",
                    bench -> dequeue(bench, JobMatch.of("C").withArgs(Map.of("foo", 1))))
            .play(
                    "dequeue-mixed",
                    bench -> dequeue(
                            bench, JobMatch.of("C"), JobMatch.of("B").withArgs(Map.of("x", 1)), A.withId("id0")))
            .play("dequeue-unknown-class", bench -> dequeue(bench, JobMatch.of("Z")))
            .play(
                    "dequeue-id-as-null",
                    bench -> dequeue(bench, resque -> {
                        assertThatThrownBy(() -> A.withId(null)).isInstanceOf(NullPointerException.class);
                        bench.differs("refused");
                        return 0L;
                    }),
                    Deliberate.of("null is no id: leave it out to mean any", "refused"))
            .play(
                    "dequeue-nested-args",
                    bench -> {
                        loadPushes(bench);
                        bench.same(
                                "n",
                                bench.recorded.get("returned", "n"),
                                bench.resque.dequeue("q", A.withArgs(Map.of("n", Map.of("a", 2)))));
                    },
                    Deliberate.of(BY_VALUE + "; all arrays are one string", "n is 0, not 1", "queue:q added"))
            .play("dequeue-empty-queue", bench -> {
                bench.same("none", bench.recorded.get("returned", "none"), bench.resque.clearQueue("q"));
                bench.same(
                        "cls", bench.recorded.get("returned", "cls"), bench.resque.dequeueClasses("q", List.of("A")));
            })
            .play("removeQueue", bench -> {
                loadPushes(bench);
                bench.same("n", bench.recorded.get("returned", "n"), bench.resque.removeQueue("q"));
                bench.same("again", bench.recorded.get("returned", "again"), bench.resque.removeQueue("q"));
            })
            .play("reserve", bench -> {
                loadPushes(bench);
                try (QueueBackend backend = backend(bench)) {
                    Payload taken = backend.queues().take("q", 1).get(0);
                    assertThat(CoreRedis.GSON.decode(taken)).isEqualTo(bench.recorded.get("returned", "payload"));
                    assertThat(new PayloadReader(CoreRedis.GSON).read(taken).args())
                            .isEqualTo(List.of(bench.recorded.get("returned", "args")));
                    assertThat(backend.queues().take("q", 1)).isEmpty();
                }
            })
            .play(
                    "reserve-garbage",
                    PhpApiTest::reserveGarbage,
                    Deliberate.of(
                            "a job without a class is unreadable, and becomes a failure",
                            "4 unreadable",
                            "5 unreadable"),
                    Deliberate.of(
                            "arguments are a list, and what is no list is the one argument, as in Ruby",
                            "8: no argument, not null",
                            "10: str, not s"))
            .play(
                    "blpop",
                    PhpApiTest::takenInOrder,
                    Deliberate.of("a worker of ours counts what it runs", "stat:processed added"))
            .play("stat", PhpApiTest::statistics)
            .play(
                    "dsn",
                    PhpApiTest::addresses,
                    Deliberate.of(
                            "an address is not left empty, and a database is a number",
                            "'' is refused, not [localhost, 6379, 0, , ]",
                            "'redis://h/db3x4?timeout=5&max_connect_retries=2&persistent=x' is refused, not [h, 6379, 34, , ]"),
                    Deliberate.of(
                            "a password is always decoded from %40 and the like; an unknown option is refused",
                            "'redis://u:p%40x@h:1?password-encoding=u' is refused, not [h, 1, 0, u, p%40x]",
                            "'redis://u:p%40x@h:1?password-encoding=u' is refused, not [h, 1, 0, u, p@x]",
                            "'redis://u:cEB4@h:1?password-encoding=b' is refused, not [h, 1, 0, u, cEB4]",
                            "'redis://u:cEB4@h:1?password-encoding=b' is refused, not [h, 1, 0, u, p@x]"),
                    Deliberate.of("TLS by its scheme", "'rediss://h' is [h, 6379, 0, , ], not refused"))
            .play("prefix", PhpApiTest::prefixes, UNTRACKED)
            .play("backend-db", PhpApiTest::databases, UNTRACKED_BY_SEED)
            .play("backend-down", bench -> {
                try (Resque resque =
                        bench.redis.builder().url("redis://127.0.0.1:1").build()) {
                    assertThat(bench.recorded.get("returned", "ex").toString()).contains("Connection refused");
                    assertThatThrownBy(() -> resque.enqueue("q", "X"))
                            .isInstanceOfSatisfying(
                                    BackendUnavailableException.class,
                                    e -> assertThat(e.maybeApplied()).isFalse());
                }
            })
            .play("dontcreate", PhpEventPlays::dontCreate)
            .play(
                    "events-enqueue-args",
                    PhpEventPlays::whatListenersAreTold,
                    UNTRACKED,
                    Deliberate.of(
                            "nor has it an id to be told",
                            "beforeEnqueue id is false, not true",
                            "afterEnqueue id is false, not true"))
            .play(
                    "events-php8-named",
                    PhpEventPlays::namedParameters,
                    UNTRACKED,
                    Deliberate.of(
                            "a listener is a method of an interface: the names of its parameters are its own",
                            "ex is null, not [Error, Unknown named parameter $class]"))
            .play(
                    "events-throw-beforeEnqueue-other",
                    bench -> PhpEventPlays.throwing(bench, PhpEventPlays.beforeEnqueue(new RuntimeException("nope"))))
            .play(
                    "events-throw-afterEnqueue",
                    bench -> PhpEventPlays.throwing(bench, PhpEventPlays.afterEnqueue(new RuntimeException("nope"))),
                    RESULT,
                    Deliberate.of("we read prefixes and give none", "no prefix"))
            .play(
                    "events-order-stop",
                    PhpEventPlays::orderAndStop,
                    Deliberate.of("stopListening tells whether there was one", "unk is false, not true"),
                    Deliberate.of("there are no events of a user's own", "no yargs", "no zargs"))
            .play(
                    "worker-api",
                    PhpWorkerPlays::api,
                    RESULT,
                    Deliberate.of(
                            "also what another left half written is told, and can be asked for",
                            "all is [dirty, #:high,low], not [false, #:high,low]"),
                    Deliberate.of(
                            "a worker of ours has heartbeats, as Ruby's, and says what it is",
                            "workers:heartbeat added",
                            "worker:#:high,low:java added",
                            "java:sessions added"),
                    Deliberate.of(
                            "its job was run to its end, PHP's only put aside",
                            "job:#:status expires",
                            "other status",
                            "started added"))
            .play(
                    "worker-unregister-with-job",
                    PhpWorkerPlays::leavesWithAJob,
                    RESULT,
                    Deliberate.of("a status keeps its start", "started added"),
                    Deliberate.of(
                            "the job is interrupted, and its record is what it threw",
                            "other exception",
                            "other error",
                            "other backtrace"),
                    Deliberate.of("a failed job counts as processed, as in Ruby", "stat:processed added"))
            .play(
                    "failure-backend",
                    PhpWorkerPlays::failureBackend,
                    Deliberate.of("sinks are told besides the record, not in its place", "failed added", "no b"),
                    Deliberate.of(
                            "it was run by a worker, which has counted it and left",
                            "stat:processed added",
                            "no key stat:failed:#:q"))
            .play("perform-inline", PhpWorkerPlays::perform)
            .play(
                    "factory",
                    PhpWorkerPlays::factory,
                    Deliberate.of(
                            "a factory is told the class that was registered; arguments and queue are in the context",
                            "output is [factory OkJob], not [factory [\"Whatever\",{\"x\":1},\"q\"]]"),
                    Deliberate.of(
                            "the job was enqueued and run by a worker",
                            "job:#:status added",
                            "queues added",
                            "stat:processed added"))
            .play(
                    "factory-errors",
                    PhpWorkerPlays::factoryErrors,
                    Deliberate.of(
                            "the message says how to register it", "other text for Nope", "other text for NoPerform"))
            .leaveOut("recreate", "no call of ours enqueues a job again by itself");

    @TestFactory
    @WireRule({"W-252", "W-256", "W-257", "W-258", "W-752"})
    Stream<DynamicTest> isDoneByOurs() {
        return VERDICTS.tests();
    }

    @AfterAll
    static void tellVerdicts() {
        VERDICTS.close();
    }

    private static Deliberate nothingMatches() {
        return Deliberate.of(
                BY_VALUE,
                "n is 0, not 2",
                "size is 6, not 4",
                "left is [A#id0, B#id1, A#id2, C#id3, A#id4, B#id5], not [B#id1, A#id2, C#id3, B#id5]",
                "queue:q has 6 elements, not 4");
    }

    private static QueueBackend backend(Bench bench) {
        return new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), bench.redis.namespace));
    }

    /** What the case itself pushed before the call is in its commands. */
    private static void loadPushes(Bench bench) {
        for (Object command : (List<?>) bench.recorded.get("commands")) {
            List<?> words = (List<?>) ((Map<?, ?>) command).get("argv");
            if (words.get(0).equals("RPUSH") || words.get(0).equals("SADD")) {
                CoreRedis.CLIENT.call(
                        words.get(0),
                        bench.redis.key(words.get(1).toString().substring("resque:".length())),
                        words.get(2));
            }
        }
    }

    private static void dequeue(Bench bench, JobMatch match, JobMatch... more) {
        dequeue(bench, resque -> resque.dequeue("q", match, more));
    }

    private static void dequeue(Bench bench, Function<Resque, Long> call) {
        loadPushes(bench);
        assertThat(bench.resque.inspector().queueSize("q")).isEqualTo(6);
        bench.same("n", bench.recorded.get("returned", "n"), call.apply(bench.resque));
        bench.same(
                "size",
                bench.recorded.get("returned", "size"),
                bench.resque.inspector().queueSize("q"));
        List<String> left = new ArrayList<>();
        for (String payload : bench.redis.queue("q")) {
            PayloadShape.ReadJob job = new PayloadReader(CoreRedis.JACKSON).read(Payload.ofText(payload));
            left.add(job.jobClass() + "#" + job.id());
        }
        bench.same("left", bench.recorded.get("returned", "left"), left);
    }

    private static void statusLifecycle(Bench bench) {
        String token = bench.resque
                .enqueueTracked("default", "PHP_Job", Map.of("a", 1))
                .orElseThrow();
        String key = bench.redis.key("job:" + token + ":status");
        try (QueueBackend backend = backend(bench)) {
            for (JobState state : List.of(JobState.RUNNING, JobState.COMPLETE, JobState.FAILED, JobState.WAITING)) {
                backend.statuses()
                        .write(new StatusChange(token, state, null, state.isFinal() ? Duration.ofDays(1) : null));
                List<?> after = (List<?>) bench.recorded.get("returned", "after-" + state.code());
                new RecordedKeys(false)
                        .texts(key, after.get(0).toString(), CoreRedis.CLIENT.text("GET", key), bench.differences);
                assertThat(CoreRedis.CLIENT.number("TTL", key) >= 0).isEqualTo((Long) after.get(1) >= 0);
                bench.same("state", after.get(2), state(bench, token));
            }
            for (String odd : List.of("99", "\"2\"")) {
                List<?> after = (List<?>) bench.recorded.get("returned", "after-" + odd);
                CoreRedis.CLIENT.call("SET", key, after.get(0));
                bench.same("state of \"" + odd.replace("\"", "") + "\"", after.get(2), state(bench, token));
            }
            assertThat(bench.resque.stopTracking(token)).isTrue();
            List<?> stopped = (List<?>) bench.recorded.get("returned", "stopped");
            assertThat(stopped.get(0)).isEqualTo(false);
            assertThat(bench.resque.status(token)).isEmpty();
            bench.same("exists", stopped.get(1), CoreRedis.CLIENT.number("EXISTS", key));

            assertThat(bench.resque.status("nope")).isEmpty();
            assertThat(backend.statuses().write(new StatusChange("nope", JobState.COMPLETE, null, null)))
                    .isFalse();
            CoreRedis.CLIENT.call("SET", bench.redis.key("job:bad:status"), "notjson");
            assertThat(bench.resque.status("bad")).isEmpty();
            assertThat(bench.resque.status("late")).isEmpty();
            backend.statuses().write(new StatusChange("late", JobState.WAITING, null, null));
            bench.same("negative-cache", bench.recorded.get("returned", "negative-cache"), state(bench, "late"));
        }
    }

    private static Object state(Bench bench, String token) {
        return bench.resque
                .status(token)
                .<Object>map(status -> status.state().code())
                .orElse("none");
    }

    private static void statusResult(Bench bench) {
        List<?> queue = (List<?>) bench.recorded.get("keys", "resque:queue:default", "value");
        CoreRedis.CLIENT.call("RPUSH", bench.redis.key("queue:default"), queue.get(0));
        CoreRedis.CLIENT.call("SADD", bench.redis.key("queues"), "default");
        String key = bench.recorded.get("returned", "key").toString();
        String waiting = "{\"status\":1,\"updated\":1795361612,\"started\":1795361612,\"result\":null}";
        CoreRedis.CLIENT.call("SET", bench.redis.key(key), waiting);
        String token = key.replaceFirst("^job:(.*):status$", "$1");
        try (QueueBackend backend = backend(bench)) {
            backend.statuses()
                    .write(new StatusChange(
                            token, JobState.COMPLETE, Payload.ofText("{\"sum\":3}"), Duration.ofDays(1)));
        }
        JobStatus ours = bench.resque.status(token).orElseThrow();
        List<?> theirs = (List<?>) bench.recorded.get("returned", "get");
        bench.same("state", theirs.get(0), ours.state().code());
        assertThat(ours.queuedAt()).contains(Instant.ofEpochSecond((Long) theirs.get(2)));
        assertThat(ours.result()).isEqualTo(theirs.get(3));
        assertThat(bench.resque.status(token.replace("pfx_", "")))
                .as("without its prefix")
                .isEmpty();
    }

    /** What PHP found first is not recorded; it was such as this. The rest is rebuilt from what PHP read. */
    private static void reserveGarbage(Bench bench) {
        PayloadReader reader = new PayloadReader(CoreRedis.GSON);
        for (String text : List.of("not json", "null", "5", "\"text\"")) {
            assertThatThrownBy(() -> reader.read(Payload.ofText(text))).isInstanceOf(MalformedPayloadException.class);
        }
        for (int i = 4; i <= 10; i++) {
            Payload payload = CoreRedis.JACKSON.encode(bench.recorded.get("returned", "" + i, "payload"));
            try {
                List<?> args = reader.read(payload).args();
                Object first = args.isEmpty() ? "no argument" : args.get(0);
                Object theirs = bench.recorded.get("returned", "" + i, "args");
                if (!first.equals(theirs) && !(args.isEmpty() && List.of().equals(theirs))) {
                    bench.differs(i + ": " + first + ", not " + theirs);
                }
            } catch (MalformedPayloadException e) {
                bench.differs(i + " unreadable");
            }
        }
    }

    private static void takenInOrder(Bench bench) {
        loadPushes(bench);
        List<List<?>> taken = Collections.synchronizedList(new ArrayList<>());
        Job job = context -> taken.add(List.of(context.queue(), context.jobClass()));
        Worker worker = bench.resque
                .workerBuilder("a", "b")
                .register("X", () -> job)
                .register("Y", () -> job)
                .start();
        await().until(() -> "2".equals(CoreRedis.CLIENT.text("GET", bench.redis.key("stat:processed"))));
        worker.close();
        assertThat(taken).isEqualTo(List.of(bench.recorded.get("returned", "1"), bench.recorded.get("returned", "2")));
    }

    private static void statistics(Bench bench) {
        try (QueueBackend backend = backend(bench)) {
            backend.statistics().increment("test_stat", 1);
            backend.statistics().increment("test_stat", 10);
            backend.statistics().increment("test_stat", -3);
            bench.same(
                    "get",
                    bench.recorded.get("returned", "get"),
                    backend.statistics().get("test_stat"));
            assertThat(backend.statistics().increment("test_stat", -8)).isZero();
            backend.statistics().clear("test_stat");
            bench.same(
                    "g0",
                    bench.recorded.get("returned", "g0"),
                    backend.statistics().get("test_stat"));
            backend.statistics().increment("keep", 1);
        }
    }

    private static void addresses(Bench bench) {
        Map<?, ?> recorded = (Map<?, ?>) bench.recorded.get("returned");
        recorded.forEach((dsn, theirs) -> {
            String ours;
            try {
                RedisSettings settings = RedisSettings.parse(new BackendConfig(dsn.toString(), null));
                boolean file = settings.socket() != null;
                ours = List.of(
                                file ? "unix://" + settings.socket() : settings.host(),
                                file ? "" : settings.port(),
                                settings.database(),
                                Optional.ofNullable(settings.user()).orElse(""),
                                Optional.ofNullable(settings.password()).orElse(""))
                        .toString();
            } catch (ConfigurationException e) {
                ours = "refused";
            }
            // False is PHP's for what is not given; the options of an address are its own.
            String said = theirs instanceof List<?> list
                    ? List.of(
                                    list.get(0),
                                    list.get(1) == null ? "" : list.get(1),
                                    Boolean.FALSE.equals(list.get(2)) ? 0 : list.get(2),
                                    list.get(3) instanceof String user ? user : "",
                                    list.get(4) instanceof String password ? password : "")
                            .toString()
                    : "refused";
            if (!said.equals(ours)) {
                bench.differs("'" + dsn + "' is " + ours + ", not " + said);
            }
        });
    }

    private static void prefixes(Bench bench) {
        try (RedisServer server = RedisServer.start();
                RespClient client = server.client()) {
            for (String prefix : List.of("app", "app:", "", "a:b")) {
                try (Resque resque = bench.redis
                        .builder()
                        .url(server.url())
                        .namespace(prefix)
                        .build()) {
                    resque.enqueue("q", "X", (Object) null);
                }
            }
            bench.differences.addAll(
                    new RecordedKeys(false).differences((Map<?, ?>) bench.recorded.get("keys"), "", client, ""));
        }
        bench.keysAreElsewhere();
    }

    /** Databases by number; a socket and a client of one's own are given as a backend. */
    private static void databases(Bench bench) {
        try (RedisServer server = RedisServer.start();
                RespClient client = server.client()) {
            for (Map.Entry<Integer, String> job :
                    Map.of(3, "X", 4, "Y", 5, "Z", 6, "W").entrySet()) {
                try (Resque resque = Resque.builder()
                        .url("redis://127.0.0.1:" + server.port() + "/" + job.getKey())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
                    resque.enqueue("q", job.getValue(), (Object) null);
                }
                client.call("SELECT", job.getKey());
                bench.differences.addAll(new RecordedKeys(false)
                        .differences(
                                (Map<?, ?>) bench.recorded.get("keys"),
                                "db" + job.getKey() + "/resque:",
                                client,
                                "resque:"));
            }
        }
        bench.keysAreElsewhere();
    }
}
