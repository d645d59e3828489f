package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.UniqueLock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user writes, sees and does of recurring jobs. */
@Timeout(60)
class RecurringJobsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Schedule HOURLY = Schedule.every(Duration.ofHours(1));

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final RecurringJobs schedules = resque.schedules();

    /** The arguments of a typed job. */
    record Report(String name, int days) {}

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private String entry(String name) {
        return CLIENT.text("HGET", redis.key("persistent_schedules"), name);
    }

    private RecurringJob find(String name) {
        return schedules.find(name).orElseThrow();
    }

    @Test
    void aJobByItsClassAsASpecAndTyped() {
        assertThat(schedules.put("by class", Schedule.cron("30 2 * * *", BERLIN), "reports", "Report", 1, "x"))
                .isTrue();
        JobSpec spec = JobSpec.of("Report", 2L).withMetadata("traceparent", "00-1");
        assertThat(schedules.put("spec", HOURLY.misfire(Misfire.SKIP).description("Each hour"), "reports", spec))
                .isTrue();
        JobType<Report> type = JobType.of("Report", "reports", Report.class);
        assertThat(schedules.put("typed", Schedule.cron("@daily UTC"), type, new Report("sales", 7)))
                .isTrue();
        assertThat(schedules.list())
                .extracting(RecurringJob::name, job -> job.job().args(), RecurringJob::queue)
                .containsExactly(
                        tuple("by class", List.of(1L, "x"), "reports"),
                        tuple("spec", List.of(2L), "reports"),
                        tuple("typed", List.of("sales", 7L), "reports"));
        RecurringJob shown = find("spec");
        assertThat(shown.every()).contains(Duration.ofHours(1));
        assertThat(shown.cron()).isEmpty();
        assertThat(shown.misfire()).isEqualTo(Misfire.SKIP);
        assertThat(shown.description()).contains("Each hour");
        assertThat(shown.job()).isEqualTo(spec);
        assertThat(shown.environments()).containsExactly("java");
        assertThat(shown.isFired()).isTrue();
        assertThat(shown.lastRun()).isEmpty();
        assertThat(shown.nextRun()).isPresent();
        assertThat(shown.toString()).doesNotContain("2");
        RecurringJob nightly = find("by class");
        assertThat(nightly.cron()).contains("30 2 * * * Europe/Berlin");
        assertThat(nightly.zone()).contains(BERLIN);
        assertThat(nightly.nextRun().orElseThrow().atZone(BERLIN).toLocalTime()).hasToString("02:30");
        assertThat(schedules.put("by class", Schedule.cron("30 2 * * *", BERLIN), "reports", "Report", 1, "x"))
                .as("as at each start of an application")
                .isFalse();
    }

    @Test
    void aJobThatSkipsMeetsItsOwnLock() {
        schedules.put("sync", HOURLY.skip(Duration.ofHours(2)), "q", "A", 1);
        assertThat(schedules.put("sync", HOURLY.skip(Duration.ofHours(2)), "q", "A", 1))
                .as("as at each start of an application")
                .isFalse();
        assertThat(entry("sync")).contains("\"unique\":[\"until_done\",7200000,null,\"recurring sync\"]");
        assertThat(find("sync").job().unique())
                .contains(Unique.untilDone(Duration.ofHours(2)).key("recurring sync"));
        assertThat(schedules.trigger("sync")).isTrue();
        assertThat(schedules.trigger("sync")).as("its job waits").isFalse();
        assertThat(resque.inspector().queueSize("q")).isOne();
        assertThat(resque.inspector().locks())
                .extracting(UniqueLock::key)
                .containsExactly("java:lock:until_done:q:recurring sync");
    }

    @Test
    void ofAFirstInstantTheFractionIsRoundedUp() {
        Instant first = Instant.parse("2033-05-18T03:33:20.001Z");
        schedules.put("a", Schedule.every("1d").first(first), "q", "A");
        assertThat(find("a").nextRun()).contains(Instant.parse("2033-05-18T03:33:21Z"));
        assertThat(entry("a")).contains("\"first_at\":\"2033-05-18 03:33:21 +0000\"");
    }

    @Test
    void rubyFiresOnlyWhatIsSharedWithIt() {
        schedules.put("ours", HOURLY, "q", "A");
        assertThat(entry("ours")).contains("\"rails_env\":\"java\"");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("schedules_changed"))).isEmpty();
        schedules.put("shared", HOURLY.sharedWithRuby(), "q", "A");
        assertThat(entry("shared")).doesNotContain("rails_env");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("schedules_changed"))).containsExactly("shared");
        assertThat(find("shared").isFired()).as("that is left to Ruby").isFalse();
        assertThat(find("shared").nextRun()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    99 * * * *                 | UTC           | its minute is "99"
                    0 0 30 2 *                 | UTC           | no day that ever comes
                    every day at noon          | UTC           | fields
                    0 3 * * * Europe/Paris     | Europe/Berlin | leave it out of the expression
                    0 3 * * *                  | +01:02:03     | +01:02:03
                    0 3 * * *                  | SystemV/PST8PDT | SystemV/PST8PDT
                    """)
    void whatRubysSchedulerRefusesIsNoSchedule(String expression, String zone, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron(expression, ZoneId.of(zone)))
                .withMessageContaining(why);
    }

    @Test
    void badValuesAreRefusedByTheSchedule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.cron("0 3 * * *"))
                .withMessageContaining("names no time zone");
        assertThat(Schedule.cron("0 3 * * * Europe/Paris", ZoneId.of("Europe/Paris")))
                .hasToString("0 3 * * * Europe/Paris");
        assertThat(Schedule.cron("0 3 * * *", ZoneOffset.UTC)).hasToString("0 3 * * * UTC");
        for (String same : List.of("0 3 * * * UTC", "0 3 * * *\tUTC", "0 3 * * * Etc/UTC")) {
            assertThat(Schedule.cron(same, ZoneOffset.UTC))
                    .as("Ruby's scheduler refuses a tab before a zone")
                    .hasToString(same.replace('\t', ' '));
            assertThat(Schedule.cron(same)).hasToString(same.replace('\t', ' '));
        }
        assertThat(Schedule.cron("0 3 * * * +02:00", ZoneId.of("UTC+02:00"))).hasToString("0 3 * * * +02:00");
        for (Duration period : List.of(Duration.ZERO, Duration.ofMillis(1_500), Duration.ofDays(36_501))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Schedule.every(period))
                    .withMessageContaining(period.toString());
        }
        for (Instant first : List.of(Instant.MIN, Instant.EPOCH.minusSeconds(1), Instant.MAX)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HOURLY.first(first))
                    .withMessageContaining("from 1970 to 9999, was " + first);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> HOURLY.description("\ud800"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.every("1x"))
                .withMessageContaining("\"1x\" cannot be used");
        assertThat(Schedule.every("90m")).hasToString("1h30m");
        assertThatIllegalStateException()
                .isThrownBy(() -> Schedule.cron("@daily UTC").first(Instant.EPOCH))
                .withMessageContaining("@daily UTC");
    }

    @Test
    void whatEnqueueWouldRefuseIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> schedules.put(" ", HOURLY, "q", "A")).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "a,b", "A")).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "q", "")).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "q", "A", new Object()))
                .isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "q", JobSpec.of("A").withId("1")))
                .isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "q", JobSpec.of("A").withRetry(Retry.limit(3))))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("WorkerBuilder.retry");
        assertThatThrownBy(() -> schedules.put("a", HOURLY, "q", "A", "x".repeat(1 << 16)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("65536");
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void aTriggerEnqueuesOnceAndSettlesNoTick() {
        schedules.put("a", HOURLY, "q", "A", 1);
        Map<String, Object> before = redis.dump();
        assertThat(schedules.trigger("a")).isTrue();
        assertThat(redis.queue("q")).containsExactly("{\"class\":\"A\",\"args\":[1]}");
        Map<String, Object> after = redis.dump();
        after.keySet().removeAll(List.of(redis.key("queues"), redis.key("queue:q")));
        assertThat(after).isEqualTo(before);
        schedules.pause("a");
        assertThat(schedules.trigger("a")).as("also while it is paused").isTrue();
        assertThat(schedules.trigger("none")).isFalse();
        resque.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                throw new DontCreateException("never");
            }
        });
        assertThat(schedules.trigger("a")).as("it is vetoed").isFalse();
        assertThat(redis.queue("q")).hasSize(2);
    }

    @Test
    void aPauseAndARemoval() {
        schedules.put("a", HOURLY, "q", "A");
        assertThat(schedules.pause("none")).isFalse();
        assertThat(schedules.resume("a")).as("it is not paused").isFalse();
        assertThat(schedules.pause("a")).isTrue();
        assertThat(find("a").isPaused()).isTrue();
        assertThat(find("a").nextRun()).isEmpty();
        assertThat(schedules.resume("a")).isTrue();
        assertThat(find("a").nextRun()).isPresent();
        schedules.pause("a");
        assertThat(schedules.remove("a")).isTrue();
        assertThat(schedules.remove("a")).isFalse();
        assertThat(schedules.find("a")).isEmpty();
        assertThat(redis.dump()).as("nothing is left of it").isEmpty();
    }
}
