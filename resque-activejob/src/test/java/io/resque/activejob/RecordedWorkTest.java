package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.core.FailedJobs;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What workers of Rails 6.1 to 8.1 made of jobs, and what ours makes of them. Each case passes, or can only be done by a process of Rails, or
 * differs for a reason that is named here.
 */
@Timeout(120)
class RecordedWorkTest {
    /** What only a process of Rails can do. */
    private static final Map<String, String> RAILS = Map.of(
            "locale_unknown", "only Rails knows its locales",
            "locale_java_style", "only Rails knows its locales",
            "rescue_from_sees_bad_locale", "only Rails knows its locales",
            "after_pushed_without_wrapper", "the job before has spoilt the class in Ruby",
            "before_perform_abort", "6.1 runs after_perform although the job was aborted",
            "enqueue", "only the class in Ruby says that it is Continuable",
            "defaults", "settings of the application",
            "record", "its database has the record",
            "record_unsaved", "its database has no record yet",
            "record_in_transaction", "its transaction is rolled back, and 7.2 enqueues after the commit");

    /**
     * What is done in another way here.
     *
     * @param reason the number of the section that asks for it, of the page on which the recordings stand
     * @param kinds what differs, and nothing else
     */
    private record Rule(String reason, String... kinds) {
        boolean explains(List<String> differences) {
            return differences.stream()
                    .allMatch(each -> Stream.of(kinds).anyMatch(kind -> each.startsWith(kind + ": ")));
        }
    }

    private static final Rule RUNS = new Rule(
            "read tolerantly, as Rails until 7.0 (16): the member is empty and the job runs",
            "number of runs",
            "number of failures",
            "failed");
    private static final Rule KEPT = new Rule("unknown members and arguments are kept as they came (16)", "delayed");
    private static final Rule QUEUE = new Rule("queue_name is always written (2)", "delayed", "delayed queue");
    private static final Rule PRIORITY = new Rule("the priority is kept; Resque ignores it (2)", "delayed");
    private static final Rule KEY = new Rule(
            "the key of an interruption is free text (13); none is counted", "delayed", "payload of the failure");
    private static final Rule NO_SECOND_PROCESS = new Rule(
            "no second process is needed for a delayed job (15)",
            "number of failures",
            "number of delayed",
            "number of queue",
            "failed");

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry(
                    "exception_executions_array",
                    new Rule(
                            "an empty map as PHP writes it is read tolerantly (16), so the job is retried",
                            "number of failures",
                            "number of delayed",
                            "failed")),
            Map.entry("timezone_offset", RUNS),
            Map.entry("timezone_unknown", RUNS),
            Map.entry("timezone_empty", RUNS),
            Map.entry("enqueued_at_bad", RUNS),
            Map.entry("enqueued_at_number", RUNS),
            Map.entry("enqueued_at_empty", RUNS),
            Map.entry("scheduled_at_bad", RUNS),
            Map.entry("scheduled_at_number", RUNS),
            Map.entry("retry_on_drops_extra_members", KEPT),
            Map.entry("retry_on_keeps_id_locale_zone_arguments", KEPT),
            Map.entry("retry_on_exception_executions_missing", KEPT),
            Map.entry("minimal_retry", QUEUE),
            Map.entry("queue_name_null_retry", QUEUE),
            Map.entry("retry_on_other_queue_and_priority", PRIORITY),
            Map.entry("retry_job_by_hand", PRIORITY),
            Map.entry(
                    "other_app",
                    new Rule(
                            "the application of a GlobalID is compared (17)",
                            "number of runs",
                            "number of failures",
                            "failed")),
            Map.entry(
                    "pushed_without_wrapper",
                    new Rule("a bare class does not vanish (15)", "number of failures", "failed")),
            Map.entry("interrupted_after_a_step", KEY),
            Map.entry("interrupted_in_a_step", KEY),
            Map.entry("date_cursor", KEY),
            Map.entry("list_cursor_with_symbol", KEY),
            Map.entry("error_after_advance", KEY),
            Map.entry("max_resumptions", KEY),
            Map.entry(
                    "resumed_continuation_null",
                    new Rule("from the start, as Rails 8.2 (13)", "number of runs", "number of failures", "failed")),
            Map.entry("retry_on", NO_SECOND_PROCESS),
            Map.entry("retry_on_wait_zero", NO_SECOND_PROCESS),
            Map.entry("retry_on_and_rescue_not_implemented", NO_SECOND_PROCESS),
            Map.entry("wait", NO_SECOND_PROCESS),
            Map.entry("wait_past", NO_SECOND_PROCESS));

    private final RailsRedis redis = new RailsRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    @Test
    @WireRule({"W-831", "W-832", "W-833", "W-834"})
    void recordedWorkers() {
        judge("worker", 160);
    }

    @Test
    @WireRule("W-837")
    void recordedContinuations() {
        judge("continuation", 23);
    }

    @Test
    void recordedWithoutAScheduler() {
        judge("no_scheduler", 8);
    }

    /** Jobs of whole applications: each runs, or fails as its class says. */
    @Test
    void recordedApplications() {
        Verdicts verdicts = new Verdicts();
        for (RecordedCase each : RecordedCase.of("application")) {
            verdicts.add(each, each.base().equals("retry_jitter") ? jitter(each) : application(each));
            redis.clear();
        }
        verdicts.print("application");
    }

    private List<String> application(RecordedCase each) {
        List<String> payloads = new ArrayList<>(each.list("resque:queue:default"));
        payloads.addAll(each.delayed());
        List<String> failed = each.list("resque:failed");
        failed.forEach(record -> payloads.add(RailsRedis.payload(RailsRedis.hashOf(record))));
        if (payloads.isEmpty()) {
            return List.of("it has no job");
        }
        payloads.forEach(payload -> redis.push("default", payload));
        RecordedJobs jobs = new RecordedJobs();
        work(jobs, payloads.size() + 1);
        boolean fails = each.base().equals("failure");
        assertThat(jobs.ran).as(each.name()).hasSize(fails ? 0 : payloads.size());
        assertThat(redis.failures().stream().map(RailsRedis::hashOf).toList())
                .as(each.name())
                .isEqualTo(fails ? failed.stream().map(RailsRedis::hashOf).toList() : List.of());
        return List.of();
    }

    private List<String> jitter(RecordedCase each) {
        Map<String, Object> before =
                new LinkedHashMap<>(RailsRedis.hashOf(each.delayed().get(0)));
        before.put("executions", 0L);
        before.put("exception_executions", new LinkedHashMap<>());
        before.put("scheduled_at", null);
        redis.push(before);
        resque.workerBuilder("default")
                .module(ActiveJobs.handlers()
                        .on("RetryJob", job -> {
                            throw new IllegalStateException("again");
                        })
                        .retry(
                                "RetryJob",
                                Retry.limit(4)
                                        .fixed(Duration.ofSeconds(10))
                                        .jitter(0.15)
                                        .countedAs("StandardError")))
                .scheduler(false)
                .drain();
        Map<String, Object> next =
                new LinkedHashMap<>(RailsRedis.hashOf(redis.delayed().get(0)));
        Map<String, Object> expected =
                new LinkedHashMap<>(RailsRedis.hashOf(each.delayed().get(0)));
        assertThat(Duration.between(Instant.parse((String) next.get("enqueued_at")), Instant.parse((String)
                        next.get("scheduled_at"))))
                .isBetween(Duration.ofSeconds(10), Duration.ofMillis(12_500));
        List.of("enqueued_at", "scheduled_at").forEach(time -> expected.put(time, next.get(time)));
        assertThat(next).isEqualTo(expected);
        return List.of();
    }

    /** Processes of Rails on a real clock. The recordings tell the results; the jobs are written here as they were written there. */
    @Test
    void recordedProcesses() throws Exception {
        int passed = 0;
        List<String> rule = new ArrayList<>();
        for (RecordedCase each : RecordedCase.of("live")) {
            Map<?, ?> expected = each.expected();
            RecordedJobs jobs = new RecordedJobs();
            switch (each.base()) {
                case "killed_child", "term_while_working" -> live(each, jobs);
                case "retry_three_times" -> {
                    Map<String, Object> job = new LinkedHashMap<>(RailsRedis.hashOf(text(expected, "failed")));
                    job.put("executions", 0L);
                    job.put("exception_executions", new LinkedHashMap<>());
                    redis.push(job);
                    work(jobs, 4);
                    assertThat(jobs.ran).as(each.name()).isEqualTo(expected.get("tries"));
                    assertThat(RailsRedis.hashOf(redis.failures().get(0)))
                            .containsEntry("executions", 2L)
                            .containsEntry("exception_executions", Map.of("[AppError]", 3L));
                }
                case "unknown_class" -> {
                    redis.push(RailsRedis.hashOf(text(expected, "failed")));
                    work(jobs, 1);
                    assertThat(RailsRedis.hashOf(redis.failures().get(0)))
                            .isEqualTo(RailsRedis.hashOf(text(expected, "failed")));
                }
                case "bare_class", "bare_class_no_args" -> {
                    redis.push("default", "{\"class\":\"WelcomeJob\",\"args\":[]}");
                    work(jobs, 1);
                    assertThat(redis.failures()).as("it does not vanish").hasSize(1);
                    rule.add(each.name() + ": a bare class does not vanish (15)");
                }
                case "plain_resque_job_beside" -> {
                    List<Object> plain = new ArrayList<>();
                    redis.push("default", "{\"class\":\"Plain\",\"args\":[1]}");
                    resque.workerBuilder("default")
                            .module(jobs.handlers())
                            .register(
                                    "Plain",
                                    () -> job -> plain.addAll(job.args().asList()))
                            .drain();
                    assertThat(plain).containsExactly(1L);
                }
                default -> {
                    redis.push(given(each.base(), text(expected, "ran")));
                    work(jobs, 1);
                    RecordedDifferences differences = new RecordedDifferences(each);
                    differences.compareRuns(List.of(text(expected, "ran")), jobs.ran);
                    assertThat(differences.found()).as(each.name()).isEmpty();
                }
            }
            passed++;
            redis.clear();
        }
        System.out.printf(
                "live: %d cases, %d pass, 0 only Rails, %d by a rule, 0 rest%n",
                passed, passed - rule.size(), rule.size());
        rule.forEach(line -> System.out.println("  rule " + line));
    }

    /** Three runs of Rails as recorded, of which Java takes the first and the third, and then the second. */
    @Test
    @WireRule({"W-832", "W-833", "W-834"})
    void rubyAndJavaTakeTurns() {
        List<RecordedCase> chains = RecordedCase.of("live").stream()
                .filter(each -> each.base().equals("retry_three_times"))
                .toList();
        assertThat(chains).hasSize(4);
        for (RecordedCase each : chains) {
            List<List<?>> runs = ((List<?>) each.expected().get("tries"))
                    .stream()
                            .<List<?>>map(run -> (List<?>) RailsRedis.read((String) run))
                            .toList();
            Map<String, Object> recorded = RailsRedis.hashOf(text(each.expected(), "failed"));

            redis.push(before(runs.get(0), recorded));
            work(new RecordedJobs(), 1);
            assertThat(seen(redis.list("queue:default").get(0)))
                    .as("the second run, in Ruby")
                    .isEqualTo(seen(runs.get(1)));
            redis.clear();
            redis.push(before(runs.get(2), recorded));
            work(new RecordedJobs(), 1);
            Map<String, Object> failed = RailsRedis.hashOf(redis.failures().get(0));
            assertThat(failed.get("executions")).isEqualTo(recorded.get("executions"));
            assertThat(failed.get("exception_executions")).isEqualTo(recorded.get("exception_executions"));
            redis.clear();

            redis.push(before(runs.get(1), recorded));
            work(new RecordedJobs(), 1);
            assertThat(seen(redis.list("queue:default").get(0)))
                    .as("the third run, in Ruby")
                    .isEqualTo(seen(runs.get(2)));
            redis.clear();
        }
    }

    /** The job as it stood in Redis before a run. */
    private static Map<String, Object> before(List<?> run, Map<String, Object> recorded) {
        Map<String, Object> job = new LinkedHashMap<>(recorded);
        job.put("executions", ((Number) run.get(1)).longValue() - 1);
        job.put("exception_executions", run.get(2));
        return job;
    }

    /** What a run sees: its number and the counters. */
    private static List<Object> seen(String payload) {
        Map<String, Object> job = RailsRedis.hashOf(payload);
        return List.of((Long) job.get("executions") + 1, job.get("exception_executions"));
    }

    private static List<Object> seen(List<?> run) {
        return List.of(run.get(1), run.get(2));
    }

    private static String text(Map<?, ?> expected, String member) {
        return (String) ((List<?>) expected.get(member)).get(0);
    }

    /** The job that was pushed, from what ran. */
    private static Map<String, Object> given(String base, String ran) {
        List<?> seen = (List<?>) RailsRedis.read(ran);
        Map<String, Object> job = RailsRedis.hash("WelcomeJob");
        job.put("arguments", RubyWritten.arguments(seen.get(1), seen.get(2)));
        if (base.equals("push_minimal")) {
            return new LinkedHashMap<>(Map.of("job_class", "WelcomeJob", "arguments", job.get("arguments")));
        }
        String enqueued =
                ((String) seen.get(10)).replace("\"", "").replace(" UTC", "Z").replace(' ', 'T');
        job.put("enqueued_at", enqueued);
        String scheduled = ((String) seen.get(11)).replace(" UTC", "Z").replace(' ', 'T');
        job.put("scheduled_at", scheduled.equals("nil") ? null : scheduled);
        return job;
    }

    private void live(RecordedCase each, RecordedJobs jobs) throws Exception {
        Map<String, Object> given = RailsRedis.hashOf(text(each.expected(), "failed"));
        redis.push(given);
        if (each.base().equals("killed_child")) {
            resque.workerBuilder("default")
                    .module(jobs.handlers())
                    .executor(new KillingExecutor())
                    .drain();
        } else {
            try (Worker worker = resque.workerBuilder("default")
                    .module(jobs.handlers())
                    .stopTimeout(Duration.ofMillis(1))
                    .start()) {
                assertThat(jobs.running.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(worker.ids()).hasSize(1);
            }
            assertThat(jobs.ran).isEqualTo(each.expected().get("ran"));
        }
        assertThat(RailsRedis.hashOf(redis.failures().get(0))).as(each.name()).isEqualTo(given);
    }

    private void judge(String file, int cases) {
        Verdicts verdicts = new Verdicts();
        List<RecordedCase> all = RecordedCase.of(file);
        assertThat(all).hasSize(cases);
        for (RecordedCase each : all) {
            boolean isOfAProducer = each.tree().get("op").equals("perform_later");
            verdicts.add(
                    each, isOfAProducer ? List.of("number of delayed: that is refused in Ruby") : differences(each));
            redis.clear();
        }
        verdicts.print(file);
    }

    /** Of the cases of one file. */
    private static final class Verdicts {
        private int passed;
        private final List<String> rails = new ArrayList<>();
        private final List<String> rule = new ArrayList<>();
        private final List<String> rest = new ArrayList<>();

        void add(RecordedCase each, List<String> differences) {
            String base = each.base();
            if (differences.isEmpty()) {
                passed++;
            } else if (RAILS.containsKey(base)) {
                rails.add(each.name() + ": " + RAILS.get(base));
            } else if (RULES.containsKey(base) && RULES.get(base).explains(differences)) {
                rule.add(each.name() + ": " + RULES.get(base).reason);
            } else {
                rest.add(each.name() + ": " + differences);
            }
        }

        void print(String file) {
            System.out.printf(
                    "%s: %d cases, %d pass, %d only a process of Rails, %d by a rule, %d rest%n",
                    file,
                    passed + rails.size() + rule.size() + rest.size(),
                    passed,
                    rails.size(),
                    rule.size(),
                    rest.size());
            rails.forEach(line -> System.out.println("  only Rails: " + line));
            rule.forEach(line -> System.out.println("  by a rule: " + line));
            assertThat(rest).isEmpty();
        }
    }

    private List<String> differences(RecordedCase each) {
        each.before().forEach((key, value) -> {
            String ours = redis.key(((String) key).replaceFirst("^resque:", ""));
            if (value instanceof List<?> list) {
                list.forEach(element -> RailsRedis.CLIENT.call("RPUSH", ours, element));
            } else {
                RailsRedis.CLIENT.call("SET", ours, value);
            }
        });
        RailsRedis.CLIENT.call("SADD", redis.key("queues"), "default");
        RecordedJobs jobs = new RecordedJobs();
        if (each.tree().get("op").equals("failure")) {
            failures(each.base(), jobs);
        } else {
            work(jobs, 1);
        }
        return new RecordedDifferences(each).of(redis, jobs.ran);
    }

    /** Runs so many jobs. Jobs that these enqueue stay on their queue. */
    private void work(RecordedJobs jobs, int most) {
        AtomicInteger taken = new AtomicInteger();
        ResqueListener pausing = new ResqueListener() {
            @Override
            public void jobTaken(String worker, JobInfo job) {
                if (taken.incrementAndGet() == most) {
                    resque.pauseQueue("default");
                }
            }
        };
        resque.listen(pausing);
        resque.workerBuilder("default").module(jobs.handlers()).scheduler(false).drain();
        resque.stopListening(pausing);
        resque.resumeQueue("default");
    }

    /** What Ruby did with failure records. */
    private void failures(String name, RecordedJobs jobs) {
        FailedJobs failures = resque.failures();
        FailedJob first = failures.oldest(FailureFilter.all(), 0, 1).get(0);
        switch (name) {
            case "failure_requeue" -> failures.retry(first);
            case "failure_requeue_and_work_again", "requeue_after_exhausted" -> {
                failures.retry(first);
                work(jobs, 1);
            }
            case "failure_remove" -> failures.remove(first);
            default -> {
                // Ruby counts one of the wrapper, and none of the class.
                assertThat(failures.count(FailureFilter.all().innerClass("FailJob")))
                        .isEqualTo(1);
                assertThat(failures.count(FailureFilter.all().jobClass(ActiveJobs.WRAPPER)))
                        .isEqualTo(1);
            }
        }
    }
}
