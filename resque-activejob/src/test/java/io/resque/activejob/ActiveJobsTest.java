package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.Target;
import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.core.Scheduler;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActiveJobsTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final RespClient CLIENT = SERVER.client();
    private static final Instant NOW = Instant.parse("2033-05-18T03:33:20.123456789Z");

    private final String namespace = SERVER.newNamespace();
    private final Resque resque = Resque.builder()
            .url(SERVER.url())
            .namespace(namespace)
            .backend("jedis")
            .serializer("jackson")
            .build();
    private final ActiveJobs rails = ActiveJobs.on(resque);

    @AfterEach
    void clear() {
        resque.close();
        CLIENT.deleteKeys(namespace + ":");
    }

    private List<String> queue(String name) {
        return CLIENT.texts("LRANGE", namespace + ":queue:" + name, 0, -1);
    }

    private Map<String, Object> hash(String payload) {
        return Recorded.map(
                Recorded.list(Recorded.map(Recorded.json(payload)).get("args")).get(0));
    }

    @Test
    @WireRule("W-821")
    void aJobHasTheTwelveMembersOfRails() {
        String id = rails.with(Clock.fixed(NOW, ZoneOffset.UTC), () -> "id-1")
                .enqueue(ActiveJob.of("Shop::WelcomeJob", 42).with("locale", "de"))
                .orElseThrow();
        assertThat(id).isEqualTo("id-1");
        assertThat(queue("default"))
                .containsExactly("{\"class\":\"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper\",\"args\":[{"
                        + "\"job_class\":\"Shop::WelcomeJob\",\"job_id\":\"id-1\",\"provider_job_id\":null,"
                        + "\"queue_name\":\"default\",\"priority\":null,"
                        + "\"arguments\":[42,{\"locale\":\"de\",\"_aj_ruby2_keywords\":[\"locale\"]}],"
                        + "\"executions\":0,\"exception_executions\":{},\"locale\":null,\"timezone\":null,"
                        + "\"enqueued_at\":\"2033-05-18T03:33:20.123456789Z\",\"scheduled_at\":null}]}");
        assertThat(CLIENT.texts("SMEMBERS", namespace + ":queues")).containsExactly("default");
    }

    @Test
    void eachJobHasAnIdOfItsOwn() {
        String one = rails.enqueue(ActiveJob.of("A")).orElseThrow();
        String two = rails.enqueue(ActiveJob.of("A")).orElseThrow();
        assertThat(UUID.fromString(one).version()).isEqualTo(4);
        assertThat(two).isNotEqualTo(one);
        assertThat(queue("default"))
                .extracting(payload -> hash(payload).get("job_id"))
                .containsExactly(one, two);
    }

    @Test
    @WireRule("W-822")
    void aDelayedJobStandsAtItsSecondRoundedDown() {
        Instant due = Instant.parse("2033-05-18T04:33:20.999999999Z");
        rails.enqueue(ActiveJob.of("A").waitUntil(due).queue("low"));
        List<String> items = CLIENT.texts("LRANGE", namespace + ":delayed:" + due.getEpochSecond(), 0, -1);
        assertThat(items)
                .singleElement()
                .asString()
                .endsWith("\"scheduled_at\":\"2033-05-18T04:33:20.999999999Z\"}],\"queue\":\"low\"}");
        assertThat(queue("low")).isEmpty();
    }

    @Test
    void manyJobsGoToTheirQueuesAndSecondsInOrder() {
        Instant due = Instant.parse("2033-05-18T04:33:20Z");
        List<ActiveJob> jobs = new ArrayList<>();
        IntStream.range(0, 1_500)
                .forEach(i -> jobs.add(
                        i % 3 == 0
                                ? ActiveJob.of("A", i).queue("low")
                                : i % 3 == 1
                                        ? ActiveJob.of("B", i)
                                        : ActiveJob.of("C", i).waitUntil(due)));
        List<String> ids = rails.queuePrefix("shop").enqueueAll(jobs);
        assertThat(ids).hasSize(1_500).doesNotHaveDuplicates();
        List<String> low = queue("shop_low");
        assertThat(low).hasSize(500);
        for (int i = 0; i < 500; i++) {
            assertThat(hash(low.get(i)).get("job_id")).isEqualTo(ids.get(3 * i));
        }
        assertThat(queue("shop_default")).hasSize(500);
        assertThat(resque.delayed().count()).isEqualTo(500);
        assertThat(rails.enqueueAll(List.of())).isEmpty();
    }

    @Test
    void nothingIsWrittenIfOneArgumentIsRefused() {
        List<ActiveJob> jobs = List.of(ActiveJob.of("A", 1), ActiveJob.of("A", Double.NaN));
        assertThatThrownBy(() -> rails.enqueueAll(jobs))
                .isInstanceOf(ArgumentCodecException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> rails.target(Target.RAILS_6_1).enqueue(ActiveJob.of("A", RubyRange.closed(1, 2))))
                .isInstanceOf(ArgumentCodecException.class);
        assertThatThrownBy(() -> rails.enqueue(ActiveJob.of("A").queue("a,b"))).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> rails.enqueue(ActiveJob.of("A").waitUntil(Instant.MAX)))
                .isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> rails.enqueue(ActiveJob.of("A").waitFor(Duration.ofSeconds(Long.MAX_VALUE))))
                .isInstanceOf(InvalidJobException.class);
        assertThat(CLIENT.keys(namespace + ":*")).isEmpty();
    }

    @Test
    void aVetoedJobHasNoId() {
        resque.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                throw new DontCreateException("no");
            }
        });
        assertThat(rails.enqueue(ActiveJob.of("A"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "com.example.WelcomeJob",
                "welcome_job",
                "Welcome Job",
                "A:B",
                "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper",
                "ActiveScheduler::ResqueWrapper"
            })
    void isNoJobClass(String name) {
        assertThatThrownBy(() -> ActiveJob.of(name))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("WelcomeJob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pt_BR", "de_DE.UTF-8", "zh_TW_#Hant", "-de", "de "})
    void isNoLocaleOfRails(String name) {
        assertThatThrownBy(() -> rails.locale(name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("such as pt-BR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Z", "+02:00", "GMT+2", "Mars/Base", "europe/berlin", "CET+1"})
    void isNoZoneOfRails(String name) {
        assertThatThrownBy(() -> rails.timeZone(name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("such as Europe/Berlin");
    }

    @Test
    void aGlobalIdNeedsTheNameOfTheApplication() {
        assertThatThrownBy(() -> rails.gid("Person", 7))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("app(name)");
        assertThatThrownBy(() -> rails.app("shop_app")).hasMessageContaining("shop-app for ShopApp");
        assertThat(rails.app("shop-app").gid("Shop::Person", 1, "a/b"))
                .hasToString("gid://shop-app/Shop::Person/1/a%2Fb");
        assertThatThrownBy(() -> rails.app("shop").gid("Person", "")).isInstanceOf(ArgumentCodecException.class);
    }

    @Test
    void namesAreChecked() {
        assertThatThrownBy(() -> ActiveJob.of("A").member("locale", "de")).hasMessageContaining("ActiveJob's own");
        assertThatThrownBy(() -> ActiveJob.of("A").jobId("a\nb")).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> ActiveMail.of("user_mailer", "welcome")).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> ActiveMail.of("UserMailer", " ")).isInstanceOf(InvalidJobException.class);
    }

    @Test
    void theKeywordsOfAMailStandInItsArguments() {
        rails.app("shop")
                .deliverLater(ActiveMail.of("UserMailer", "welcome", 1)
                        .with("flag", true)
                        .param("who", rails.app("shop").gid("Person", 7)));
        assertThat(Recorded.text(hash(queue("default").get(0)).get("arguments")))
                .isEqualTo(
                        "[\"UserMailer\",\"welcome\",\"deliver_now\",{\"params\":{\"who\":{\"_aj_globalid\":\"gid://shop/Person/7\"},"
                                + "\"_aj_symbol_keys\":[\"who\"]},\"args\":[1,{\"flag\":true,\"_aj_ruby2_keywords\":[\"flag\"]}],"
                                + "\"_aj_ruby2_keywords\":[\"params\",\"args\"]}]");
    }

    @Test
    @WireRule("W-638")
    void eachFiringOfARecurringJobHasAnIdOfItsOwn() {
        Schedule everySecond = Schedule.every(Duration.ofSeconds(1)).sharedWithRuby();
        ActiveJob job = ActiveJob.of("ReportJob", 7).with("full", true).queue("low");
        assertThat(rails.putRecurring("report", everySecond, job)).isTrue();
        assertThat(rails.putRecurring("report", everySecond, job)).isFalse();
        assertThat(CLIENT.hash(namespace + ":persistent_schedules").get("report"))
                .contains("\"class\":\"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper\"")
                .contains("\"job_class\":\"ReportJob\",\"job_id\":null,\"provider_job_id\":null,\"queue_name\":\"low\"")
                .contains("\"enqueued_at\":null,\"scheduled_at\":null");
        assertThat(resque.schedules().trigger("report")).isTrue();
        assertThat(resque.schedules().trigger("report")).isTrue();
        List<Map<String, Object>> hashes = queue("low").stream().map(this::hash).toList();
        assertThat(hashes).hasSize(2);
        assertThat(hashes).allSatisfy(hash -> {
            assertThat(UUID.fromString(hash.get("job_id").toString()).version()).isEqualTo(4);
            assertThat(Instant.parse(hash.get("enqueued_at").toString()))
                    .isBefore(Instant.now().plusSeconds(60));
            assertThat(List.copyOf(hash.keySet()))
                    .startsWith("job_class", "job_id")
                    .endsWith("enqueued_at", "scheduled_at");
        });
        assertThat(hashes.get(0).get("job_id")).isNotEqualTo(hashes.get(1).get("job_id"));
        assertThat(hashes.get(0).get("enqueued_at").toString()).hasSize(30);
    }

    @Test
    @WireRule("W-638")
    void aSchedulerGivesEachTickAnIdAndLeavesWhatPeopleWroteForRuby() {
        rails.putRecurring("report", Schedule.every(Duration.ofSeconds(1)), ActiveJob.of("ReportJob"));
        resque.schedules()
                .put(
                        "by hand",
                        Schedule.every(Duration.ofSeconds(1)),
                        "hand",
                        ActiveJobs.WRAPPER,
                        Map.of("job_class", "WelcomeJob"));
        Scheduler scheduler = resque.scheduler().start();
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> queue("default").size() > 1 && !queue("hand").isEmpty());
        } finally {
            scheduler.close();
        }
        assertThat(queue("default"))
                .extracting(payload -> hash(payload).get("job_id"))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(queue("hand").get(0)).endsWith("\"args\":[{\"job_class\":\"WelcomeJob\"}]}");
    }

    @Test
    void aBareNameIsRefusedWithTheWayOut() {
        resque.listen(ActiveJobs.refusing("NightlyJob"));
        assertThatThrownBy(() -> resque.enqueue("low", "NightlyJob"))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("ActiveJobs.putRecurring");
        resque.schedules().put("bare", Schedule.every(Duration.ofDays(1)), "low", "NightlyJob");
        assertThatThrownBy(() -> resque.schedules().trigger("bare")).isInstanceOf(InvalidJobException.class);
        assertThat(queue("low")).isEmpty();
        rails.enqueue(ActiveJob.of("NightlyJob").queue("low"));
        resque.enqueue("low", "OtherJob");
        assertThat(queue("low")).hasSize(2);
    }

    @Test
    void aRedisThatIsAwayIsTold() {
        try (RedisServer away = RedisServer.start();
                Resque other = Resque.builder()
                        .url(away.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            ActiveJobs jobs = ActiveJobs.on(other);
            assertThat(jobs.enqueue(ActiveJob.of("A"))).isPresent();
            away.kill();
            assertThatThrownBy(() -> jobs.enqueue(ActiveJob.of("A"))).isInstanceOf(BackendException.class);
            assertThatThrownBy(() -> jobs.enqueueAll(List.of(ActiveJob.of("A"), ActiveJob.of("B"))))
                    .isInstanceOf(BackendException.class);
            assertThatThrownBy(() -> jobs.enqueue(ActiveJob.of("A").waitFor(Duration.ofHours(1))))
                    .isInstanceOf(BackendException.class);
            away.restart();
            assertThat(jobs.enqueue(ActiveJob.of("A"))).isPresent();
        }
    }

    @Test
    void aJobOfARunningJobGoesTheSameWay() {
        try (Resque inMemory =
                Resque.builder().url("memory:").serializer("gson").build()) {
            inMemory.enqueue("default", "Parent");
            inMemory.workerBuilder("default")
                    .register("Parent", () -> context -> {
                        ActiveJobs jobs = ActiveJobs.on(context);
                        jobs.enqueue(ActiveJob.of("ChildJob", 1).queue("rails"));
                        assertThatThrownBy(() -> jobs.putRecurring("a", Schedule.every("1d"), ActiveJob.of("A")))
                                .isInstanceOf(ConfigurationException.class);
                    })
                    .drain();
            assertThat(inMemory.failures().count()).isZero();
            assertThat(inMemory.inspector().peek("rails", 0, 2))
                    .singleElement()
                    .satisfies(job -> assertThat(job.innerClass()).isEqualTo("ChildJob"));
        }
    }

    @Test
    void aRecurringJobHasNoTimeAndNoIdOfItsOwn() {
        Schedule daily = Schedule.every(Duration.ofDays(1));
        assertThatThrownBy(
                        () -> rails.putRecurring("a", daily, ActiveJob.of("A").jobId("x")))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("each firing a new id");
        assertThatThrownBy(
                        () -> rails.putRecurring("a", daily, ActiveJob.of("A").waitFor(Duration.ZERO)))
                .isInstanceOf(InvalidJobException.class);
        assertThat(resque.schedules().list()).isEmpty();
    }
}
