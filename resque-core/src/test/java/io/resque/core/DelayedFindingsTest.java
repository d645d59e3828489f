package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Finding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a diagnosis says of delayed jobs, and what a repair mends. */
@Timeout(60)
class DelayedFindingsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private static List<String> texts(List<Finding> findings, Finding.Check check, boolean isFine) {
        return findings.stream()
                .filter(finding -> finding.check() == check && finding.isFine() == isFine)
                .map(Finding::text)
                .toList();
    }

    private void write(long second, String item) {
        CLIENT.call("RPUSH", redis.key("delayed:" + second), item);
        CLIENT.call("SADD", redis.key("timestamps:" + item), "delayed:" + second);
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), second, second);
    }

    @Test
    void withoutDelayedJobsNothingIsWrong() {
        try (Resque resque = redis.builder().build()) {
            List<Finding> found = resque.inspector().diagnose(HOUR);
            assertThat(texts(found, Finding.Check.SCHEDULER, true))
                    .containsExactly("no scheduler of Ruby or Node holds its lock", "no delayed job is late");
            assertThat(texts(found, Finding.Check.SCHEDULER, false)).isEmpty();
            assertThat(texts(found, Finding.Check.DELAYED, true))
                    .containsExactly("other libraries have left nothing behind");
        }
    }

    @Test
    void whoHoldsALockIsNamedAndAJobThatIsLateIsTold() {
        String ruby = redis.key(redis.namespace + ":resque_scheduler_master_lock");
        write(Long.parseLong(CLIENT.texts("TIME").get(0)) - 90, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        try (Resque resque = redis.builder().build()) {
            assertThat(texts(resque.inspector().diagnose(HOUR), Finding.Check.SCHEDULER, false))
                    .singleElement()
                    .asString()
                    .matches(
                            "the first delayed job has been due for 9\\d s, and no scheduler moves it: start a worker.*");
            CLIENT.call("SET", ruby, "web-1:4711");
            List<Finding> found = resque.inspector().diagnose(HOUR);
            assertThat(texts(found, Finding.Check.SCHEDULER, true))
                    .containsExactly("web-1:4711 holds " + ruby + ", and moves the delayed jobs");
            assertThat(texts(found, Finding.Check.SCHEDULER, false))
                    .singleElement()
                    .asString()
                    .contains("web-1:4711 is to move it")
                    .contains("LOCK_TIMEOUT");
            CLIENT.call("SET", ruby, "java-schedulers");
            assertThat(texts(resque.inspector().diagnose(HOUR), Finding.Check.SCHEDULER, true))
                    .containsExactly("schedulers of Java hold " + ruby);
            assertThat(CLIENT.call("EXISTS", redis.key("java:seen_scheduler")))
                    .as("a diagnosis writes nothing")
                    .isEqualTo(0L);
        }
    }

    @Test
    void whatOthersHaveLeftIsToldAndMended() {
        write(4_000_000_000L, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        CLIENT.call("ZREM", redis.key("delayed_queue_schedule"), 4_000_000_000L);
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), 4_000_000_001L, 4_000_000_001L);
        CLIENT.call("SADD", redis.key("timestamps:gone"), "delayed:4000000000");
        try (Resque resque = redis.builder().build()) {
            String left =
                    "1 seconds without jobs, 1 seconds whose jobs no scheduler sees, and 1 notes of jobs that are not there";
            assertThat(texts(resque.inspector().diagnose(HOUR), Finding.Check.DELAYED, false))
                    .singleElement()
                    .asString()
                    .contains(left)
                    .contains("Resque.repair, mends that");
            assertThat(resque.delayed().count()).as("no scheduler sees it").isZero();
            assertThat(texts(resque.repair(HOUR), Finding.Check.DELAYED, true)).containsExactly("repaired: " + left);
            assertThat(resque.delayed().count()).isOne();
            assertThat(texts(resque.repair(HOUR), Finding.Check.DELAYED, true))
                    .containsExactly("other libraries have left nothing behind");
        }
    }

    @Test
    void healthShowsWhoMovesTheJobs() {
        CLIENT.call("SET", redis.key("resque_scheduler_leader_lock"), "node:1");
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.health().foreignScheduler()).isEmpty();
            try (Scheduler scheduler = resque.scheduler().start()) {
                await().until(() -> scheduler.foreignHolder().isPresent());
                assertThat(resque.health().foreignScheduler())
                        .contains(redis.key("resque_scheduler_leader_lock") + " = node:1");
                assertThat(resque.health().schedulerError()).isEmpty();
            }
        }
    }

    @Test
    void aRecurringJobThatCannotBeFiredOrIsLateIsTold() {
        String entries = redis.key("persistent_schedules");
        String created = ",\"rails_env\":\"java\",\"created_at\":\"2020-01-01 00:00:00 +0000\"}";
        String due = "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"q\"" + created;
        CLIENT.call("HSET", entries, "late", due, "paused", due, "bad", "{\"every\":\"1h\",\"class\":\"A\"}");
        try (Resque resque = redis.builder().build()) {
            resque.schedules().pause("paused");
            resque.schedules().put("new", Schedule.every(Duration.ofHours(1)), "q", "A");
            assertThat(texts(resque.inspector().diagnose(HOUR), Finding.Check.SCHEDULER, false))
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .isEqualTo(
                                            "the recurring job \"bad\" cannot be fired: it names no queue; put it again,"
                                                    + " or remove it"),
                            then -> assertThat(then)
                                    .matches(
                                            "the recurring job \"late\" has been due for \\d+ s, and no scheduler fires it: .*"));
            resque.workerBuilder("q").register("A", () -> context -> {}).drain();
            assertThat(texts(resque.inspector().diagnose(HOUR), Finding.Check.SCHEDULER, false))
                    .as("once it is fired, it is not late")
                    .hasSize(1);
        }
    }
}
