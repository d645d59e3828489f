package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobContext;
import io.resque.api.JobMatch;
import io.resque.api.Retry;
import io.resque.api.RetryKeys;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.RubyRetryName;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What resque-retry was recorded to do with failed runs ({@code retry/retry.json}), done by ours: the queues, the delayed items with
 * their delays, the failure records, and the keys of resque-retry with their numbers and failures must be the same afterwards. Our keys
 * expire by W-690; by W-695 ours counts no retried run as failed, and the payload of a retry has the member {@code java_retry}. These are
 * left out of the comparison.
 */
class RecordedRetriesTest {
    /** Operations that only Ruby's process has, and options that ours does not have; each with the reason. */
    private static final Map<String, String> LEFT_OUT = new TreeMap<>(Map.of(
            "identifier_.*", "the class of Ruby names its key itself",
            "live_.*", "workers of Ruby that are killed: RetryTest has the deaths of ours",
            "equal_jobs_share_counter_.*", "ours counts for each payload, so equal jobs share nothing",
            "retry_args_.*", "ours changes no arguments",
            "delegate_.*", "ours runs no other class",
            "ignore_exceptions_.*", "ours counts every failed run",
            "backoff_jitter_.*", "a random delay"));

    /** The options of the recorded classes. */
    private static final Map<String, Retry> POLICIES = new TreeMap<>();

    static {
        Duration ten = Duration.ofSeconds(10);
        Duration minute = Duration.ofMinutes(1);
        POLICIES.put("RDef", Retry.limit(1));
        POLICIES.put("Deep::Job", Retry.limit(1));
        POLICIES.put("RIdent", Retry.limit(1));
        POLICIES.put("RCheck", Retry.limit(1));
        POLICIES.put("RExpire", Retry.limit(1));
        POLICIES.put("RQueue", Retry.limit(1).queue("retries"));
        POLICIES.put("RNow3", Retry.limit(3));
        POLICIES.put("RDelay", Retry.limit(3).fixed(minute));
        POLICIES.put("RForever", Retry.limit(Integer.MAX_VALUE));
        POLICIES.put("RFatal", Retry.limit(3).fixed(Duration.ofSeconds(5)).fatal(Fatal.class));
        POLICIES.put("ROnly", Retry.limit(3).fixed(Duration.ofSeconds(5)).fatal(Fatal.class));
        POLICIES.put(
                "RHash",
                Retry.limit(3)
                        .fatal(Throwable.class)
                        .on(Boom.class, Retry.limit(3).delays(ten, ten.multipliedBy(2), ten.multipliedBy(3)))
                        .on(Boom2.class, Retry.limit(3).fixed(Duration.ofSeconds(7))));
        POLICIES.put(
                "RBack",
                Retry.limit(6)
                        .delays(
                                Duration.ZERO,
                                minute,
                                ten.multipliedBy(60),
                                Duration.ofHours(1),
                                Duration.ofHours(3),
                                Duration.ofHours(6)));
        POLICIES.put("RBack2", Retry.limit(4).delays(Duration.ZERO, minute));
    }

    private static final Pattern ATTEMPT = Pattern.compile(",\"java_retry\":\\{[^}]*}");

    /** The clock of the recording. Its runs took up to two seconds. */
    private static final long THEN = 1_795_920_881;

    /** The same of node-resque. */
    private static final Map<String, String> LEFT_OUT_OF_NODE = Map.of(
            "retry_equal_job_waits_at_target_second",
            "Node makes a failure of the job, since it refuses a second equal one at a second; by W-691 ours is retried");

    private static final Map<String, Retry> NODE = Map.of(
            "r", Retry.limit(2).fixed(Duration.ofSeconds(2)),
            "rb", Retry.limit(4).delays(Duration.ofSeconds(1), Duration.ofSeconds(5)));

    private static final Pattern FAILED_AT = Pattern.compile("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d");

    private static final Map<String, Integer> SAME = new TreeMap<>();
    private static final Map<String, List<String>> LEFT = new TreeMap<>();

    @AfterAll
    static void tell() throws IOException {
        for (String file : List.of("retry.json", "node.json")) {
            List<String> left = LEFT.getOrDefault(file, List.of());
            int all = cases(file).size();
            int rest = all - left.size() - SAME.getOrDefault(file, 0);
            System.out.printf(
                    "%s: %d cases, %d left out, %d the same, the rest %d%n",
                    file, all, left.size(), SAME.getOrDefault(file, 0), rest);
            left.forEach(each -> System.out.println("  left out: " + each));
            assertThat(rest)
                    .as("cases of %s that differ without a reason", file)
                    .isZero();
        }
    }

    private static boolean isLeftOut(String file, String name, Map<String, String> reasons) {
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            if (name.matches(reason.getKey())) {
                LEFT.computeIfAbsent(file, none -> new ArrayList<>()).add(name + ": " + reason.getValue());
                return true;
            }
        }
        return false;
    }

    private static List<Map<?, ?>> cases(String file) throws IOException {
        try (InputStream in = RecordedRetriesTest.class.getResourceAsStream("retry/" + file)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            Map<?, ?> recording = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(text));
            List<Map<?, ?>> cases = new ArrayList<>();
            ((List<?>) recording.get("cases")).forEach(each -> cases.add((Map<?, ?>) each));
            return cases;
        }
    }

    @TestFactory
    @WireRule({"W-691", "W-692", "W-695"})
    Stream<DynamicTest> doesTheSame() throws IOException {
        return cases("retry.json").stream()
                .map(recorded -> DynamicTest.dynamicTest(recorded.get("name").toString(), () -> judge(recorded)));
    }

    private static void judge(Map<?, ?> recorded) throws Exception {
        String name = recorded.get("name").toString();
        if (isLeftOut("retry.json", name, LEFT_OUT)) {
            return;
        }
        Map<?, ?> inputs = (Map<?, ?>) recorded.get("inputs");
        if (recorded.get("op").equals("redis_retry_key")) {
            String digest = Objects.requireNonNull(RubyRetryName.digest(inputs, RetryKeys.RUBY_3_3));
            assertThat("resque-retry:" + RubyRetryName.of((String) inputs.get("class"), digest))
                    .isEqualTo(((Map<?, ?>) recorded.get("expected")).get("key"));
            SAME.merge("retry.json", 1, Integer::sum);
            return;
        }
        CoreRedis redis = new CoreRedis();
        try (Resque resque = redis.builder().build()) {
            String jobClass = (String) inputs.get("class");
            String queue = jobClass.equals("Deep::Job") ? "deep" : jobClass.toLowerCase(Locale.ROOT);
            resque.enqueue(queue, jobClass, ((List<?>) inputs.get("args")).toArray());
            int runs = run(redis, resque, inputs, queue, jobClass);
            assertThat(runs).isLessThanOrEqualTo(((Number) inputs.get("n")).intValue());
            Map<String, Object> theirs = new TreeMap<>();
            Map<?, ?> keys = (Map<?, ?>) ((Map<?, ?>) recorded.get("expected")).get("keys");
            keys.forEach((key, entry) ->
                    note(theirs, key.toString().substring("resque:".length()), ((Map<?, ?>) entry).get("value"), THEN));
            Map<String, Object> ours = new TreeMap<>();
            long now = Long.parseLong(CLIENT.texts("TIME").get(0));
            redis.dump()
                    .forEach((key, value) ->
                            note(ours, key.substring(redis.key("").length()), value, now));
            assertThat(ours).as("%s", inputs).isEqualTo(theirs);
            SAME.merge("retry.json", 1, Integer::sum);
        } finally {
            redis.clear();
        }
    }

    /**
     * What node-resque's Retry plugin was recorded to do ({@code retry/node.json}, the cases of retries of that file): the delayed items,
     * their delays, and the failures must be the same. Its keys differ by W-690, which writes Ruby's; its counters by W-695; the order of the
     * members of an item by W-651.
     */
    @TestFactory
    @WireRule({"W-691", "W-695"})
    Stream<DynamicTest> doesTheSameAsNode() throws IOException {
        return cases("node.json").stream()
                .map(recorded -> DynamicTest.dynamicTest(recorded.get("name").toString(), () -> judgeNode(recorded)));
    }

    private static void judgeNode(Map<?, ?> recorded) throws Exception {
        String name = recorded.get("name").toString();
        if (isLeftOut("node.json", name, LEFT_OUT_OF_NODE)) {
            return;
        }
        Map<?, ?> expected = (Map<?, ?>) recorded.get("expected");
        List<?> events = (List<?>) CoreRedis.JACKSON.decode(Payload.ofText((String) expected.get("return")));
        List<?> last = (List<?>) events.get(events.size() - 1);
        Map<?, ?> job = (Map<?, ?>) last.get(2);
        int attempt = name.matches(".*_attempt_\\d") ? name.charAt(name.length() - 1) - '0' : 1;
        CoreRedis redis = new CoreRedis();
        try (Resque resque = redis.builder().build()) {
            String jobClass = (String) job.get("class");
            resque.enqueue("math", jobClass, ((List<?>) job.get("args")).toArray());
            for (int run = 1; run <= attempt; run++) {
                WorkerBuilder worker = resque.workerBuilder("math").register(jobClass, () -> context -> {
                    if (!last.get(0).equals("success") || last.get(3) == null) {
                        throw new Boom();
                    }
                });
                if (NODE.containsKey(jobClass)) {
                    worker.retry(jobClass, NODE.get(jobClass));
                }
                worker.drain();
                if (run < attempt) {
                    assertThat(resque.delayed().enqueueNow(JobMatch.of(jobClass)))
                            .isOne();
                }
            }
            long now = Long.parseLong(CLIENT.texts("TIME").get(0));
            Map<String, Object> ours = new TreeMap<>();
            redis.dump()
                    .forEach((key, value) ->
                            noteNode(ours, key.substring(redis.key("").length()), value, now));
            Map<?, ?> keys = (Map<?, ?>) expected.get("keys");
            Matcher failed = FAILED_AT.matcher(keys.toString());
            long then = failed.find()
                    ? LocalDateTime.parse(failed.group(), DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss"))
                            .toEpochSecond(ZoneOffset.UTC)
                    : 0;
            Map<String, Object> theirs = new TreeMap<>();
            keys.forEach((key, entry) -> noteNode(
                    theirs, key.toString().substring("resque:".length()), ((Map<?, ?>) entry).get("value"), then));
            Object oursDelay = ours.remove("delay");
            Object theirDelay = theirs.remove("delay");
            assertThat(ours).isEqualTo(theirs);
            if (theirDelay == null) {
                assertThat(oursDelay).isNull();
            } else {
                assertThat((Long) oursDelay)
                        .as("ours is rounded up to whole seconds")
                        .isBetween((Long) theirDelay - 1, (Long) theirDelay + 2);
            }
            SAME.merge("node.json", 1, Integer::sum);
        } finally {
            redis.clear();
        }
    }

    /** Items as trees with their delay, and how many failures and waiting jobs there are. */
    private static void noteNode(Map<String, Object> noted, String key, Object value, long now) {
        if (key.startsWith("delayed:")) {
            noted.put("delay", Long.parseLong(key.substring("delayed:".length())) - now);
            noted.put(
                    "delayed",
                    texts(value).stream()
                            .map(text -> CoreRedis.JACKSON.decode(Payload.ofText(text)))
                            .toList());
        } else if (key.equals("failed") || key.startsWith("queue:")) {
            noted.put(key, ((List<?>) value).size());
        }
    }

    /** Runs the job so often, and moves its retries on at once. */
    private static int run(CoreRedis redis, Resque resque, Map<?, ?> inputs, String queue, String jobClass)
            throws InterruptedException {
        int most = ((Number) inputs.get("n")).intValue();
        int[] runs = {0};
        while (true) {
            int before = runs[0];
            WorkerBuilder worker = resque.workerBuilder(queue, "retries").register(jobClass, () -> job -> {
                if (++runs[0] == most) {
                    CLIENT.call("SET", redis.key("pause-all-workers"), "true"); // so that no further run follows
                }
                fail(job);
            });
            Retry policy = POLICIES.get(jobClass);
            if (policy != null) {
                worker.retry(jobClass, inputs.get("backend").equals("redis") ? policy.recordAttempts() : policy);
            }
            worker.drain();
            CLIENT.call("DEL", redis.key("pause-all-workers"));
            if (runs[0] == most || runs[0] == before) {
                return runs[0];
            }
            resque.delayed().enqueueNow(JobMatch.of(jobClass));
        }
    }

    private static void fail(JobContext job) throws Exception {
        Object how = job.args().size() > 0 && job.args().get(0) instanceof Map<?, ?> map ? map.get("do") : null;
        throw "fatal".equals(how) ? new Fatal() : "boom2".equals(how) ? new Boom2() : new Boom();
    }

    private static final class Boom extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class Boom2 extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class Fatal extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Jobs in queues, items with their delays to five seconds, and how many failures there are. */
    private static void note(Map<String, Object> noted, String key, Object value, long now) {
        if (key.startsWith("queue:")) {
            noted.put(key, texts(value));
        } else if (key.startsWith("delayed:")) {
            long delay = Long.parseLong(key.substring("delayed:".length())) - now;
            noted.put("delayed", List.of(texts(value), Math.round(delay / 5.0)));
        } else if (key.startsWith("resque-retry:")) {
            noted.put(key, value);
        } else if (key.startsWith("failure-resque-retry:")) {
            Map<?, ?> failure = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText((String) value));
            noted.put(key, List.of(failure.get("payload"), failure.get("queue"), failure.keySet()));
        } else if (key.equals("failed")) {
            noted.put(key, ((List<?>) value).size());
        }
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list)
                .stream()
                        .map(each -> ATTEMPT.matcher(each.toString()).replaceAll(""))
                        .toList();
    }
}
