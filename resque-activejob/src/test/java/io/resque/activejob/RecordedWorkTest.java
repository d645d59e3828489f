package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.FailedJobs;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
            "before_perform_abort", "6.1 runs after_perform in spite of the abort",
            "defaults", "settings of a Rails application");

    /** What is done in another way here, and why. */
    private static final Map<String, String> RULES = new TreeMap<>(Map.ofEntries(
            Map.entry("exception_executions_array", "an empty map of PHP is read (16: read tolerantly), so the job is retried"),
            Map.entry("timezone_offset", "read tolerantly (16): the zone is empty and the job runs"),
            Map.entry("timezone_unknown", "read tolerantly (16): the zone is empty and the job runs"),
            Map.entry("timezone_empty", "read tolerantly (16): the zone is empty and the job runs"),
            Map.entry("enqueued_at_bad", "read tolerantly (16), as Rails until 7.0"),
            Map.entry("enqueued_at_number", "read tolerantly (16), as Rails until 7.0"),
            Map.entry("enqueued_at_empty", "read tolerantly (16), as Rails until 7.0"),
            Map.entry("scheduled_at_bad", "read tolerantly (16), as Rails until 7.0"),
            Map.entry("scheduled_at_number", "read tolerantly (16), as Rails until 7.0"),
            Map.entry("retry_on_drops_extra_members", "unknown members are kept (16)"),
            Map.entry("retry_on_keeps_id_locale_zone_arguments", "arguments are kept as they came (16)"),
            Map.entry("retry_on_exception_executions_missing", "members are kept as they came (16): none is added"),
            Map.entry("minimal_retry", "queue_name is always written (2)"),
            Map.entry("queue_name_null_retry", "queue_name is always written (2)"),
            Map.entry("retry_on_other_queue_and_priority", "the priority is kept; Resque ignores it (2)"),
            Map.entry("retry_job_by_hand", "the priority is kept; Resque ignores it (2)"),
            Map.entry("other_app", "the application of a GlobalID is compared (17)"),
            Map.entry("pushed_without_wrapper", "a bare class does not vanish (15)"),
            Map.entry("interrupted_after_a_step", "the key of an interruption is free text (13); none is counted"),
            Map.entry("interrupted_in_a_step", "the key of an interruption is free text (13); none is counted"),
            Map.entry("date_cursor", "the key of an interruption is free text (13); none is counted"),
            Map.entry("list_cursor_with_symbol", "the key of an interruption is free text (13); none is counted"),
            Map.entry("error_after_advance", "the key of an interruption is free text (13); none is counted"),
            Map.entry("max_resumptions", "the key of an interruption is free text (13); none is counted"),
            Map.entry("resumed_continuation_null", "from the start, as Rails 8.2 (13)"),
            Map.entry("retry_on", "no second process is needed for a retry (15)"),
            Map.entry("retry_on_wait_zero", "no second process is needed for a retry (15)"),
            Map.entry("retry_on_and_rescue_not_implemented", "no second process is needed for a retry (15)")));

    private final RailsRedis redis = new RailsRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    @Test
    void recordedWorkers() {
        judge("worker", 160);
    }

    @Test
    void recordedContinuations() {
        judge("continuation", 23);
    }

    @Test
    void recordedWithoutAScheduler() {
        judge("no_scheduler", 8);
    }

    /** Jobs of whole applications: each runs, or fails as its class says. Arguments that Rails refused have no job. */
    @Test
    void recordedApplications() {
        int jobs = 0;
        int without = 0;
        for (RecordedCase each : RecordedCase.of("application")) {
            List<String> payloads = new ArrayList<>(each.list("resque:queue:default"));
            each.delayed().stream().filter(item -> !item.contains("\"RetryJob\"")).forEach(payloads::add);
            boolean fails = !each.list("resque:failed").isEmpty();
            each.list("resque:failed").forEach(record -> payloads.add(RailsRedis.payload(RailsRedis.hashOf(record))));
            jobs += payloads.size();
            without += payloads.isEmpty() ? 1 : 0;
            payloads.forEach(payload -> redis.push("default", payload));
            RecordedJobs applications = new RecordedJobs();
            work(applications, payloads.size() + 1);
            if (fails && each.base().equals("failure")) {
                assertThat(RailsRedis.hashOf(redis.failures().get(0)))
                        .as(each.name())
                        .isEqualTo(RailsRedis.hashOf(each.list("resque:failed").get(0)));
            } else {
                assertThat(redis.failures()).as(each.name()).isEmpty();
                assertThat(applications.ran).as(each.name()).hasSameSizeAs(payloads);
            }
            redis.clear();
        }
        System.out.println("application: 45 cases, " + jobs + " jobs run as in Rails, " + without
                + " cases have no job: settings and refusals of Rails, records that only its database has, and the jitter of its retry");
        assertThat(jobs).isGreaterThan(25);
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
                            .register("Plain", () -> job -> plain.addAll(job.args().asList()))
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
                "live: %d cases, %d pass, 0 only Rails, %d by a rule, 0 rest%n", passed, passed - rule.size(), rule.size());
        rule.forEach(line -> System.out.println("  rule " + line));
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
        String enqueued = ((String) seen.get(10)).replace("\"", "").replace(" UTC", "Z").replace(' ', 'T');
        job.put("enqueued_at", enqueued);
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
            }
            assertThat(jobs.ran).isEqualTo(each.expected().get("ran"));
        }
        assertThat(RailsRedis.hashOf(redis.failures().get(0))).as(each.name()).isEqualTo(given);
    }

    private void judge(String file, int cases) {
        Map<String, List<String>> verdicts = new LinkedHashMap<>();
        List.of("rails", "rule", "rest").forEach(verdict -> verdicts.put(verdict, new ArrayList<>()));
        int passed = 0;
        List<RecordedCase> all = RecordedCase.of(file);
        assertThat(all).hasSize(cases);
        for (RecordedCase each : all) {
            if (each.tree().get("op").equals("perform_later")) { // that is the other half
                passed++;
                continue;
            }
            List<String> differences = differences(each);
            redis.clear();
            String base = each.base();
            if (differences.isEmpty()) {
                passed++;
            } else if (RAILS.containsKey(base)) {
                verdicts.get("rails").add(each.name() + ": " + RAILS.get(base));
            } else if (RULES.containsKey(base)) {
                verdicts.get("rule").add(each.name() + ": " + RULES.get(base));
            } else {
                verdicts.get("rest").add(each.name() + ": " + differences);
            }
        }
        System.out.printf(
                "%s: %d cases, %d pass, %d only Rails, %d by a rule, %d rest%n",
                file,
                all.size(),
                passed,
                verdicts.get("rails").size(),
                verdicts.get("rule").size(),
                verdicts.get("rest").size());
        verdicts.forEach((verdict, some) -> some.forEach(line -> System.out.println("  " + verdict + " " + line)));
        assertThat(verdicts.get("rest")).isEmpty();
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

    /** Runs so many jobs, and leaves those that follow from them on their queue. */
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
                assertThat(failures.count(FailureFilter.all().innerClass("FailJob"))).isEqualTo(1);
                assertThat(failures.count(FailureFilter.all().jobClass(ActiveJobs.WRAPPER))).isEqualTo(1);
            }
        }
    }
}
