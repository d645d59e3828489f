package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.activejob.Recorded.Verdict;
import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.Target;
import io.resque.api.JobMatch;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What Rails was recorded to write when it enqueues ({@code options.json}, {@code schedule.json}, {@code application.json}), enqueued by ours:
 * all keys must be the same afterwards. Ours reads the arguments of each job that stands in a case, and writes them as they were. Where a case is about one version before 7.1,
 * {@code enqueued_at} and {@code scheduled_at} are left out of the comparison: 16 asks for the form of 7.1, which earlier ones take.
 */
class RecordedJobsTest {
    private static final Map<String, Consumer<RecordedBench>> STEPS = new LinkedHashMap<>();
    private static final Map<String, String> ONLY_RAILS = new LinkedHashMap<>();
    private static final Map<String, String> BY_RULE = new LinkedHashMap<>();

    private static ActiveJob welcome() {
        return ActiveJob.of("WelcomeJob", 1);
    }

    private static void step(String names, Consumer<RecordedBench> step) {
        STEPS.put(names, step);
    }

    private static void enqueue(String names, ActiveJob job) {
        step(names, bench -> bench.rails.enqueue(job));
    }

    static {
        enqueue("plain|provider_job_id_after_enqueue|namespace", welcome());
        enqueue(
                "queue_as_block",
                ActiveJob.of("BlockQueueJob", RubySymbol.of("vip")).queue("vip"));
        enqueue("set_queue", welcome().queue("other"));
        enqueue("set_queue_odd_name", welcome().queue("a b:é"));
        enqueue("set_priority", welcome().priority(50));
        enqueue("set_priority_string", welcome().priority(7));
        step(
                "priority_block",
                bench -> bench.rails.enqueue(
                        bench.isBefore(Target.RAILS_7_1)
                                ? ActiveJob.of("PriorityBlockJob", 3)
                                : ActiveJob.of("PriorityBlockJob", 3).priority(3)));
        ActiveJob prefixed = ActiveJob.of("PrefixedJob", 1);
        step(
                "queue_name_prefix",
                bench -> bench.rails.queuePrefix("shop_production").enqueue(prefixed.queue("low")));
        step(
                "queue_name_prefix_default_queue",
                bench -> bench.rails.queuePrefix("shop_production").enqueue(prefixed));
        step(
                "queue_name_prefix_and_set_queue",
                bench -> bench.rails.queuePrefix("shop_production").enqueue(prefixed.queue("x")));
        step("queue_name_delimiter", bench -> bench.rails.queuePrefix("p", ".").enqueue(prefixed.queue("low")));
        enqueue("wait", welcome().waitFor(Duration.ofHours(1)));
        enqueue("wait_integer", welcome().waitFor(Duration.ofMinutes(1)));
        // Ruby's Float 1.9 is a little less, which its clock of nanoseconds shows; JRuby's does not.
        step(
                "wait_fraction",
                bench -> bench.rails.enqueue(
                        welcome().waitFor(Duration.ofNanos(bench.isJruby() ? 1_900_000_000 : 1_899_999_999))));
        step("wait_zero", bench -> bench.railsNow().enqueue(welcome().waitFor(Duration.ZERO)));
        step("wait_under_a_second", bench -> bench.railsNow().enqueue(welcome().waitFor(Duration.ofMillis(500))));
        enqueue("wait_until_time", welcome().waitUntil(Instant.parse("2033-05-19T01:02:03.5Z")));
        enqueue(
                "wait_until_time_with_offset|wait_until_time_with_zone",
                welcome().waitUntil(Instant.parse("2033-05-18T23:02:03Z")));
        enqueue("wait_until_datetime", welcome().waitUntil(Instant.parse("2033-05-20T01:02:03Z")));
        enqueue("wait_until_number", welcome().waitUntil(Instant.ofEpochSecond(2_000_000_100)));
        enqueue("wait_until_past", welcome().waitUntil(Instant.parse("2020-01-01T00:00:00Z")));
        enqueue(
                "wait_and_queue_and_priority",
                ActiveJob.of("UrgentJob", 1)
                        .waitFor(Duration.ofMinutes(1))
                        .queue("other")
                        .priority(3));
        step("locale", bench -> bench.rails.locale("de").enqueue(welcome()));
        step("locale_region", bench -> bench.rails.locale("pt-BR").enqueue(welcome()));
        step("timezone", bench -> bench.rails.timeZone("Berlin").enqueue(welcome()));
        step(
                "timezone_tzinfo_name",
                bench -> bench.rails.timeZone("Europe/Berlin").enqueue(welcome()));
        step(
                "timezone_utc_default_of_rails",
                bench -> bench.rails.timeZone("UTC").enqueue(welcome()));
        step("timezone_offset_only", bench -> bench.rails.timeZone("Baghdad").enqueue(welcome()));
        step(
                "time_with_zone_argument_in_app_zone",
                bench -> bench.rails
                        .timeZone("Berlin")
                        .enqueue(ActiveJob.of(
                                "WelcomeJob",
                                Instant.ofEpochSecond(2_000_000_000).atZone(ZoneId.of("Europe/Berlin")))));
        enqueue("instance_enqueue", welcome().queue("x"));
        enqueue("own_job_id", welcome().jobId("mine"));
        step("enqueue_twice", bench -> {
            ActiveJob job = welcome().jobId("00000001-0000-4000-8000-000000000000");
            bench.rails.enqueueAll(List.of(job, job));
        });
        enqueue("serialize_override", ActiveJob.of("AttemptJob", 1).member("attempt_number", 1));
        enqueue("enqueue_callbacks", ActiveJob.of("EnqueueHooksJob", 1));
        step(
                "wrapper_queue_ivar",
                bench -> bench.rails.enqueueAll(List.of(
                        welcome(), ActiveJob.of("UrgentJob", 2).queue("urgent").priority(10))));
        step(
                "perform_all_later",
                bench -> bench.rails.enqueueAll(List.of(
                        welcome(),
                        ActiveJob.of("UrgentJob", 2).queue("urgent").priority(10),
                        ActiveJob.of("WelcomeJob", 3).waitFor(Duration.ofMinutes(1)))));
        step(
                "perform_all_later_one_bad",
                bench -> bench.rails.enqueueAll(List.of(
                        welcome(),
                        ActiveJob.of("WelcomeJob", 2),
                        ActiveJob.of("WelcomeJob", new TypedValues.Plain()))));
        dequeues();
        application();

        ONLY_RAILS.put(
                "before_enqueue_abort|resque_enqueue_wrapper_hooks", "callbacks of a Ruby class; ours has listeners");
        ONLY_RAILS.put("inline", "runs the Ruby class at once, in the process that enqueues");
        ONLY_RAILS.put(".*_worked|active_scheduler_.*", "a Ruby process loads the class and runs it");
        ONLY_RAILS.put(
                "cron_class_with_args|cron_class_without_queue|resque_enqueue_to_twice|resque_retry_on_.*",
                "what a Ruby class does with callbacks and plugins in its process");
        ONLY_RAILS.put(
                "defaults|retry_jitter|failure|record|record_destroyed|record_unsaved",
                "what a Rails process answers or runs");
        BY_RULE.put("own_provider_job_id", "16: provider_job_id is null; nothing that reads it stands on Resque");
        BY_RULE.put(
                "cron_class_unknown_to_scheduler|set_schedule_active_job|resque_enqueue_to",
                "12: a bare class name vanishes in a worker, so ours writes the wrapper: ActiveJobs.putRecurring, ActiveJobsTest");
        BY_RULE.put(
                "cron_wrapper_by_hand|cron_wrapper_args_as_object",
                "12 and 16: the wrapper, with all members and a fresh job_id: ActiveJobs.putRecurring, ActiveJobsTest");
        BY_RULE.put(
                "remove_delayed_selection_by_job_class|remove_delayed_selection_by_job_id",
                "core: an item that was taken away leaves nothing behind (W-662); Ruby leaves its second in the schedule");
        BY_RULE.put("perform_all_later_one_bad", "16: what cannot be written is refused before anything is written");
        BY_RULE.put("nan", "16: NaN is refused; Rails' own JSON writes null for it");
        BY_RULE.put(
                "wait_until_number", "6: Rails since 7.2 ends with a NoMethodError of a number; ours takes an Instant");
        BY_RULE.put(
                "delayed_item_extra_members_dropped",
                "core: a move keeps the bytes of an item but for its queue (W-661)");
    }

    private static void dequeues() {
        step("dequeue_by_job_class|destroy_by_job_class_name", bench -> bench.dequeues(JobMatch.of("WelcomeJob")));
        step(
                "dequeue_by_job_class_args",
                bench -> bench.dequeues(JobMatch.of("WelcomeJob").withArgs(1)));
        step("dequeue_wrapper_with_same_data", bench -> bench.dequeues(bench.waiting(0, Map.of())));
        step(
                "dequeue_wrapper_later",
                bench -> bench.dequeues(bench.waiting(0, Map.of("enqueued_at", "2033-05-18T03:33:21.123456789Z"))));
        step("destroy_wrapper_exact", bench -> bench.dequeues(bench.waiting(1, Map.of())));
        step(
                "destroy_wrapper_partial_hash",
                bench -> bench.dequeues(JobMatch.of(ActiveJobs.WRAPPER)
                        .withArgs(Map.of("job_id", "00000002-0000-4000-8000-000000000000"))));
        step("destroy_wrapper_all", bench -> bench.dequeues(JobMatch.of(ActiveJobs.WRAPPER)));
        step(
                "peek",
                bench -> assertThat(bench.resque.inspector().peek("default", 0, 2))
                        .hasSize(2));
        step(
                "remove_delayed_job_class",
                bench -> bench.answers(
                        bench.resque.delayed().remove(JobMatch.of("WelcomeJob").withArgs(1))));
        step(
                "remove_delayed_wrapper_exact",
                bench -> bench.answers(bench.resque
                        .delayed()
                        .remove(JobMatch.of(ActiveJobs.WRAPPER)
                                .withArgs(bench.delayed(0).job().args().toArray()))));
        step("remove_delayed_selection_by_job_class", bench -> bench.removesDelayed("job_class", "WelcomeJob"));
        step(
                "remove_delayed_selection_by_job_id",
                bench -> bench.removesDelayed("job_id", bench.member(bench.delayed(0), "job_id")));
        step(
                "find_delayed_selection",
                bench -> assertThat(bench.resque.delayed().jobs()).hasSize(3));
        step(
                "move_when_due",
                bench -> bench.resque.delayed().jobs().toList().forEach(bench.resque.delayed()::enqueueNow));
        step("enqueue_delayed_selection|wrapper_queue_ivar_other_queue|delayed_moved_wrapper_without_queue", bench -> {
            bench.isMovedLater = true;
            Collection<?> queues = bench.expected.keySet();
            ActiveJob delayed = welcome().waitFor(Duration.ofMinutes(1));
            bench.rails.enqueueAll(
                    queues.contains("queue:urgent")
                            ? List.of(
                                    delayed,
                                    ActiveJob.of("UrgentJob", 2).queue("urgent").priority(10))
                            : List.of(delayed));
            bench.resque.delayed().jobs().toList().forEach(bench.resque.delayed()::enqueueNow);
        });
    }

    private static void application() {
        step("markup", bench -> bench.rails.enqueue(ActiveJob.of("WelcomeJob", "<b>&</b>", 1e15, 1.5, "\u2028")));
        step("nan", bench -> bench.rails.enqueue(ActiveJob.of("WelcomeJob", Double.NaN)));
        step("record_in_transaction", bench -> {
            if (bench.expected.containsKey("queue:default")) {
                bench.rails.enqueue(ActiveJob.of("WelcomeJob", bench.rails.gid("Person", 3)));
            }
        });
        step(
                "time_current",
                bench -> bench.rails.enqueue(ActiveJob.of(
                        "WelcomeJob",
                        Instant.ofEpochSecond(2_000_000_000).atZone(ZoneId.of("UTC")),
                        RubyDuration.of(2, "days"),
                        LocalDate.of(2024, 2, 29))));
        step("big_decimal", bench -> bench.rails.enqueue(ActiveJob.of("WelcomeJob", new BigDecimal("1.10"))));
        step(
                "mail",
                bench ->
                        bench.rails.deliverLater(ActiveMail.of("UserMailer", "welcome", bench.rails.gid("Person", 3))));
        step(
                "mail_parameterized",
                bench -> bench.rails.enqueue(ActiveMail.of("UserMailer", "welcome", 1)
                        .param("who", bench.rails.gid("Person", 4))
                        .toJob()
                        .queue("slow")
                        .waitUntil(bench.inTenYears())));
    }

    @Test
    void whatRailsEnqueuesWithOptions() {
        judge("options");
    }

    @Test
    void whatSchedulersEnqueueForRails() {
        judge("schedule");
    }

    @Test
    void whatAWholeApplicationEnqueues() {
        judge("application");
    }

    /** Arguments that stand anywhere in a case. */
    private static final Pattern ARGUMENTS = Pattern.compile("\"arguments\":(\\[.*\\]),\"executions\"");

    /** Whatever becomes of a case, ours reads the arguments of its jobs, and writes them as they were. */
    private static int readBack(Map<String, Object> recorded) {
        ArgumentCodec codec = ArgumentCodec.forTarget(Recorded.targets(recorded).get(0));
        int read = 0;
        for (String keys : List.of("before", "expected")) {
            Object tree = recorded.getOrDefault(keys, Map.of());
            for (String element : texts(tree)) {
                Matcher arguments = ARGUMENTS.matcher(element);
                if (arguments.find()) {
                    Object given = Recorded.json(arguments.group(1));
                    assertThat(Recorded.text(codec.write(codec.read(given))))
                            .as(recorded.get("name").toString())
                            .isEqualTo(Recorded.text(given));
                    read++;
                }
            }
        }
        return read;
    }

    private static List<String> texts(@Nullable Object tree) {
        if (tree instanceof String text) {
            return List.of(text);
        }
        Collection<?> inside =
                tree instanceof Map<?, ?> map ? map.values() : tree instanceof Collection<?> list ? list : List.of();
        return inside.stream().flatMap(each -> texts(each).stream()).toList();
    }

    private static void judge(String file) {
        Recorded table = new Recorded(file);
        int read = 0;
        for (Map<String, Object> recorded : Recorded.cases(file)) {
            String name = recorded.get("name").toString();
            read += readBack(recorded);
            String onlyRails = Recorded.reason(ONLY_RAILS, name);
            if (onlyRails != null) {
                table.ended(name, Verdict.ONLY_RAILS, onlyRails);
                continue;
            }
            String end = "no step";
            for (Map.Entry<String, Consumer<RecordedBench>> step : STEPS.entrySet()) {
                if (name.matches("(" + step.getKey() + ")( \\[.*)?")) {
                    try (RecordedBench bench = new RecordedBench(recorded, file.equals("application"))) {
                        end = bench.play(step.getValue());
                    }
                }
            }
            String rule = Recorded.reason(BY_RULE, name);
            table.ended(
                    name,
                    end.isEmpty()
                            ? Verdict.BYTES
                            : end.equals("value") ? Verdict.VALUE : rule == null ? Verdict.REST : Verdict.BY_RULE,
                    rule == null ? end : rule);
        }
        System.out.println(file + ".json: arguments read and written back as they were: " + read);
        table.tell();
    }
}
