package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobContext;
import io.resque.api.JobMatch;
import io.resque.api.Retry;
import io.resque.api.spi.Payload;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What resque-retry was recorded to do with failed runs ({@code retry/retry.json}), done by ours: the queues, the delayed items with
 * their delays, and the failure records afterwards must be the same. By W-695 ours has no key {@code resque-retry:…} and counts no retried
 * run as failed, and the payload of a retry has the member {@code java_retry}; these are left out of the comparison.
 */
class RecordedRetriesTest {
    /** Operations that only Ruby's process has, and options that ours does not have; each with the reason. */
    private static final Map<String, String> LEFT_OUT = new TreeMap<>(Map.of(
            "retry_key.*", "names of keys that ours does not have",
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

    private static int same;
    private static int left;

    @AfterAll
    static void tell() {
        System.out.printf("retry.json: %d the same, %d left out: %s%n", same, left, LEFT_OUT);
    }

    private static List<Map<?, ?>> cases() throws IOException {
        try (InputStream in = RecordedRetriesTest.class.getResourceAsStream("retry/retry.json")) {
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
        return cases().stream()
                .map(recorded -> DynamicTest.dynamicTest(recorded.get("name").toString(), () -> judge(recorded)));
    }

    private static void judge(Map<?, ?> recorded) throws Exception {
        String name = recorded.get("name").toString();
        if (LEFT_OUT.keySet().stream().anyMatch(name::matches)) {
            left++;
            return;
        }
        Map<?, ?> inputs = (Map<?, ?>) recorded.get("inputs");
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
            same++;
        } finally {
            redis.clear();
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
