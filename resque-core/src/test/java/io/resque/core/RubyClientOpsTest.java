package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.Counters;
import io.resque.api.InvalidJobException;
import io.resque.api.JobMatch;
import io.resque.api.MalformedPayloadException;
import io.resque.api.QueuedJob;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.RecordedVerdicts.Bench;
import io.resque.core.RecordedVerdicts.Deliberate;
import io.resque.tck.RecordedCases;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What Ruby's client was recorded to do, done by ours. */
class RubyClientOpsTest {
    private static final String FILE = "ruby/client_ops.json";

    private static final String ALL_FIVE =
            "[{\"class\"=>\"PlainJob\", \"args\"=>[1]}, {\"class\"=>\"PlainJob\", \"args\"=>[2]}, "
                    + "{\"class\"=>\"PlainJob\", \"args\"=>[1]}, {\"class\"=>\"NoQueueJob\", \"args\"=>[1]}, "
                    + "{\"class\"=>\"PlainJob\", \"args\"=>[]}]";

    private static final RecordedVerdicts VERDICTS = new RecordedVerdicts(FILE)
            .play("enqueue_class_method_queue", bench -> enqueue(bench, "nested q/1"))
            .play("enqueue_no_queue", RubyClientOpsTest::refused)
            .play("enqueue_to", bench -> enqueue(bench, "other"))
            .play("enqueue_to_symbol_queue", bench -> enqueue(bench, "sym"))
            .play("enqueue_to_unicode_queue", bench -> enqueue(bench, (String) bench.recorded.get("inputs", "queue")))
            .play("enqueue_to_nil_queue", RubyClientOpsTest::refused)
            .play("enqueue_class_as_string", bench -> enqueue(bench, "q"))
            .play("job_create_string", bench -> enqueue(bench, "q"))
            .play("job_create_empty_class", RubyClientOpsTest::refused)
            .play("enqueue_front_is_dead_setting", bench -> {
                bench.resque.enqueue("plain", "PlainJob", 1);
                bench.resque.enqueue("plain", "PlainJob", 2);
            })
            .play(
                    "size",
                    bench -> returns(
                            bench, keysOf("size"), resque -> resque.inspector().queueSize("plain")))
            .play(
                    "queues",
                    bench -> returns(
                            bench,
                            keysOf("queues"),
                            resque -> "[\"" + resque.inspector().queues().firstKey() + "\"]"))
            .play(
                    "dequeue_with_args",
                    bench -> dequeue(bench, "size", JobMatch.of("PlainJob").withArgs(1)))
            .play("dequeue_class", bench -> dequeue(bench, "size", JobMatch.of("PlainJob")))
            .play(
                    "destroy_with_args",
                    bench -> dequeue(bench, "size", JobMatch.of("NoQueueJob").withArgs(1)))
            .play(
                    "dequeue_byte_equality_misses",
                    bench -> {
                        bench.load(keysOf("dequeue_byte_equality_misses"));
                        bench.same(
                                "return",
                                bench.recorded.get("expected", "return"),
                                List.of(
                                        bench.resque.dequeue(
                                                "plain", JobMatch.of("PlainJob").withArgs(1)),
                                        bench.resque.dequeue(
                                                "plain", JobMatch.of("PlainJob").withArgs("é"))));
                    },
                    Deliberate.of(
                            "jobs are compared by value, so that other spellings are found",
                            "return is [3, 1], not [0, 0]",
                            "no key queue:plain"))
            .play(
                    "dequeue_class_matches_foreign_spelling",
                    bench -> dequeue(bench, "dequeue_byte_equality_misses", JobMatch.of("PlainJob")))
            .play("destroy_class_duplicates_count", bench -> {
                // What was there is seen in the commands only: one LREM for each element that LRANGE gave.
                List<?> commands = (List<?>) bench.recorded.get("transcript");
                commands.stream()
                        .map(command -> (List<?>) command)
                        .filter(command -> command.get(0).equals("lrem"))
                        .forEach(command -> push(bench, command.get(3)));
                bench.same(
                        "return",
                        bench.recorded.get("expected", "return"),
                        bench.resque.dequeueClasses("plain", List.of("PlainJob")));
            })
            .play("pop", bench -> take(bench, "plain", Map.of("class", "PlainJob", "args", List.of(1L))))
            .play("reserve", bench -> take(bench, "plain", Map.of("class", "PlainJob", "args", List.of(1L))))
            .play("reserve_empty", bench -> take(bench, "nope", null))
            .play("pop_invalid_json", bench -> unreadable(bench, "not json"))
            .play("pop_empty_string", bench -> unreadable(bench, ""))
            .play(
                    "stat_incr",
                    bench -> statistics(
                            bench, null, backend -> backend.statistics().increment("x", 3)))
            .play(
                    "stat_get",
                    bench -> statistics(
                            bench, "3", backend -> backend.statistics().get("x")))
            .play(
                    "stat_decr_is_broken",
                    bench -> statistics(
                            bench, "3", backend -> backend.statistics().increment("x", -1)),
                    Deliberate.of("ours counts down", "return is 2, not nil", "stat:x is 2, not 3"))
            .play(
                    "stat_clear",
                    bench -> statistics(bench, "3", backend -> {
                        backend.statistics().clear("x");
                        return 1;
                    }))
            .play("connect 127.0.0.1:6401:3", bench -> connect(bench, "127.0.0.1:%d:3", 3, "resque"))
            .play("connect 127.0.0.1:6401/foo", bench -> connect(bench, "127.0.0.1:%d/foo", 0, "foo"))
            .play("connect redis://127.0.0.1:6401", bench -> connect(bench, "redis://127.0.0.1:%d", 0, "resque"))
            .play("connect redis://127.0.0.1:6401/2", bench -> connect(bench, "redis://127.0.0.1:%d/2", 2, "resque"))
            .play("connect 127.0.0.1:6401:1/a:b", bench -> connect(bench, "127.0.0.1:%d:1/a:b", 1, "a:b"))
            .play("peek_default", bench -> returns(bench, keysOf("size"), resque -> peeked(resque, "plain", 0)))
            .play("peek_start1", bench -> returns(bench, keysOf("size"), resque -> peeked(resque, "plain", 1)))
            .play("peek_range", bench -> returns(bench, keysOf("size"), resque -> peeked(resque, "plain", 1, 2)))
            .play(
                    "peek_zero_count",
                    bench -> returns(bench, keysOf("size"), resque -> {
                        assertThat(peeked(resque, "plain", 0, 5))
                                .hasToString(
                                        bench.recorded.get("expected", "return").toString());
                        return peeked(resque, "plain", 0, 0);
                    }),
                    Deliberate.of("none asked for is none given; Ruby's 0 is all", "return is [], not " + ALL_FIVE))
            .play(
                    "peek_missing",
                    bench -> returns(
                            bench,
                            keysOf("size"),
                            resque -> "[" + peeked(resque, "nope", 0) + ", " + peeked(resque, "nope", 0, 5) + "]"))
            .play(
                    "queue_sizes",
                    bench -> returns(
                            bench,
                            keysOf("size"),
                            resque -> hash(resque.inspector().queues())))
            .play(
                    "sample_queues",
                    bench -> returns(bench, keysOf("size"), resque -> {
                        Map<String, Object> samples = new TreeMap<>();
                        resque.inspector()
                                .queues()
                                .forEach((queue, size) -> samples.put(
                                        queue, "{:size=>" + size + ", :samples=>" + peeked(resque, queue, 0, 2) + "}"));
                        return hash(samples);
                    }))
            .play(
                    "info",
                    RubyClientOpsTest::info,
                    Deliberate.of(
                            "whoever asks knows which Redis, and there is no RAILS_ENV",
                            "no environment",
                            "no servers"))
            .play("inline_mode", RubyClientOpsTest::inline)
            .leaveOut("keys", "no call of ours lists all keys: KEYS holds up Redis");

    @TestFactory
    @WireRule({"W-251", "W-253", "W-256", "W-258"})
    Stream<DynamicTest> isDoneByOurs() {
        return VERDICTS.tests();
    }

    @AfterAll
    static void tellVerdicts() {
        VERDICTS.close();
    }

    /** The queue before a call is not recorded with it; it is that of the case that shows it. */
    private static Object keysOf(String name) {
        return RecordedCases.of(FILE).stream()
                .filter(recorded -> recorded.name().equals(name))
                .findFirst()
                .orElseThrow()
                .get("expected", "keys");
    }

    private static void enqueue(Bench bench, String queue) {
        String jobClass = bench.recorded.get("inputs", "class").toString().replace("\"", "");
        List<?> args = (List<?>) bench.recorded.get("inputs", "args");
        assertThat(bench.resque.enqueue(queue, jobClass, args.toArray())).isTrue();
    }

    private static void refused(Bench bench) {
        assertThat(bench.recorded.get("expected", "error")).isNotNull();
        assertThatThrownBy(() -> bench.resque.enqueue(
                        (String) bench.recorded.get("inputs", "queue"),
                        (String) bench.recorded.get("inputs", "class"),
                        1))
                .isInstanceOf(InvalidJobException.class);
    }

    private static void returns(Bench bench, Object before, Function<Resque, Object> call) {
        bench.load(before);
        bench.same("return", bench.recorded.get("expected", "return"), call.apply(bench.resque));
    }

    /** As Ruby shows it, where one job is asked for. */
    private static String peeked(Resque resque, String queue, long offset) {
        List<QueuedJob> jobs = resque.inspector().peek(queue, offset, 1);
        return jobs.isEmpty() ? "nil" : shown(jobs.get(0));
    }

    /** As Ruby shows it, where a list is asked for. */
    private static List<String> peeked(Resque resque, String queue, long offset, int limit) {
        return resque.inspector().peek(queue, offset, limit).stream()
                .map(RubyClientOpsTest::shown)
                .toList();
    }

    private static String shown(QueuedJob job) {
        return "{\"class\"=>\"" + job.jobClass() + "\", \"args\"=>" + job.args() + "}";
    }

    private static String hash(Map<String, ?> map) {
        return map.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\"=>" + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static void info(Bench bench) {
        bench.load(keysOf("size"));
        Counters counters = bench.resque.inspector().counters();
        Map<String, Long> ours = Map.of(
                "pending", counters.pending(),
                "processed", counters.processed(),
                "queues", (long) bench.resque.inspector().queues().size(),
                "workers", counters.workers(),
                "working", counters.working(),
                "failed", counters.failures());
        Matcher theirs = Pattern.compile(":(\\w+)=>(\\w*)")
                .matcher(bench.recorded.get("expected", "return").toString());
        Set<String> told = new TreeSet<>();
        while (theirs.find()) {
            String name = theirs.group(1);
            told.add(name);
            if (ours.containsKey(name)) {
                bench.same(name, theirs.group(2), ours.get(name));
            } else {
                bench.differs("no " + name);
            }
        }
        assertThat(told).containsAll(ours.keySet());
    }

    private static void inline(Bench bench) {
        List<Object> ran = new ArrayList<>();
        try (Resque resque = bench.redis
                .builder()
                .inline(jobs -> jobs.register(
                        "PlainJob", () -> context -> ran.addAll(context.args().asList())))
                .build()) {
            List<?> args = (List<?>) bench.recorded.get("inputs", "args");
            bench.same(
                    "return",
                    bench.recorded.get("expected", "return"),
                    resque.enqueue("plain", (String) bench.recorded.get("inputs", "class"), args.toArray()));
            assertThat(ran).isEqualTo(args);
        }
    }

    private static void dequeue(Bench bench, String before, JobMatch match) {
        returns(bench, keysOf(before), resque -> resque.dequeue("plain", match));
    }

    private static void push(Bench bench, Object payload) {
        CoreRedis.CLIENT.call("RPUSH", bench.redis.key("queue:plain"), payload);
    }

    /** Ruby's pop and reserve are the port's take. */
    private static void take(Bench bench, String queue, Object expected) {
        bench.load(keysOf(expected == null ? "reserve_empty" : "size"));
        try (QueueBackend backend = backend(bench)) {
            List<Payload> taken = backend.queues().take(queue, 1);
            Object tree = taken.isEmpty() ? null : CoreRedis.GSON.decode(taken.get(0));
            assertThat(tree).isEqualTo(expected);
        }
    }

    private static void unreadable(Bench bench, String payload) {
        push(bench, payload);
        try (QueueBackend backend = backend(bench)) {
            List<Payload> taken = backend.queues().take("plain", 1);
            assertThat(bench.recorded.get("expected", "error").toString()).contains("DecodeException");
            assertThatThrownBy(() -> CoreRedis.GSON.decode(taken.get(0))).isInstanceOf(MalformedPayloadException.class);
        }
    }

    private static void statistics(Bench bench, String before, Function<QueueBackend, Object> call) {
        if (before != null) {
            CoreRedis.CLIENT.call("SET", bench.redis.key("stat:x"), before);
        }
        try (QueueBackend backend = backend(bench)) {
            bench.same("return", bench.recorded.get("expected", "return"), call.apply(backend));
        }
    }

    private static QueueBackend backend(Bench bench) {
        return new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), bench.redis.namespace));
    }

    /** In a Redis of its own: database and namespace are what the case is about. */
    private static void connect(Bench bench, String url, int database, String namespace) {
        try (RedisServer server = RedisServer.start();
                RespClient client = server.client();
                Resque resque = Resque.builder()
                        .url(String.format(url, server.port()))
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            resque.enqueue("q", "X");
            client.call("SELECT", database);
            for (Object command : (List<?>) bench.recorded.get("transcript")) {
                List<?> words = (List<?>) command;
                switch (words.get(0).toString()) {
                    case "select" -> assertThat(words.get(1)).hasToString(Integer.toString(database));
                    case "sadd" ->
                        assertThat(client.texts("SMEMBERS", words.get(1))).isEqualTo(words.subList(2, 3));
                    default ->
                        assertThat(client.texts("LRANGE", words.get(1), 0, -1)).isEqualTo(words.subList(2, 3));
                }
            }
            assertThat(client.keys("*")).containsExactly(namespace + ":queue:q", namespace + ":queues");
        }
        bench.keysAreElsewhere();
    }
}
