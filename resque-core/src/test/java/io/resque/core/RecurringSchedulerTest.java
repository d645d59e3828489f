package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.DontCreateException;
import io.resque.api.Finding;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.SchedulerMode;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recurring jobs are fired by the scheduler of each process, whoever wrote them, and whatever happens to Redis meanwhile. */
@Timeout(90)
class RecurringSchedulerTest {
    private static final Schedule EACH_SECOND = Schedule.every(Duration.ofSeconds(1));
    private static final String LONG_AGO = "2020-01-01 00:00:00 +0000";

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private void seed(String name, String members) {
        CLIENT.call(
                "HSET",
                redis.key("persistent_schedules"),
                name,
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[]," + members + "}");
    }

    @Test
    void aWorkerRunsEachTick() {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (Resque resque = redis.builder().build();
                Worker worker = resque.workerBuilder("q")
                        .register("A", () -> context -> ran.add(context.queue()))
                        .start()) {
            try (Resque other = redis.builder().build()) {
                other.schedules().put("a", EACH_SECOND, "q", "A");
            }
            await().until(() -> ran.size() >= 3);
            assertThat(resque.scheduler().countFired()).isGreaterThanOrEqualTo(3);
            assertThat(resque.scheduler().countMoved()).isZero();
            resque.schedules().remove("a");
            assertThat(worker.redisError()).isEmpty();
        }
    }

    @Test
    void anEntryIsSeenBesideThoseOfRuby() {
        seed("rubys", "\"every\":\"1s\"");
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            CLIENT.call("BLPOP", redis.key("nothing"), 2); // so that it has looked
            resque.schedules().put("a", EACH_SECOND, "q", "A");
            await().until(() -> scheduler.countFired() >= 1);
            resque.schedules().pause("a");
            CLIENT.call("BLPOP", redis.key("nothing"), 2);
            long before = scheduler.countFired();
            resque.schedules().resume("a");
            await().until(() -> scheduler.countFired() > before);
        }
    }

    @Test
    void aTickIsSkippedWhileTheJobOfAnEarlierOneWaits() throws Exception {
        List<String> duplicates = new CopyOnWriteArrayList<>();
        try (Resque resque = redis.builder()
                        .listen(new ResqueListener() {
                            @Override
                            public void duplicate(JobInfo job) {
                                duplicates.add(job.jobClass());
                            }
                        })
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            resque.schedules().put("a", EACH_SECOND.skip(Duration.ofHours(1)), "q", "A");
            await().until(() -> duplicates.size() >= 2);
            assertThat(resque.inspector().queueSize("q")).isOne();
            assertThat(scheduler.countFired()).isOne();
            resque.workerBuilder("q")
                    .register("A", () -> context -> {})
                    .scheduler(false)
                    .drain();
            await().until(() -> scheduler.countFired() == 2);
        }
    }

    @Test
    void aWorkerWithoutASchedulerFiresNothing() {
        seed("a", "\"every\":\"1h\",\"rails_env\":\"java\",\"created_at\":\"" + LONG_AGO + "\"");
        try (Resque resque = redis.builder().build()) {
            long ran = resque.workerBuilder("q")
                    .register("A", () -> context -> {})
                    .scheduler(false)
                    .drain();
            assertThat(ran).isZero();
            assertThat(resque.workerBuilder("q")
                            .register("A", () -> context -> {})
                            .drain())
                    .as("what is due is fired before the first job is taken")
                    .isEqualTo(1);
        }
    }

    @Test
    void severalSchedulersMakeEachTickOnce() {
        List<Resque> all = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Resque resque = redis.builder().build();
                all.add(resque);
                resque.scheduler().start();
            }
            all.get(0).schedules().put("a", EACH_SECOND, "q", "A");
            await().until(() -> redis.queue("q").size() >= 5);
            all.get(0).schedules().pause("a");
            long jobs = redis.queue("q").size();
            Instant created = Instant.parse(CLIENT.text("HGET", redis.key("persistent_schedules"), "a")
                    .replaceFirst(".*\"created_at\":\"(\\S+) (\\S+) .*", "$1T$2Z"));
            Instant last =
                    all.get(0).schedules().find("a").orElseThrow().lastRun().orElseThrow();
            assertThat(jobs)
                    .as("at most one job for each second since it was written")
                    .isLessThanOrEqualTo(Duration.between(created, last).toSeconds());
            assertThat(all.stream()
                            .mapToLong(each -> each.scheduler().countFired())
                            .sum())
                    .isEqualTo(jobs);
        } finally {
            all.forEach(Resque::close);
        }
    }

    @Test
    void rubysLockKeepsOursFromBeingFiredAsLittleAsRubysAreFired() {
        CLIENT.call("SET", redis.key(redis.namespace + ":resque_scheduler_master_lock"), "web-1:4711");
        seed("rubys", "\"every\":\"1s\"");
        seed("ours", "\"every\":\"1s\",\"rails_env\":\"java\",\"created_at\":\"" + LONG_AGO + "\"");
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> scheduler.foreignHolder().isPresent() && scheduler.countFired() >= 3);
            assertThat(CLIENT.text("HGET", redis.key("delayed:last_enqueued_at"), "rubys"))
                    .as("Ruby's scheduler fires those")
                    .isNull();
        }
    }

    @Test
    @WireRule("W-637")
    void inTheirPlaceRubysAreFiredOnlyWhileOursHoldTheLocks() {
        String lock = redis.key(redis.namespace + ":resque_scheduler_master_lock");
        CLIENT.call("SET", lock, "web-1:4711");
        seed("rubys", "\"every\":\"1h\"");
        CLIENT.call("HSET", redis.key("delayed:last_enqueued_at"), "rubys", LONG_AGO);
        seed("ours", "\"every\":\"1s\",\"rails_env\":\"java\",\"created_at\":\"" + LONG_AGO + "\"");
        try (Resque resque =
                redis.builder().schedulerMode(SchedulerMode.REPLACE).build()) {
            resque.workerBuilder("q").register("A", () -> context -> {}).drain();
            assertThat(CLIENT.text("HGET", redis.key("delayed:last_enqueued_at"), "rubys"))
                    .as("the pass of a drain has not yet looked who holds the lock")
                    .isEqualTo(LONG_AGO);
            Scheduler scheduler = resque.scheduler().start();
            await().until(() -> scheduler.foreignHolder().isPresent() && scheduler.countFired() >= 3);
            assertThat(CLIENT.text("HGET", redis.key("delayed:last_enqueued_at"), "rubys"))
                    .as("Ruby's scheduler fires those")
                    .isEqualTo(LONG_AGO);
            CLIENT.call("DEL", lock);
            await("in its place ours do")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !LONG_AGO.equals(CLIENT.text("HGET", redis.key("delayed:last_enqueued_at"), "rubys")));
            assertThat(CLIENT.text("GET", lock)).isEqualTo("java-schedulers");
        }
    }

    @Test
    @WireRule("W-637")
    void inTheirPlaceRubysOfItsEnvironmentAreFired() {
        seed("production", "\"every\":\"1h\",\"rails_env\":\"production, staging\"");
        seed("test", "\"every\":\"1h\",\"rails_env\":\"test\"");
        for (String name : List.of("production", "test")) {
            CLIENT.call("HSET", redis.key("delayed:last_enqueued_at"), name, LONG_AGO);
        }
        try (Resque resque = redis.builder()
                .schedulerMode(SchedulerMode.REPLACE)
                .schedulerEnvironment("production")
                .build()) {
            long ran =
                    resque.workerBuilder("q").register("A", () -> context -> {}).drain();
            assertThat(ran).isEqualTo(1);
            assertThat(resque.schedules().find("production").orElseThrow().isFired())
                    .isTrue();
            assertThat(resque.schedules().find("test").orElseThrow().isFired()).isFalse();
        }
        for (String wrong : List.of("", " ", "a,b", "a b")) {
            assertThatThrownBy(() -> redis.builder().schedulerEnvironment(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be one name");
        }
    }

    @Test
    void theListenersOfAWorkerHearOfTicks() {
        List<String> heard = new CopyOnWriteArrayList<>();
        seed("a", "\"every\":\"1s\",\"rails_env\":\"java\",\"created_at\":\"" + LONG_AGO + "\"");
        try (Resque resque = redis.builder().build();
                Worker worker = resque.workerBuilder("q")
                        .register("A", () -> context -> {})
                        .listen(new ResqueListener() {
                            @Override
                            public void beforeSchedule(JobInfo job, Instant due) {
                                heard.add("beforeSchedule " + job.jobClass());
                            }

                            @Override
                            public void afterSchedule(JobInfo job, Instant due) {
                                heard.add("afterSchedule " + job.jobClass());
                            }
                        })
                        .start()) {
            await("where jobs are in modules, only workers have listeners")
                    .until(() -> heard.containsAll(List.of("beforeSchedule A", "afterSchedule A")));
            assertThat(worker.redisError()).isEmpty();
        }
    }

    @Test
    void dataAndARedisThatGoesAwayDoNotEndIt() {
        RedisServer server = RedisServer.start();
        try (Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            try (RespClient client = server.client()) {
                client.call("HSET", "resque:persistent_schedules", "bad", "no JSON", "null", "null");
            }
            resque.schedules().put("a", EACH_SECOND, "q", "A");
            await().until(() -> scheduler.countFired() >= 1);
            server.kill();
            await().until(() -> scheduler.redisError().isPresent());
            server.restart();
            long before = scheduler.countFired();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    return resque.schedules().put("a", EACH_SECOND, "q", "A") || scheduler.countFired() > before;
                } catch (BackendException e) {
                    return false;
                }
            });
            await().until(() -> scheduler.redisError().isEmpty() && scheduler.countFired() > before);
            assertThat(scheduler.isRunning()).isTrue();
        } finally {
            server.close();
        }
    }

    @Test
    void aMissingRightIsToldAtTheStart() {
        CLIENT.call("ACL", "SETUSER", "no-hscan", "on", ">pw", "~*", "&*", "+@all", "-hscan");
        try (CapturedLog log = new CapturedLog(Worker.class);
                Resque resque = Resque.builder()
                        .url(CoreRedis.SERVER.url().replace("redis://", "redis://no-hscan:pw@"))
                        .namespace(redis.namespace)
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> scheduler.redisError().isPresent());
            assertThat(log.lines())
                    .as("although there is no recurring job yet")
                    .anyMatch(line -> line.startsWith("WARN Recurring jobs are not fired for now: ")
                            && line.contains("grant the ACL user this command"))
                    .anyMatch(line ->
                            line.startsWith("WARN This user of Redis may not run hscan, which moving delayed jobs and"
                                    + " firing recurring jobs needs: "));
            assertThat(resque.inspector().diagnose(Duration.ofHours(1)))
                    .extracting(Finding::text)
                    .contains(
                            "this user of Redis may not run hscan, which moving delayed jobs and firing recurring jobs needs;"
                                    + " grant it: ACL SETUSER … +hscan");
            resque.in(Duration.ZERO).enqueue("q", "A");
            resque.in(Duration.ofSeconds(1)).enqueue("q", "A");
            await("delayed jobs are moved all the same")
                    .until(() -> redis.queue("q").size() == 2);
        }
    }

    @Test
    void vetoedAndFailedTicksAreCounted() {
        seed("veto", "\"every\":\"1s\",\"rails_env\":\"java\",\"created_at\":\"" + LONG_AGO + "\"");
        try (Resque resque = redis.builder().build()) {
            ResqueListener listener = new ResqueListener() {
                @Override
                public void beforeSchedule(JobInfo job, Instant due) throws DontCreateException {
                    throw new DontCreateException("not now");
                }
            };
            resque.listen(listener);
            Scheduler scheduler = resque.scheduler();
            assertThat(scheduler.isWorking()).as("it does not run").isFalse();
            scheduler.start();
            await().until(() -> scheduler.countVetoed() >= 1);
            await().until(scheduler::isWorking);
            assertThat(scheduler.countFailed()).isZero();
            resque.stopListening(listener);
            CLIENT.call("SET", redis.key("queue:q"), "no list");
            await().until(() -> scheduler.countFailed() >= 1);
            scheduler.close();
            assertThat(scheduler.isWorking()).as("it has ended").isFalse();
        }
    }

    @Test
    void aSchedulerThatRedisHasNotAnsweredDoesNotWork() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                Resque resque = Resque.builder()
                        .url("redis://127.0.0.1:" + silent.getLocalPort() + "/0?timeout=10s")
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            Scheduler scheduler = resque.scheduler().start();
            try (Socket asked = silent.accept()) {
                assertThat(asked.getInputStream().read())
                        .as("it waits for its first answer")
                        .isPositive();
                assertThat(scheduler.isRunning()).isTrue();
                assertThat(scheduler.redisError()).isEmpty();
                assertThat(scheduler.isWorking()).isFalse();
                try (ResqueHttp http = ResqueHttp.open(resque, new InetSocketAddress("127.0.0.1", 0))) {
                    HttpRequest ready = HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + http.address().getPort() + "/ready"))
                            .timeout(Duration.ofSeconds(20))
                            .build();
                    HttpResponse<String> told =
                            HttpClient.newHttpClient().send(ready, HttpResponse.BodyHandlers.ofString());
                    assertThat(told.statusCode()).as(told.body()).isEqualTo(503);
                }
            }
        }
    }
}
