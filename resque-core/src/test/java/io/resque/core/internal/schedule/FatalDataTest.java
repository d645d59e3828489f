package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.core.Scheduler;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Each way in which a scheduler of Ruby or Node was seen to end, to spin or to lose a job, tried on ours: it goes on. What it records stands
 * in the last column of a table in docs/delayed-jobs.md, which this test reads.
 */
@Timeout(60)
class FatalDataTest {
    private static final Path DOCUMENT = Path.of("../docs/delayed-jobs.md");
    private static final long SECOND = 1_000;
    private static final String GOOD = "{\"class\":\"Good\",\"args\":[],\"queue\":\"good\"}";

    /** What stands in Redis; a good job is due behind it. */
    private interface Fault {
        void in(Bench bench);
    }

    /** A row of the table: its first column, and the fault. */
    private record Row(String what, Fault fault) {}

    private static Row item(String what, String item) {
        return new Row(what, bench -> bench.item(item));
    }

    private static Row entry(String what, String entry) {
        return new Row(what, bench -> CLIENT.call("HSET", bench.key("persistent_schedules"), "bad", entry));
    }

    private static final List<Row> DELAYED = List.of(
            item("the item `not json`", "not json"),
            item("an empty item", ""),
            item("the item `null`", "null"),
            item("the item `5`", "5"),
            item("the item `[1]`", "[1]"),
            item("an item without `queue`", "{\"class\":\"A\",\"args\":[1]}"),
            new Row("a hash in the place of a second's list", bench -> {
                CLIENT.call("HSET", bench.key("delayed:" + SECOND), "a", "b");
                bench.schedule(SECOND, SECOND);
            }),
            new Row("a text in the place of the queue's list", bench -> {
                CLIENT.call("SET", bench.key("queue:text"), "no list");
                bench.item("{\"class\":\"A\",\"args\":[1],\"queue\":\"text\"}");
            }),
            new Row("the second `1000.5`", bench -> bench.schedule("1000.5", "1000.5")),
            new Row("the second `abc`", bench -> bench.schedule("abc", 1_000)),
            new Row("the second `1000` with the score 1001", bench -> {
                bench.item("{\"class\":\"A\",\"args\":[1],\"queue\":\"q\"}");
                bench.schedule(SECOND, SECOND + 1);
            }),
            new Row("a second without a list", bench -> bench.schedule(SECOND, SECOND)),
            new Row(
                    "a list in the place of Ruby's lock",
                    bench -> CLIENT.call("RPUSH", bench.key(bench.lock()), "no text")));

    private static final List<Row> RECURRING = List.of(
            entry("the cron `99 * * * *`", "{\"cron\":\"99 * * * *\",\"class\":\"A\",\"queue\":\"q\"}"),
            entry("the period `1x`", "{\"every\":\"1x\",\"class\":\"A\",\"queue\":\"q\"}"),
            entry("a number for `every`", "{\"every\":30,\"class\":\"A\",\"queue\":\"q\"}"),
            entry("the entry `null`", "null"),
            entry("an entry that is no JSON", "not json"));

    /** Troubles that are not in the data: they come when the first good job was moved. */
    private static final List<Row> TROUBLES = List.of(
            new Row("`SCRIPT FLUSH`", bench -> CLIENT.call("SCRIPT", "FLUSH")),
            new Row("its connections are killed", Bench::killConnections));

    private static final List<String> OBSERVED = new ArrayList<>();

    @TestFactory
    @WireRule({"W-664", "W-669", "W-683", "W-684", "W-685"})
    Stream<DynamicTest> aSchedulerGoesOn() {
        return DELAYED.stream()
                .map(row -> DynamicTest.dynamicTest(row.what(), () -> {
                    try (Bench bench = new Bench()) {
                        row.fault().in(bench);
                        try (Resque resque = bench.redis.builder().build();
                                Scheduler scheduler = resque.scheduler().start()) {
                            bench.movesAGoodJob(1);
                            await().untilAsserted(() -> assertThat(bench.key("delayed_queue_schedule"))
                                    .satisfies(key -> assertThat(CLIENT.number("ZCARD", key))
                                            .isZero()));
                            bench.movesAGoodJob(2);
                            assertThat(scheduler.isRunning()).isTrue();
                            assertThat(scheduler.redisError()).isEmpty();
                        }
                        row(row, bench.observed());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aSchedulerGoesOnAfterTrouble() {
        return TROUBLES.stream()
                .map(row -> DynamicTest.dynamicTest(row.what(), () -> {
                    try (Bench bench = new Bench();
                            Resque resque =
                                    bench.redis.builder().url(bench.ownUser()).build();
                            Scheduler scheduler = resque.scheduler().start()) {
                        bench.movesAGoodJob(1);
                        row.fault().in(bench);
                        bench.movesAGoodJob(2);
                        await().until(() -> scheduler.redisError().isEmpty());
                        assertThat(scheduler.isRunning()).isTrue();
                        row(row, bench.observed());
                    }
                }));
    }

    @TestFactory
    @WireRule("W-635")
    Stream<DynamicTest> aPassOverRecurringJobsGoesOn() {
        return RECURRING.stream()
                .map(row -> DynamicTest.dynamicTest(row.what(), () -> {
                    try (RecurringFixture fixture = new RecurringFixture();
                            Bench bench = new Bench(fixture.redis)) {
                        row.fault().in(bench);
                        fixture.seed(
                                "good",
                                "{\"every\":\"1h\",\"class\":\"Good\",\"queue\":\"good\",\"args\":[]}",
                                RecurringFixture.ago(Duration.ofSeconds(3_605)));
                        RecurringPass pass = fixture.scheduler(
                                CoreRedis.SERVER.url(), new FiredEntries(new ForeignLocks("", true), null));
                        RecurringResult result = pass.run(() -> true);
                        assertThat(result.fired()).isEqualTo(1);
                        assertThat(fixture.redis.queue("good")).hasSize(1);
                        assertThat(fixture.failed()).isEmpty();
                        row(
                                row,
                                "not fired, and a warning: " + result.problems().get("bad"));
                    }
                }));
    }

    private static void row(Row row, String observed) throws IOException {
        OBSERVED.add("| " + row.what() + " | " + observed + " |");
        assertThat(Files.readAllLines(DOCUMENT))
                .as("a row of %s", DOCUMENT)
                .anyMatch(line -> line.startsWith("| " + row.what() + " | ") && line.endsWith(" | " + observed + " |"));
    }

    @AfterAll
    static void print() {
        System.out.println("What ends other schedulers, and what ours records:\n" + String.join("\n", OBSERVED));
    }

    /** A namespace with a fault. */
    private static final class Bench implements AutoCloseable {
        private final CoreRedis redis;
        private final boolean isOwn;

        Bench() {
            this.redis = new CoreRedis();
            this.isOwn = true;
        }

        Bench(CoreRedis redis) {
            this.redis = redis;
            this.isOwn = false;
        }

        String key(String name) {
            return redis.key(name);
        }

        String lock() {
            return redis.namespace + ":resque_scheduler_master_lock";
        }

        void item(String item) {
            item(SECOND, item);
        }

        private void item(long second, String item) {
            CLIENT.call("RPUSH", key("delayed:" + second), item);
            CLIENT.call("SADD", key("timestamps:" + item), "delayed:" + second);
            schedule(second, second);
        }

        void schedule(Object second, Object score) {
            CLIENT.call("ZADD", key("delayed_queue_schedule"), score, second);
        }

        /** The URL with a user whose connections can be killed without those of other tests. */
        String ownUser() {
            CLIENT.call("ACL", "SETUSER", redis.namespace, "on", ">pw", "~*", "&*", "+@all");
            return CoreRedis.SERVER.url().replace("://", "://" + redis.namespace + ":pw@");
        }

        void killConnections() {
            assertThat(CLIENT.number("CLIENT", "KILL", "USER", redis.namespace)).isPositive();
        }

        /** Writes a good job that is due after what is there, and waits until it is on its queue. */
        void movesAGoodJob(int count) {
            item(SECOND + 10 + count, GOOD);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(redis.queue("good")).hasSize(count));
        }

        /** What was recorded, as the table says it. */
        String observed() {
            List<String> parts = new ArrayList<>();
            for (String record : CLIENT.texts("LRANGE", key("failed"), 0, -1)) {
                Map<?, ?> failure = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(record));
                String exception = String.valueOf(failure.get("exception"));
                Map<?, ?> payload = (Map<?, ?>) failure.get("payload");
                Object what = payload.containsKey("raw")
                        ? "`" + payload.get("raw") + "`"
                        : payload.get("class") + " " + payload.get("args");
                parts.add("failure " + exception.substring(exception.lastIndexOf('.') + 1) + " of "
                        + (what.equals("``") ? "an empty item" : what));
            }
            if (!redis.queue("q").isEmpty()) {
                parts.add("the job is on its queue");
            }
            return parts.isEmpty() ? "nothing recorded" : String.join(", ", parts);
        }

        @Override
        public void close() {
            CLIENT.call("ACL", "DELUSER", redis.namespace);
            if (isOwn) {
                redis.clear();
            }
        }
    }
}
