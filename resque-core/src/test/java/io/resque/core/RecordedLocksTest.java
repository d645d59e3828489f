package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.Unique;
import io.resque.api.spi.Payload;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * What resque-lock, resque-lock-timeout, resque-lonely_job, resque-loner, resque_solo and node-resque were recorded to do with locks
 * ({@code locks/*.json}), done by ours with {@link Unique#as}: the queues, the locks and the failures must be the same afterwards. A job that Ruby
 * or Node has enqueued is run by a worker of ours, and what ours has enqueued is refused there, by the keys and values that it reads. By
 * W-781 our locks expire, and by W-785 a lock whose value is {@code true} there is a time here. These are left out of the comparison.
 */
class RecordedLocksTest {
    /** Operations that only the process of Ruby or Node has, and options that ours does not have; each with the reason. */
    private static final Map<String, String> LEFT_OUT = new TreeMap<>(Map.of(
            "child_killed_.*|worker_killed_.*|joblock_worker_killed",
            "a worker of Ruby or Node that is killed: W-779 says what frees the locks of ours",
            "enqueued\\?",
            "a query of Ruby's class; Inspector.locks tells of the lock here",
            "poll_delayqueuelock_self",
            "DelayQueueLock has no lock: it looks at the delayed items of Node",
            "after_period",
            "an option by which Ruby's worker lets the lock stand for some seconds"));

    /** Cases in which ours does something else, with the rule that asks for it. */
    private static final Map<String, String> OTHERWISE = new TreeMap<>(
            Map.of(
                    "lock_custom_key|queuelock_timeout_and_key", "W-781: the key does not begin as that of a lock",
                    "lock_dequeue_leaves_lock|lock_enqueue_after_dequeue|lock_remove_queue_leaves_lock|loner_dequeue_leaves_lock",
                            "W-778: a removal frees the lock",
                    "list_deleted_by_other|popped_by_other",
                            "W-773: the lock of a job that has left its queue is taken over",
                    "timeout_expires_while_running", "W-776: the lock of a run is renewed, and W-777: its end frees it",
                    "loner_while_running",
                            "W-775: the begin of a run frees the lock of the queued job, and an equal one is accepted",
                    "lonely_held",
                            "W-691: a job that cannot run now becomes a delayed job, and not the tail of its queue",
                    "requeue_failed", "W-354: a failure that is retried has two members, so the new job has no lock",
                    "delayed_redis_rb_5|lock_delayed_redis_rb_5",
                            "W-784: a move refuses nothing; that of Ruby drops the second job, or ends with an error of redis-rb 4"));

    private static final Map<String, Unique> OPTIONS = new TreeMap<>();

    static {
        option(Unique.Plugin.RESQUE_LOCK, 3601, "L", "LKey");
        option(Unique.Plugin.RESQUE_LOCK, 2, "LShort");
        option(Unique.Plugin.RESQUE_LOCK_TIMEOUT, 60, "T", "T60", "T1s");
        option(Unique.Plugin.RESQUE_LOCK_TIMEOUT_LONER, 60, "TLoner", "TLoner60");
        option(Unique.Plugin.LONELY_JOB, 60, "Lo");
        option(Unique.Plugin.NODE_QUEUE_LOCK, 3600, "q", "qk");
        option(Unique.Plugin.NODE_QUEUE_LOCK, 7, "ql");
        option(Unique.Plugin.NODE_JOB_LOCK, 60, "jt");
        OPTIONS.put(
                "jn",
                Unique.as(Unique.Plugin.NODE_JOB_LOCK, Duration.ofMinutes(1)).dropConflicts());
    }

    private static void option(Unique.Plugin plugin, long seconds, String... classes) {
        for (String each : classes) {
            OPTIONS.put(each, Unique.as(plugin, Duration.ofSeconds(seconds)));
        }
    }

    private static final List<String> FILES = List.of(
            "locks_basic",
            "locks_basic_redis_rb_5",
            "locks_loner",
            "locks_loner_redis_rb_5",
            "locks_solo",
            "locks_solo_redis_rb_5",
            "node");

    private static final Pattern LOCK =
            Pattern.compile("(loner:)?lock:.*|lonely_job:.*|workerslock:.*|(loners|solo):.*");
    private static final Pattern TIME = Pattern.compile("(\\d{9,11})( java:.*)?");
    private static final Map<String, Integer> SAME = new TreeMap<>();
    private static final Map<String, List<String>> LEFT = new TreeMap<>();
    private static final Map<String, List<String>> OTHER = new TreeMap<>();

    @AfterAll
    static void tell() throws IOException {
        for (String file : FILES) {
            List<String> left = LEFT.getOrDefault(file, List.of());
            List<String> other = OTHER.getOrDefault(file, List.of());
            int all = cases(file).size();
            int same = SAME.getOrDefault(file, 0);
            int rest = all - left.size() - other.size() - same;
            System.out.printf(
                    "%s.json: %d cases, %d left out, %d the same, %d otherwise by a rule, the rest %d%n",
                    file, all, left.size(), same, other.size(), rest);
            left.forEach(each -> System.out.println("  left out: " + each));
            other.forEach(each -> System.out.println("  otherwise: " + each));
            assertThat(rest)
                    .as("cases of %s that differ without a reason", file)
                    .isZero();
        }
    }

    private static List<Map<?, ?>> cases(String file) throws IOException {
        try (InputStream in = RecordedLocksTest.class.getResourceAsStream("locks/" + file + ".json")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            Map<?, ?> recording = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(text));
            List<Map<?, ?>> cases = new ArrayList<>();
            ((List<?>) recording.get("cases")).forEach(each -> cases.add((Map<?, ?>) each));
            return cases;
        }
    }

    @TestFactory
    @WireRule({"W-784", "W-785", "W-786"})
    Stream<DynamicTest> doesTheSame() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : FILES) {
            List<Map<?, ?>> cases = cases(file);
            for (int i = 0; i < cases.size(); i++) {
                Map<?, ?> recorded = cases.get(i);
                String shown = (i + 1) + " " + recorded.get("name");
                tests.add(DynamicTest.dynamicTest(file + " " + shown, () -> judge(file, shown, recorded)));
            }
        }
        return tests.stream();
    }

    private static String reason(Map<String, String> reasons, String name) {
        return reasons.entrySet().stream()
                .filter(each -> name.matches(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static void judge(String file, String shown, Map<?, ?> recorded) throws Exception {
        String name = recorded.get("name").toString();
        if (!reason(LEFT_OUT, name).isEmpty()) {
            LEFT.computeIfAbsent(file, none -> new ArrayList<>()).add(shown + ": " + reason(LEFT_OUT, name));
            return;
        }
        String other = reason(OTHERWISE, name);
        if (other.isEmpty() && file.endsWith("_redis_rb_5")) {
            other = reason(OTHERWISE, name + "_redis_rb_5");
        }
        boolean isOtherwise = !other.isEmpty();
        for (boolean isOurs : new boolean[] {true, false}) {
            try (Bench bench = new Bench(file, recorded, isOurs)) {
                bench.play(name);
                if (isOtherwise && (isOurs || !name.matches(".*_remove_queue_.*|.*dequeue.*"))) {
                    assertThat(bench.ours())
                            .as("%s, which is listed as different", name)
                            .isNotEqualTo(bench.theirs());
                } else if (!isOtherwise) {
                    assertThat(bench.ours())
                            .as("%s of a job that %s enqueued", name, isOurs ? "ours" : "the other library")
                            .isEqualTo(bench.theirs());
                }
            }
        }
        if (isOtherwise) {
            OTHER.computeIfAbsent(file, none -> new ArrayList<>()).add(shown + ": " + other);
        } else {
            SAME.merge(file, 1, Integer::sum);
        }
    }

    /** One case: jobs that ours or the other library has enqueued, and what ours then does. */
    private static final class Bench implements AutoCloseable {
        private final CoreRedis redis = new CoreRedis();
        private final Resque resque = redis.builder().build();
        private final long now = Long.parseLong(CLIENT.texts("TIME").get(0));
        private final String file;
        private final Map<?, ?> recorded;
        private final Map<?, ?> keys;
        private final boolean isOurs;
        private final List<Object> answers = new ArrayList<>();

        Bench(String file, Map<?, ?> recorded, boolean isOurs) {
            this.file = file;
            this.recorded = recorded;
            this.keys = (Map<?, ?>) ((Map<?, ?>) recorded.get("expected")).get("keys");
            this.isOurs = isOurs;
        }

        @Override
        public void close() {
            resque.close();
            redis.clear();
        }

        private Unique option(String jobClass) {
            if (jobClass.startsWith("U")) {
                return Unique.as(
                        file.startsWith("locks_loner") ? Unique.Plugin.RESQUE_LONER : Unique.Plugin.RESQUE_SOLO,
                        Duration.ofSeconds(40));
            }
            return Objects.requireNonNull(OPTIONS.get(jobClass), jobClass);
        }

        private String queue(String jobClass) {
            return file.equals("node") ? "math" : jobClass.toLowerCase(Locale.ROOT);
        }

        private JobSpec job(String jobClass, Object... args) {
            return JobSpec.of(jobClass, args).withUnique(option(jobClass));
        }

        private boolean enqueue(String jobClass, Object... args) {
            return resque.enqueue(queue(jobClass), job(jobClass, args));
        }

        /** Enqueued by ours, or by the other library, whose plugin sets this lock, or none. */
        private void given(String lock, String value, String jobClass, Object... args) {
            if (isOurs) {
                assertThat(enqueue(jobClass, args)).isTrue();
                return;
            }
            Map<String, Object> payload = new LinkedHashMap<>();
            payload.put("class", jobClass);
            payload.put("args", Arrays.asList(args));
            CLIENT.call("SADD", redis.key("queues"), queue(jobClass));
            CLIENT.call(
                    "RPUSH",
                    redis.key("queue:" + queue(jobClass)),
                    CoreRedis.JACKSON.encode(payload).toBytes());
            if (!lock.isEmpty()) {
                CLIENT.call("SET", redis.key(lock), value);
            }
        }

        private String in(long seconds) {
            return String.valueOf(now + seconds);
        }

        /** Runs one job, or all. */
        private void run(String jobClass, boolean one, Job job) throws InterruptedException {
            WorkerBuilder worker = resque.workerBuilder(queue(jobClass))
                    .register(jobClass, () -> context -> {
                        if (one) {
                            CLIENT.call("SET", redis.key("pause-all-workers"), "true");
                        }
                        job.perform(context);
                    })
                    .unique(jobClass, option(jobClass));
            worker.drain();
            CLIENT.call("DEL", redis.key("pause-all-workers"));
        }

        private void run(String jobClass) throws InterruptedException {
            run(jobClass, false, context -> {});
        }

        private void fail(String jobClass) throws InterruptedException {
            run(jobClass, false, context -> {
                throw new IllegalStateException("boom");
            });
        }

        /** Runs a job that looks whether its lock stands. */
        private void see(String jobClass) throws InterruptedException {
            run(jobClass, false, context -> {
                String seen =
                        ((Map<?, ?>) recorded.get("expected")).get("return").toString();
                String key = seen.replace("\\\"", "\"").replaceAll("^\\[\"resque:(.*)=[^=]*\"]$", "$1");
                answers.add(CLIENT.text("GET", redis.key(key)) != null);
            });
            assertThat(answers).as("a job that ran and saw its lock").containsExactly(true);
            answers.clear();
        }

        private String md5(Object... args) {
            Unique unique = option("U");
            return (unique.plugin().orElseThrow() == Unique.Plugin.RESQUE_LONER ? "loners" : "solo") + ":queue:u:job:"
                    + (args[0].equals("fail")
                            ? "638250659484cbb367581a7212789c3b"
                            : args.length == 1
                                    ? "a44ed4b9eba0d5ce8f763c977ad70e38"
                                    : "79ed16aa85b6494fdaf148f2e0e0761f");
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("b", 2);
            map.put("a", 1);
            return map;
        }

        /** An enqueue, on which ours and the other library must agree, and which then refuses another one. */
        private void enqueues(String jobClass, Object... args) {
            given(lockOf(), valueOf(), jobClass, args);
            Map<String, Object> before = redis.dump();
            assertThat(enqueue(jobClass, args)).as("an equal job").isFalse();
            assertThat(redis.dump()).as("a refused job must leave nothing").isEqualTo(before);
        }

        private String lockOf() {
            return keys.keySet().stream()
                    .map(key -> key.toString().substring("resque:".length()))
                    .filter(key -> LOCK.matcher(key).matches())
                    .findFirst()
                    .orElseThrow();
        }

        private String valueOf() {
            Map<?, ?> lock = (Map<?, ?>) Objects.requireNonNull(keys.get("resque:" + lockOf()));
            return TIME.matcher(lock.get("value").toString()).matches()
                    ? in(minusNow("resque:" + lockOf()))
                    : lock.get("value").toString();
        }

        private void play(String name) throws Exception {
            switch (name) {
                case "lock_enqueue", "lock_enqueue_again" -> enqueues("L", 1, "a");
                case "lock_enqueue_other_args" -> {
                    given("lock:L-[1, \"a\"]", in(3601), "L", 1, "a");
                    given("lock:L-[2]", in(3601), "L", 2);
                }
                case "lock_perform" -> {
                    given("lock:L-[1, \"a\"]", in(3601), "L", 1, "a");
                    given("lock:L-[2]", in(3601), "L", 2);
                    run("L", true, context -> {});
                }
                case "lock_perform_fails" -> {
                    given("lock:L-[\"fail\"]", in(3601), "L", "fail");
                    fail("L");
                }
                case "lock_seen_while_running" -> {
                    given("lock:L-[\"see\"]", in(3601), "L", "see");
                    see("L");
                }
                case "lock_enqueue_while_running" -> {
                    given("lock:L-[\"again\"]", in(3601), "L", "again");
                    run("L", true, context -> assertThat(enqueue("L", "again")).isFalse());
                    assertThat(redis.queue("l")).isEmpty();
                }
                case "lock_dequeue_leaves_lock", "lock_enqueue_after_dequeue" -> {
                    given("lock:L-[1]", in(3601), "L", 1);
                    resque.dequeue("l", JobMatch.of("L"));
                }
                case "lock_remove_queue_leaves_lock" -> {
                    given("lock:L-[1]", in(3601), "L", 1);
                    resque.removeQueue("l");
                }
                case "lock_expired_takes_over" -> {
                    given("lock:LShort-[1]", in(-1), "LShort", 1);
                    CLIENT.call("SET", redis.key("lock:LShort-[1]"), in(-1));
                    assertThat(enqueue("LShort", 1)).isTrue();
                }
                case "lock_custom_key" -> enqueue("LKey", 1);
                case "lock_delayed" -> delayed("L", 1);
                case "lock_key_of_args" -> keysOfArgs();
                case "timeout_perform" -> {
                    given("", "", "T", "see");
                    see("T");
                }
                case "timeout_60_perform" -> {
                    given("", "", "T60", "see");
                    see("T60");
                }
                case "timeout_held" -> {
                    given("", "", "T", 1);
                    CLIENT.call("SET", redis.key("lock:T:1"), "true");
                    run("T", false, context -> answers.add("ran"));
                }
                case "timeout_60_held" -> {
                    given("", "", "T60", 1);
                    CLIENT.call("SET", redis.key("lock:T60:1"), in(50));
                    run("T60", false, context -> answers.add("ran"));
                }
                case "timeout_60_expired" -> {
                    given("", "", "T60", 1);
                    CLIENT.call("SET", redis.key("lock:T60:1"), in(-5));
                    run("T60");
                }
                case "timeout_expires_while_running" -> {
                    given("", "", "T1s", "slow");
                    run("T1s");
                }
                case "timeout_fails" -> {
                    given("", "", "T", "fail");
                    fail("T");
                }
                case "loner_enqueue" -> enqueues("TLoner", 1);
                case "loner_60_enqueue" -> enqueues("TLoner60", 1);
                case "loner_perform" -> {
                    given("loner:lock:TLoner:1", "true", "TLoner", 1);
                    run("TLoner");
                }
                case "loner_while_running" -> {
                    given("loner:lock:TLoner:again", "true", "TLoner", "again");
                    run("TLoner", true, context -> enqueue("TLoner", "again"));
                }
                case "loner_dequeue_leaves_lock" -> {
                    given("loner:lock:TLoner:1", "true", "TLoner", 1);
                    resque.dequeue("tloner", JobMatch.of("TLoner"));
                }
                case "lonely_perform" -> {
                    given("", "", "Lo", "x");
                    run("Lo");
                }
                case "lonely_held", "lonely_expired" -> {
                    given("", "", "Lo", 1);
                    CLIENT.call("SET", redis.key("lonely_job:lo"), in(name.equals("lonely_held") ? 50 : -5));
                    run("Lo");
                }
                case "enqueue", "enqueue_again" -> enqueues("U", 1, map());
                case "ttl" -> {
                    given(lockOf(), "1", "UTtl", 1);
                    if (!isOurs) {
                        CLIENT.call("EXPIRE", redis.key(lockOf()), 40);
                    }
                    assertThat(enqueue("UTtl", 1)).isFalse();
                }
                case "perform" -> {
                    given(md5(1, map()), "1", "U", 1, map());
                    run("U");
                }
                case "remove_queue" -> {
                    assertThat(enqueue("U", 1)).isTrue(); // what Ruby has enqueued names no lock
                    resque.removeQueue("u");
                }
                case "dequeue" -> {
                    assertThat(enqueue("U", 1)).isTrue();
                    resque.dequeue("u", JobMatch.of("U"));
                }
                case "list_deleted_by_other", "popped_by_other" -> {
                    assertThat(enqueue("U", 1)).isTrue();
                    CLIENT.call("DEL", redis.key("queue:u"));
                    assertThat(enqueue("U", 1)).isTrue();
                }
                case "delayed" -> delayed("U", 1);
                case "requeue_failed" -> {
                    given(md5("fail"), "1", "U", "fail");
                    fail("U");
                    assertThat(resque.failures().retryAll(FailureFilter.all())).isOne();
                }
                case "queuelock_enqueue" -> {
                    given("lock:q:math:[1,\"a\"]", in(3601), "q", 1, "a");
                    assertThat(enqueue("q", 1, "a")).isFalse();
                    given("lock:q:math:[2]", in(3601), "q", 2);
                }
                case "queuelock_timeout_and_key" -> {
                    assertThat(enqueue("ql", 1)).isTrue();
                    assertThat(enqueue("qk", 1)).isTrue();
                }
                case "queuelock_expired_value" -> {
                    CLIENT.call("SET", redis.key("lock:q:math:[1]"), in(-5));
                    assertThat(enqueue("q", 1)).isTrue();
                }
                case "joblock_held", "joblock_held_no_reenqueue" -> {
                    String jobClass = name.equals("joblock_held") ? "jt" : "jn";
                    given("", "", jobClass, 1);
                    CLIENT.call("SET", redis.key("workerslock:" + jobClass + ":math:[1]"), "1", "EX", 100);
                    run(jobClass, false, context -> answers.add("ran"));
                }
                case "joblock_free" -> {
                    given("", "", "jt", 1);
                    run("jt");
                }
                default -> throw new AssertionError("There is no way to play " + name);
            }
        }

        /** Two equal jobs for later, which then go onto their queue. */
        private void delayed(String jobClass, Object... args) {
            Instant later = Instant.ofEpochSecond(now + 1000);
            for (int i = 0; i < 2; i++) {
                assertThat(resque.at(later).enqueue(queue(jobClass), job(jobClass, args)))
                        .isTrue();
            }
            assertThat(redis.dump().keySet())
                    .noneMatch(key ->
                            LOCK.matcher(key.substring(redis.key("").length())).matches());
            assertThat(resque.delayed().enqueueNow(JobMatch.of(jobClass))).isEqualTo(2);
        }

        private void keysOfArgs() {
            List<List<Object>> args = List.of(
                    List.of(),
                    List.of(1),
                    Arrays.asList("a", null, true, 1.5),
                    List.of(Collections.singletonMap("a", 1)),
                    List.of(List.of(1, List.of(2))),
                    List.of("\u00e9 \"q\""));
            args.forEach(each -> enqueue("L", each.toArray()));
            String theirs = ((Map<?, ?>) recorded.get("expected")).get("return").toString();
            List<?> names = (List<?>) CoreRedis.JACKSON.decode(Payload.ofText(theirs));
            assertThat(redis.dump().keySet())
                    .containsAll(
                            names.stream().map(each -> redis.key((String) each)).toList());
            redis.clear();
        }

        /** How many seconds after the end of the case a lock ends. */
        private long minusNow(String key) {
            Object recordedMinus = ((Map<?, ?>) ((Map<?, ?>) recorded.get("expected")).get("lock_values_minus_now")
                                    == null
                            ? Map.of()
                            : (Map<?, ?>) ((Map<?, ?>) recorded.get("expected")).get("lock_values_minus_now"))
                    .get(key);
            return recordedMinus instanceof Number number ? number.longValue() : 3601;
        }

        Map<String, Object> theirs() {
            Map<String, Object> noted = new TreeMap<>();
            keys.forEach((key, entry) -> {
                Object value = ((Map<?, ?>) entry).get("value");
                boolean isTime = TIME.matcher(value.toString()).matches();
                long ttl = ((Number) ((Map<?, ?>) entry).get("ttl")).longValue();
                note(
                        noted,
                        key.toString().replaceFirst("^resque:", ""),
                        value,
                        isTime ? file.equals("node") ? ttl : minusNow(key.toString()) : 0);
            });
            return noted;
        }

        Map<String, Object> ours() {
            Map<String, Object> noted = new TreeMap<>();
            redis.dump().forEach((key, value) -> {
                Matcher time = TIME.matcher(value.toString());
                note(
                        noted,
                        key.substring(redis.key("").length()),
                        value,
                        time.matches() ? Long.parseLong(time.group(1)) - now : 0);
            });
            answers.forEach(each -> noted.put("answer", each));
            return noted;
        }

        /** Jobs, the names of queues, how many failures there are, and locks with their ends to ten seconds. */
        private void note(Map<String, Object> noted, String key, Object value, long left) {
            if (key.startsWith("queue:") || key.startsWith("delayed:")) {
                List<Object> jobs = new ArrayList<>();
                for (Object each : (List<?>) value) {
                    Map<String, Object> job = new TreeMap<>();
                    ((Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(each.toString())))
                            .forEach((name, member) -> job.put((String) name, member));
                    job.keySet().retainAll(List.of("class", "args"));
                    jobs.add(job);
                }
                noted.put(key.startsWith("delayed:") ? "delayed" : key, jobs);
            } else if (key.equals("failed")) {
                noted.put(key, ((List<?>) value).size());
            } else if (key.equals("queues")) {
                noted.put(key, value.toString().replaceAll("[\\[\\]]", ""));
            } else if (LOCK.matcher(key).matches()) {
                Map<?, ?> lock = (Map<?, ?>) keys.get("resque:" + key);
                boolean isHeld = lock != null && lock.get("value").equals("true");
                noted.put(key, isHeld ? "held" : left == 0 ? value : "for " + (left + 5) / 10 + "0 s");
            }
        }
    }
}
