package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delayed jobs go onto their queues when they are due, whoever wrote them, and whatever happens to Redis meanwhile. */
@Timeout(90)
class SchedulerTest {
    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private static List<Long> time() {
        return CLIENT.texts("TIME").stream().map(Long::valueOf).toList();
    }

    private static double now() {
        return time().get(0) + time().get(1) / 1e6;
    }

    private void write(long second, String item) {
        CLIENT.call("RPUSH", redis.key("delayed:" + second), item);
        CLIENT.call("SADD", redis.key("timestamps:" + item), "delayed:" + second);
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), second, second);
    }

    @Test
    void aWorkerRunsWhatFallsDueAndNeverEarly() {
        List<Double> ran = new CopyOnWriteArrayList<>();
        try (Resque resque = redis.builder().build();
                Worker worker = resque.workerBuilder("a")
                        .register("A", () -> context -> ran.add(now()))
                        .start()) {
            long second = time().get(0) + 2;
            String token = resque.at(Instant.ofEpochSecond(second))
                    .enqueueTracked("a", "A")
                    .orElseThrow();
            await().until(() -> resque.status(token).orElseThrow().state() == JobState.COMPLETE);
            assertThat(ran).singleElement().satisfies(at -> assertThat(at).isBetween((double) second, second + 1.0));
            assertThat(resque.scheduler().isRunning()).isTrue();
            assertThat(resque.scheduler().countMoved()).isEqualTo(1);
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
            await().until(() -> !resque.scheduler().isRunning());
        }
        assertThat(CLIENT.call("ZCARD", redis.key("delayed_queue_schedule"))).isEqualTo(0L);
    }

    @Test
    void anEarlierJobOfAnotherProgramIsSeenWhileItSleeps() {
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            resque.in(Duration.ofHours(1)).enqueue("a", "Late");
            CLIENT.call("BLPOP", redis.key("nothing"), 2); // so that it knows of the late job
            long second = time().get(0) + 2;
            write(second, "{\"class\":\"A\",\"queue\":\"a\",\"args\":[]}");
            await().until(() -> redis.queue("a").equals(List.of("{\"class\":\"A\",\"args\":[]}")));
            assertThat(now()).isBetween((double) second, second + 1.5);
            assertThat(scheduler.redisError()).isEmpty();
        }
    }

    @Test
    void severalSchedulersMoveEachJobOnceAndInOrder() {
        List<Resque> all = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Resque resque = redis.builder().build();
                all.add(resque);
                resque.scheduler().start();
            }
            long second = time().get(0) + 2;
            IntStream.range(0, 1_000)
                    .forEach(i -> write(second, "{\"class\":\"A\",\"args\":[" + i + "],\"queue\":\"a\"}"));
            await().until(() -> redis.queue("a").size() >= 1_000);
            assertThat(redis.queue("a"))
                    .containsExactlyElementsOf(IntStream.range(0, 1_000)
                            .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                            .toList());
        } finally {
            all.forEach(Resque::close);
        }
    }

    @Test
    void nothingIsMovedWhileRubyHoldsItsLock() {
        CLIENT.call("SET", redis.key(redis.namespace + ":blue:resque_scheduler_master_lock"), "web-1:4711");
        write(time().get(0) - 10, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        try (Resque resque = redis.builder().schedulerLockPrefix("blue").build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> scheduler.foreignHolder().isPresent());
            assertThat(scheduler.foreignHolder())
                    .contains(redis.key(redis.namespace + ":blue:resque_scheduler_master_lock") + " = web-1:4711");
            assertThat(redis.queue("a")).isEmpty();
            CLIENT.call("DEL", redis.key(redis.namespace + ":blue:resque_scheduler_master_lock"));
            double deleted = now();
            await().atMost(Duration.ofSeconds(20)).until(() -> redis.queue("a").size() == 1);
            assertThat(now() - deleted).as("takeover").isGreaterThan(8.5);
            await().until(() -> scheduler.foreignHolder().isEmpty());
        }
    }

    @Test
    void inModeShareTheLocksOfOtherLibrariesAreTakenWhenTheyAreFree() {
        String ruby = redis.key(redis.namespace + ":blue:resque_scheduler_master_lock");
        String node = redis.key("resque_scheduler_leader_lock");
        CLIENT.call("SET", ruby, "web-1:4711", "PX", 400_000);
        write(time().get(0) - 10, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        try (CapturedLog log = new CapturedLog(Worker.class);
                Resque resque = redis.builder()
                        .configure(Map.of("scheduler-mode", "share", "scheduler-lock-prefix", "blue"))
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> scheduler.foreignHolder().isPresent());
            assertThat(scheduler.foreignHolder()).contains(ruby + " = web-1:4711");
            assertThat(CLIENT.text("GET", ruby)).as("never over a holder").isEqualTo("web-1:4711");
            assertThat(CLIENT.call("EXISTS", node)).isEqualTo(0L);
            CLIENT.call("DEL", ruby);
            double deleted = now();
            await().until(() -> redis.queue("a").size() == 1);
            assertThat(now() - deleted).as("no wait: the lock is ours").isLessThan(8.5);
            assertThat(CLIENT.text("GET", ruby)).isEqualTo("java-schedulers");
            assertThat(CLIENT.text("GET", node)).isEqualTo("java-schedulers");
            CLIENT.call("PEXPIRE", ruby, 20_000);
            CLIENT.call("PEXPIRE", node, 20_000);
            await().atMost(Duration.ofSeconds(30)).until(() -> CLIENT.number("PTTL", ruby) > 20_000);
            assertThat(CLIENT.number("PTTL", node)).isGreaterThan(20_000L);
            assertThat(log.lines())
                    .anyMatch(
                            line -> line.contains("its mode is SHARE") && line.contains("nobody fires those of Ruby"));
        }
        assertThat(CLIENT.text("GET", ruby)).as("a stop gives nothing back").isEqualTo("java-schedulers");
        try (Resque beside = redis.builder().schedulerLockPrefix("blue").build();
                Scheduler scheduler = beside.scheduler().start()) {
            write(time().get(0) - 10, "{\"class\":\"B\",\"args\":[],\"queue\":\"a\"}");
            await().until(() -> redis.queue("a").size() == 2);
            assertThat(scheduler.foreignHolder())
                    .as("the lock of ours is not foreign")
                    .isEmpty();
        }
    }

    @Test
    void oneThatBeginsLaterKnowsOfALockThatWasHeldAMomentAgo() {
        String ruby = redis.key(redis.namespace + ":resque_scheduler_master_lock");
        CLIENT.call("SET", ruby, "web-1:4711");
        write(time().get(0) - 10, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> scheduler.foreignHolder().isPresent());
        }
        CLIENT.call("DEL", ruby);
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.workerBuilder("a")
                            .register("A", () -> context -> {})
                            .drain())
                    .as("a drain")
                    .isZero();
            try (Scheduler scheduler = resque.scheduler().start()) {
                await().until(() -> scheduler.foreignHolder().isPresent());
                assertThat(scheduler.foreignHolder()).contains(ruby + " = web-1:4711");
            }
        }
        assertThat(redis.queue("a")).isEmpty();
    }

    @Test
    void aJobIsMovedThoughTheSchedulerThatLooksForAllIsDead() {
        long second = time().get(0) + 3;
        write(second, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        CLIENT.call("SET", redis.key("java:schedule_look"), "a dead one", "EX", 100);
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> redis.queue("a").size() == 1);
            assertThat(now()).as("a moment later than the one that is dead").isBetween((double) second, second + 2.0);
            assertThat(scheduler.countMoved()).isEqualTo(1);
            assertThat(CLIENT.text("GET", redis.key("java:schedule_look"))).isEqualTo("a dead one");
        }
    }

    @Test
    void dataOfAWrongTypeDoesNotEndIt() {
        CLIENT.call("SET", redis.key("delayed_queue_schedule"), "no zset");
        try (Resque resque = redis.builder().build();
                Scheduler scheduler = resque.scheduler().start()) {
            CLIENT.call("BLPOP", redis.key("nothing"), 2); // so that it has looked
            CLIENT.call("DEL", redis.key("delayed_queue_schedule"));
            CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), 5, "no second");
            write(7, "no JSON");
            write(8, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
            await().until(() -> redis.queue("a").size() == 1);
            await().untilAsserted( // an entry that is no second is taken out after the moves of the same look
                            () -> assertThat(CLIENT.call("LLEN", redis.key("failed")))
                                    .isEqualTo(2L));
            assertThat(scheduler.isRunning()).isTrue();
        }
    }

    @Test
    void aRedisThatGoesAwayDoesNotEndIt() {
        RedisServer server = RedisServer.start();
        try (Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            server.kill();
            await().until(() -> scheduler.redisError().isPresent());
            server.restart();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    return resque.enqueueIn(Duration.ofSeconds(1), "a", "A");
                } catch (BackendException e) {
                    return false;
                }
            });
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> resque.inspector().queueSize("a") == 1);
            assertThat(scheduler.redisError()).isEmpty();
        } finally {
            server.close();
        }
    }

    @Test
    void oneThatDoesNotRunHasNoError() {
        RedisServer server = RedisServer.start();
        try (Resque resque = Resque.builder()
                .url(server.url())
                .backend("jedis")
                .serializer("gson")
                .build()) {
            Scheduler scheduler = resque.scheduler().start();
            server.kill();
            await().until(() -> scheduler.redisError().isPresent());
            assertThat(scheduler.redisError()).get().isInstanceOf(BackendException.class);
            scheduler.close();
            await().until(() -> !scheduler.isRunning());
            assertThat(scheduler.redisError()).isEmpty();
        } finally {
            server.close();
        }
    }

    @Test
    void closeEndsItWithinASecondAndAWorkerCanDoWithoutIt() {
        try (Resque resque = redis.builder().build()) {
            Scheduler scheduler = resque.scheduler().start();
            assertThat(scheduler.start()).isSameAs(resque.scheduler());
            assertThat(scheduler.isRunning()).isTrue();
            long before = System.nanoTime();
            scheduler.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
            assertThat(scheduler.isRunning()).isFalse();
            try (Worker worker = resque.workerBuilder("a")
                    .scheduler(false)
                    .register("A", () -> context -> {})
                    .start()) {
                assertThat(worker.isRunning()).isTrue();
                assertThat(scheduler.isRunning()).isFalse();
            }
            scheduler.start();
        }
    }

    @Test
    void afterTheCloseOfItsResqueNoThreadBegins() {
        Resque resque = redis.builder().build();
        resque.close();
        Scheduler scheduler = resque.scheduler().start();
        assertThat(scheduler.isRunning()).isFalse();
    }

    @Test
    void aDrainBeginsWithTheJobsThatAreDue() {
        write(7, "{\"class\":\"A\",\"args\":[],\"queue\":\"a\"}");
        List<String> ran = new ArrayList<>();
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.workerBuilder("a")
                            .scheduler(false)
                            .register("A", () -> context -> ran.add("A"))
                            .drain())
                    .isZero();
            assertThat(resque.workerBuilder("a")
                            .register("A", () -> context -> ran.add("A"))
                            .drain())
                    .isEqualTo(1);
        }
        assertThat(ran).hasSize(1);
    }

    @Test
    void idleItAsksForDelayedAndForRecurringJobsOnceASecond() {
        RedisServer server = RedisServer.start();
        try (RespClient client = server.client();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                Scheduler scheduler = resque.scheduler().start()) {
            await().until(() -> commands(client, 1) < 5);
            assertThat(commands(client, 5))
                    .as("two looks a second, of which each fourth one renews the lease; no test of the connection")
                    .isLessThanOrEqualTo(15);
            assertThat(scheduler.redisError()).isEmpty();
        } finally {
            server.close();
        }
    }

    private static long commands(RespClient client, int seconds) {
        long before = processed(client);
        client.call("BLPOP", "nothing", seconds);
        return processed(client) - before - 2;
    }

    private static long processed(RespClient client) {
        return Long.parseLong(
                client.text("INFO", "stats").replaceFirst("(?s).*total_commands_processed:(\\d+).*", "$1"));
    }
}
