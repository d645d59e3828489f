package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureListLayout;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.wire.FailureReader;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Ruby did to failure lists, done by us: the same keys before, the same call, the same keys after. */
class RecordedFailuresTest {
    /** Where we do other than Ruby, and why. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "failures_redis/requeue_foreign_java_null_queue",
            "Ruby marks the record as retried and then raises; we refuse before anything is written, see FailedJobsTest",
            "failures_multi_queue/count_class_without_queue",
            "Ruby counts 3, as it ignores the class without a list; we count the 2 of that class");

    /** What we push in place of what Ruby pushes: named arguments keep their name, W-354; Ruby drops them. */
    private static final Map<String, String> AGAIN = Map.of(
            "failures_redis/requeue_foreign_java_extra_payload/resque:failed",
            "{\"class\":\"com.example.J\",\"args\":[1],\"vars\":{\"a\":1}}");

    /** Later than all that was recorded: within a second nothing is retried twice. */
    private static final Clock NOW = Clock.fixed(Instant.parse("2027-01-02T03:04:05Z"), ZoneOffset.UTC);

    private static final Clock RECORDED = Clock.fixed(Instant.parse("2026-11-22T15:50:28Z"), ZoneOffset.UTC);

    private final CoreRedis redis = new CoreRedis();
    private JobSerializer serializer = CoreRedis.GSON;

    @AfterEach
    void clear() {
        redis.clear();
    }

    @ParameterizedTest
    @CsvSource({
        "failures_redis,26,gson",
        "failures_redis,26,jackson",
        "failures_multi_queue,12,gson",
        "failures_multi_queue,12,jackson"
    })
    @WireRule({"W-354", "W-355", "W-358", "W-359", "W-363"})
    void endAsInRuby(String file, int recorded, String name) {
        serializer = name.equals("gson") ? CoreRedis.GSON : CoreRedis.JACKSON;
        List<RecordedCase> cases = RecordedCases.of("ruby/" + file + ".json");
        assertThat(cases).hasSizeGreaterThanOrEqualTo(recorded);
        int passed = 0;
        for (RecordedCase c : cases) {
            if (!LEFT_OUT.containsKey(file + "/" + c.name())) {
                redis.clear();
                load((Map<?, ?>) c.get("before"));
                try (Resque resque =
                        redis.builder().serializer(serializer).clock(NOW).build()) {
                    call(c, resque.failures(), file.equals("failures_multi_queue"));
                }
                assertThat(masked(redis.dump())).as("keys after " + c).isEqualTo(masked(keys(c)));
                passed++;
            }
        }
        report(file, name, cases.size(), passed);
    }

    /** Does to our lists what the case did to Ruby's, and compares what both gave back. */
    private void call(RecordedCase c, FailedJobs failures, boolean byQueue) {
        String given = String.valueOf(c.get("expected", "return"));
        String queue = (String) c.get("inputs", "queue");
        String jobClass = (String) c.get("inputs", "class");
        FailureFilter list = byQueue && queue != null
                ? FailureFilter.all().list(queue.endsWith("_failed") ? queue : queue + "_failed")
                : FailureFilter.all();
        FailureFilter filter = jobClass == null ? list : list.jobClass(jobClass);
        switch ((String) c.get("op")) {
            case "Failure.create" -> create(c, byQueue);
            case "Failure.count" -> {
                if (c.get("expected", "error") == null) {
                    assertThat(failures.count(filter)).isEqualTo(Long.parseLong(given));
                } else {
                    assertThatThrownBy(() -> failures.count(list.list(queue)))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("\"" + queue + "\" is no failure list");
                }
            }
            case "Failure.queues" -> {
                List<String> names = new ArrayList<>(failures.lists().keySet());
                assertThat(names.remove(0)).isEqualTo("failed");
                assertThat(byQueue ? names : List.of("failed"))
                        .allSatisfy(each -> assertThat(given).contains(each));
                assertThat(names).hasSize(byQueue ? 2 : 0);
            }
            case "Failure.all" -> all(c, failures, filter, given);
            case "Failure.each" -> assertThat(each(c, failures, filter)).hasToString(given.replace("\"", ""));
            case "Failure.requeue" ->
                assertThat(failures.retry(chosen(c, failures, list))).isEqualTo(c.get("expected", "error") == null);
            case "Failure.remove" ->
                assertThat(failures.remove(chosen(c, failures, list))).isEqualTo(c.get("expected", "error") == null);
            case "Failure.requeue_queue" ->
                failures.retryAll(FailureFilter.all().queue(queue));
            case "Failure.remove_queue" ->
                failures.removeAll(FailureFilter.all().queue(queue));
            case "Failure.requeue_all" -> failures.retryAll(FailureFilter.all());
            case "Failure.clear_retried" -> failures.clearRetried();
            case "Failure.clear" -> {
                if (queue == null) {
                    failures.clear();
                } else {
                    failures.clear(queue);
                }
            }
            default -> throw new AssertionError("The test does not know " + c.get("op"));
        }
    }

    /** The recorded record is what a worker of ours writes that sees the same failure. */
    private void create(RecordedCase c, boolean byQueue) {
        String key = byQueue ? "resque:" + c.get("inputs", "queue") + "_failed" : "resque:failed";
        List<?> records = (List<?>) c.get("expected", "keys", key, "value");
        Map<?, ?> record = tree(Payload.ofText((String) records.get(records.size() - 1)));
        String message = (String) record.get("error");
        if (c.name().equals("create_latin1_message")) {
            message = "h\ud83d"; // what Java's text holds that has no UTF-8, as é has none in Ruby's ISO-8859-1
        }
        List<String> frames = new ArrayList<>();
        ((List<?>) record.get("backtrace")).forEach(frame -> frames.add((String) frame));
        try (QueueBackend backend =
                        new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
                FailureLog log = new FailureLog(
                        backend.failures(),
                        serializer,
                        RECORDED,
                        new FailureSettings(
                                byQueue ? FailureListLayout.BY_QUEUE : FailureListLayout.COMMON,
                                null,
                                null,
                                300,
                                List.of()),
                        Long.MAX_VALUE)) {
            List<Effect> effects = log.records(
                    serializer.encode(record.get("payload")),
                    (String) record.get("worker"),
                    (String) record.get("queue"),
                    new JobOutcome.Failed((String) record.get("exception"), message, frames));
            backend.failures()
                    .add(effects.stream()
                            .map(each -> ((Effect.RecordFailure) each).entry())
                            .toList());
        }
    }

    private void all(RecordedCase c, FailedJobs failures, FailureFilter filter, String given) {
        if (given.startsWith("[")) {
            List<String> exceptions = failures.oldest(filter, number(c, "offset"), (int) number(c, "limit")).stream()
                    .map(failure -> "\"" + failure.exception() + "\"")
                    .toList();
            assertThat(exceptions).hasToString(given);
        } else if (given.startsWith("{")) {
            assertThat(text(failures.oldest(filter, 0, 1).get(0)))
                    .isEqualTo(CLIENT.text("LINDEX", redis.key("failed"), 0));
        } else {
            assertThat(failures.oldest(filter, 0, 100)).hasSize(Integer.parseInt(given));
        }
    }

    /** Ruby's page of the newest is that of the oldest, turned round, unless it looks for a class. */
    private static List<List<Object>> each(RecordedCase c, FailedJobs failures, FailureFilter filter) {
        int limit = (int) number(c, "limit");
        List<FailedJob> page;
        if (c.get("inputs", "class") != null) {
            page = failures.newest(filter, 0, limit);
        } else {
            page = new ArrayList<>(failures.oldest(filter, number(c, "offset"), limit));
            if (c.get("inputs", "order") == null) {
                Collections.reverse(page);
            }
        }
        return page.stream()
                .map(failure -> List.<Object>of(failure.index(), failure.jobClass()))
                .toList();
    }

    /** By its index, counted from the newest if negative; one that is not there as somebody may still hold it. */
    private static FailedJob chosen(RecordedCase c, FailedJobs failures, FailureFilter list) {
        long index = number(c, "id");
        List<FailedJob> there = index < 0 ? failures.newest(list, -1 - index, 1) : failures.oldest(list, index, 1);
        return there.isEmpty()
                ? new FailureReader(CoreRedis.GSON)
                        .read(
                                FailureList.COMMON,
                                index,
                                Payload.ofText("{\"payload\":{\"class\":\"Gone\",\"args\":[]},\"queue\":\"a\"}"))
                : there.get(0);
    }

    @ParameterizedTest
    @CsvSource({"gson", "jackson"})
    @WireRule({"W-354", "W-355", "W-356", "W-359"})
    void recordsAreListedAndRetriedAsByRuby(String name) {
        serializer = name.equals("gson") ? CoreRedis.GSON : CoreRedis.JACKSON;
        List<RecordedCase> cases = RecordedCases.of("ruby/java_failures.json");
        assertThat(cases).hasSizeGreaterThanOrEqualTo(33);
        int passed = 0;
        for (RecordedCase c : cases) {
            redis.clear();
            String record = (String) c.get("inputs", "record");
            String key = key((String) c.get("inputs", "key"));
            CLIENT.call("RPUSH", key, record);
            if (!key.endsWith(":failed")) {
                CLIENT.call("SADD", redis.key("failed_queues"), key.substring(key.indexOf(':') + 1));
            }
            try (Resque resque =
                    redis.builder().serializer(serializer).clock(NOW).build()) {
                FailedJob listed =
                        resque.failures().oldest(FailureFilter.all(), 0, 10).get(0);
                assertListed(listed, c);
                assertRetried(resque.failures(), listed, key, c);
            }
            passed++;
        }
        report("java_failures", name, cases.size(), passed);
    }

    private void assertListed(FailedJob listed, RecordedCase c) {
        assertThat(List.copyOf(tree(Payload.of(listed.raw())).keySet()))
                .as(c.name())
                .isEqualTo(c.get("expected", "members"));
        Map<String, Object> texts = new TreeMap<>();
        texts.put("exception", listed.exception());
        texts.put("error", listed.error());
        texts.put("worker", listed.worker());
        texts.put("queue", listed.queue());
        texts.put("failed_at", listed.failedAtText());
        texts.put("retried_at", listed.retriedAtText().orElse(""));
        texts.forEach((member, value) -> assertThat(value)
                .as(c + ": " + member)
                .isEqualTo(Optional.ofNullable(c.get("expected", member)).orElse("")));
        Object backtrace = c.get("expected", "backtrace");
        assertThat((Object) listed.backtrace()).as(c.name()).isEqualTo(backtrace == null ? List.of() : backtrace);
        assertThat(listed.failedAt())
                .as(c.name())
                .contains(Instant.parse(listed.failedAtText()
                        .replace('/', '-')
                        .replace(" UTC", "Z")
                        .replace(' ', 'T')));
    }

    private void assertRetried(FailedJobs failures, FailedJob listed, String key, RecordedCase c) {
        Map<String, Object> before = redis.dump();
        if (c.get("expected", "requeue_push") == null) {
            assertThatThrownBy(() -> failures.retry(listed))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("names no queue");
            assertThat(redis.dump()).isEqualTo(before);
            return;
        }
        assertThat(failures.retry(listed)).isTrue();
        Object pushed = AGAIN.getOrDefault(c.name(), (String) c.get("expected", "requeue_push", "value"));
        String queue = key((String) c.get("expected", "requeue_push", "key"));
        assertThat(CLIENT.texts("LRANGE", queue, 0, -1)).as(c.name()).isEqualTo(Collections.singletonList(pushed));
        String zone = key.endsWith(":failed") ? " UTC" : "";
        String unretried = text(listed).replaceFirst(",\"retried_at\":\"[^\"]*\"", "");
        assertThat(CLIENT.texts("LRANGE", key, 0, -1))
                .as(c.name())
                .containsExactly(unretried.substring(0, unretried.length() - 1)
                        + ",\"retried_at\":\"2027/01/02 03:04:05" + zone + "\"}");
    }

    private static void report(String file, String serializer, int cases, int passed) {
        List<String> leftOut = LEFT_OUT.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(file + "/"))
                .map(entry -> "\n  left out: " + entry.getKey() + ": " + entry.getValue())
                .toList();
        System.out.println("Recorded failures by " + serializer + ": ruby/" + file + ".json, " + cases + " cases, "
                + passed + " passed, " + leftOut.size() + " left out" + String.join("", leftOut));
        assertThat(passed + leftOut.size()).isEqualTo(cases);
        assertThat(leftOut.size() * 10).as("at most a tenth").isLessThanOrEqualTo(cases);
    }

    private Map<?, ?> tree(Payload record) {
        return (Map<?, ?>) serializer.decode(record);
    }

    private static String text(FailedJob failure) {
        return Payload.of(failure.raw()).text();
    }

    private static long number(RecordedCase c, String input) {
        Object value = c.get("inputs", input);
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** Ours in place of the recorded namespace. */
    private String key(String recorded) {
        return redis.key(recorded.substring("resque:".length()));
    }

    private void load(Map<?, ?> keys) {
        keys.forEach((key, entry) -> {
            String command = ((Map<?, ?>) entry).get("type").equals("set") ? "SADD" : "RPUSH";
            ((List<?>) ((Map<?, ?>) entry).get("value"))
                    .forEach(value -> CLIENT.call(command, key((String) key), value));
        });
    }

    private Map<String, Object> keys(RecordedCase c) {
        Map<String, Object> keys = new TreeMap<>();
        ((Map<?, ?>) c.get("expected", "keys")).forEach((key, entry) -> {
            List<?> values = (List<?>) ((Map<?, ?>) entry).get("value");
            keys.put(
                    key((String) key),
                    ((Map<?, ?>) entry).get("type").equals("set") ? new TreeSet<Object>(values) : values);
        });
        return keys;
    }

    /** The form of {@code retried_at} is compared, its time is not. */
    private static String masked(Map<String, Object> keys) {
        return keys.toString()
                .replaceAll("\"retried_at\":\"\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d", "\"retried_at\":\"<time>");
    }
}
