package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What the process of resque-scheduler was recorded to do, done by the passes of ours where they have the operation. Each case is played, or
 * has a reason why only Ruby's process has it.
 */
class RecordedProcessTest {
    private static final String PREFIX = "resque:";
    private static final String ENTRIES = "persistent_schedules";
    private static final long PAST = 1_000;
    private static final FiredEntries IN_ITS_PLACE = new FiredEntries(new ForeignLocks("", true), null);

    private static final List<String> FILES = List.of(
            "scheduler_process.json",
            "scheduler_process_redis_rb_5.json",
            "several_schedulers.json",
            "several_schedulers_redis_rb_5.json");

    private static final String ENDS = "how Ruby's process ends and what it prints; ours has its own command line";
    private static final String LEADS = "which of Ruby's processes leads; among ours none does";
    private static final String COUNTS =
            "counts what Ruby's and Node's processes lose and double; DelayedChaosTest counts ours";
    private static final String STATIC = "of schedules that stand in the process of Ruby's scheduler only";

    /** What only the process of the other library has, by the beginning of the names. */
    private static final Map<String, String> THEIRS = theirs();

    private static Map<String, String> theirs() {
        Map<String, String> theirs = new LinkedHashMap<>();
        for (String name : List.of("signal_", "log_", "background", "cli ", "interval_not_a_number")) {
            theirs.put(name, ENDS);
        }
        for (String name :
                List.of("two_schedulers_idle", "master_", "stopped_master", "failover_gap", "two_ruby_same")) {
            theirs.put(name, LEADS);
        }
        for (String name :
                List.of("one_ruby", "two_ruby_masters", "two_node", "ruby_killed", "ruby_and", "ruby_while")) {
            theirs.put(name, COUNTS);
        }
        theirs.put("recurring_every_1s_and_cron_6", STATIC);
        theirs.put("every_restarts", STATIC);
        return theirs;
    }

    private record Case(String file, String name, Map<?, ?> members) {
        Object get(String... path) {
            Object value = members;
            for (String member : path) {
                value = value instanceof Map<?, ?> map ? map.get(member) : null;
            }
            return value;
        }

        /** The value of a recorded key. */
        Object key(String name) {
            return get("expected", "keys", PREFIX + name, "value");
        }
    }

    /** Plays a case. Returns null if ours do the same, and otherwise the rule that asks for the difference, and what it is. */
    private interface Play {
        String play(Case recorded) throws Exception;
    }

    private static final Map<String, Play> PLAYS = Map.ofEntries(
            Map.entry("start_and_first_poll", RecordedProcessTest::nothingToDo),
            Map.entry("idle_one_second", RecordedProcessTest::nothingToDo),
            Map.entry("one_due_job", RecordedProcessTest::oneDueJob),
            Map.entry("poison_not_json", RecordedProcessTest::poison),
            Map.entry("poison_null", RecordedProcessTest::poison),
            Map.entry("poison_no_queue", RecordedProcessTest::poison),
            Map.entry("lock_stolen", RecordedProcessTest::lockStolen),
            Map.entry("lock_deleted", RecordedProcessTest::lockDeleted),
            Map.entry("scripts_flushed", recorded -> troubled(() -> CLIENT.call("SCRIPT", "FLUSH"))),
            Map.entry("connections_killed", RecordedProcessTest::connectionsKilled),
            Map.entry("last_enqueued_at_zone", RecordedProcessTest::lastRunOfAZone),
            Map.entry("dynamic_set_from_outside", RecordedProcessTest::setFromOutside),
            Map.entry("dynamic_remove_from_outside", RecordedProcessTest::removedFromOutside),
            Map.entry("dynamic_hset_without_changed", recorded -> {
                assertThat(recorded.get("expected", "seen")).hasToString("0");
                fires(recorded, "k", "kq");
                return "W-635: a pass reads all entries; Ruby reads an entry that schedules_changed does not name when it starts";
            }),
            Map.entry("dynamic_entry_of_another_env_never_fires", recorded -> {
                assertThat(recorded.get("expected", "fired")).hasToString("0");
                fires(recorded, "jv", "jv");
                return "W-637: rails_env java is ours";
            }),
            Map.entry("dynamic_bad_cron", RecordedProcessTest::badCron),
            Map.entry("bad_cron_kills_every_start", RecordedProcessTest::badCron),
            Map.entry("bad_cron_not_dynamic", RecordedProcessTest::badCron));

    private static final Map<String, int[]> COUNTS_BY_FILE = new TreeMap<>();
    private static final List<String> TOLD = new ArrayList<>();

    private static List<Case> cases(String file) {
        try (InputStream in = RecordedProcessTest.class.getResourceAsStream("recorded/" + file)) {
            Map<?, ?> recording = (Map<?, ?>) CoreRedis.JACKSON.decode(
                    Payload.of(Objects.requireNonNull(in, file).readAllBytes()));
            return ((List<?>) recording.get("cases"))
                    .stream()
                            .map(each -> (Map<?, ?>) each)
                            .map(each -> new Case(file, String.valueOf(each.get("name")), each))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    @WireRule({"W-635", "W-637", "W-668", "W-683"})
    Stream<DynamicTest> asTheProcessOfRuby() {
        return FILES.stream()
                .flatMap(file -> cases(file).stream())
                .map(recorded ->
                        DynamicTest.dynamicTest(recorded.file() + ": " + recorded.name(), () -> judge(recorded)));
    }

    private static void judge(Case recorded) throws Exception {
        int[] counts = COUNTS_BY_FILE.computeIfAbsent(recorded.file(), any -> new int[3]);
        String why = THEIRS.entrySet().stream()
                .filter(entry -> recorded.name().startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        Play play = PLAYS.get(recorded.name());
        assertThat(play == null)
                .as("%s is either played, or theirs for a reason", recorded.name())
                .isEqualTo(why != null);
        if (play == null) {
            counts[1]++;
            TOLD.add("only theirs: " + recorded.file() + " " + recorded.name() + ": " + why);
            return;
        }
        String rule = play.play(recorded);
        counts[rule == null ? 0 : 2]++;
        if (rule != null) {
            TOLD.add("differs by " + rule + ": " + recorded.file() + " " + recorded.name());
        }
    }

    @AfterAll
    static void print() {
        TOLD.stream().sorted().forEach(System.out::println);
        System.out.println("Recorded scheduler processes:          cases  passed  only theirs  differ by a rule  rest");
        COUNTS_BY_FILE.forEach((file, counts) -> {
            int all = cases(file).size();
            int rest = all - counts[0] - counts[1] - counts[2];
            System.out.printf("%-38s %5d %7d %12d %17d %5d%n", file, all, counts[0], counts[1], counts[2], rest);
            assertThat(rest).as("the rest of " + file).isZero();
        });
    }

    /** Ruby writes its lock and nothing else, and ours nothing. */
    private static String nothingToDo(Case recorded) {
        assertThat((Map<?, ?>) recorded.get("expected", "keys")).hasSize(1);
        try (DueFixture due = new DueFixture();
                RecurringFixture recurring = new RecurringFixture()) {
            due.pass();
            recurring.pass();
            assertThat(due.redis.dump()).isEmpty();
            assertThat(recurring.redis.dump()).isEmpty();
        }
        return null;
    }

    private static String oneDueJob(Case recorded) {
        List<?> srem = ((List<?>) recorded.get("transcript"))
                .stream()
                        .map(line -> (List<?>) ((Map<?, ?>) line).get("cmd"))
                        .filter(command -> command.get(0).equals("srem"))
                        .findFirst()
                        .orElseThrow();
        String item = String.valueOf(srem.get(1)).substring((PREFIX + "timestamps:").length());
        try (DueFixture due = new DueFixture()) {
            due.seed(Long.parseLong(String.valueOf(srem.get(2)).substring("delayed:".length())) / 1_000, item);
            due.pass();
            assertThat(due.redis.queue("q")).isEqualTo(recorded.key("queue:q"));
            assertThat(CLIENT.texts("SMEMBERS", due.redis.key("queues"))).isEqualTo(recorded.key("queues"));
            assertThat(due.redis.dump()).hasSize(2);
        }
        return null;
    }

    /** An item that is no job, between two that are. */
    private static String poison(Case recorded) {
        String item = String.valueOf(recorded.get("inputs", "item"));
        try (DueFixture due = new DueFixture()) {
            due.seed(PAST, "{\"class\":\"X\",\"args\":[1],\"queue\":\"q\"}", item);
            due.seed(PAST + 1, "{\"class\":\"X\",\"args\":[2],\"queue\":\"q\"}");
            assertThat(due.pass().failed()).isEqualTo(1);
            assertThat(due.redis.queue("q"))
                    .containsExactly("{\"class\":\"X\",\"args\":[1]}", "{\"class\":\"X\",\"args\":[2]}");
            if (Boolean.TRUE.equals(recorded.get("expected", "alive_after_6s"))) {
                assertThat(due.redis.queue("q")).isEqualTo(recorded.key("queue:q"));
            }
            assertThat(due.failed())
                    .singleElement()
                    .satisfies(record -> assertThat(record)
                            .contains(CoreRedis.GSON
                                    .encode(item.startsWith("{") ? CoreRedis.GSON.decode(Payload.ofText(item)) : item)
                                    .text()));
        }
        return "W-683: recorded as a failure; Ruby's process ends, or loses it";
    }

    private static String lockStolen(Case recorded) {
        try (DueFixture due = new DueFixture()) {
            String lock = due.redis.key(due.redis.namespace + ":resque_scheduler_master_lock");
            CLIENT.call("SET", lock, recorded.key("resque:resque_scheduler_master_lock"));
            due.seed(PAST, "{\"class\":\"X\",\"args\":[1],\"queue\":\"zz\"}");
            Map<String, Object> before = due.redis.dump();
            PassResult result = DuePass.run(due.items, due.moves, new ForeignLocks(""), () -> true, new MoveCounts());
            assertThat(Long.valueOf(result.moved())).hasToString(String.valueOf(recorded.get("expected", "moved")));
            assertThat(result.holder()).isEqualTo(new ForeignLocks.Holder(lock, "other:1"));
            CLIENT.call("DEL", due.redis.key("java:seen_scheduler")); // ours note what they have seen: W-674
            assertThat(due.redis.dump()).isEqualTo(before);
        }
        return null;
    }

    private static String lockDeleted(Case recorded) {
        try (DueFixture due = new DueFixture()) {
            due.seed(PAST, "{\"class\":\"X\",\"args\":[1],\"queue\":\"zz\"}");
            PassResult result = DuePass.run(due.items, due.moves, new ForeignLocks(""), () -> true, new MoveCounts());
            assertThat(Long.valueOf(result.moved())).hasToString(String.valueOf(recorded.get("expected", "moved")));
            assertThat(due.redis.queue("zz")).isEqualTo(recorded.key("queue:zz"));
            assertThat(CLIENT.keys(due.redis.key("delayed*"))).isEmpty();
        }
        return null;
    }

    private static String connectionsKilled(Case recorded) {
        String user = CoreRedis.SERVER.newNamespace();
        CLIENT.call("ACL", "SETUSER", user, "on", ">pw", "~*", "&*", "+@all");
        try {
            return troubled(
                    CoreRedis.SERVER.url().replace("://", "://" + user + ":pw@"),
                    () -> assertThat(CLIENT.number("CLIENT", "KILL", "USER", user))
                            .isPositive());
        } finally {
            CLIENT.call("ACL", "DELUSER", user);
        }
    }

    private static String troubled(Runnable trouble) {
        return troubled(CoreRedis.SERVER.url(), trouble);
    }

    /** A scheduler moves a job before the trouble, and another one after it. */
    private static String troubled(String url, Runnable trouble) {
        try (DueFixture due = new DueFixture();
                Resque resque = due.redis.builder().url(url).build()) {
            resque.scheduler().start();
            due.seed(PAST, "{\"class\":\"X\",\"args\":[1],\"queue\":\"q\"}");
            await().until(() -> due.redis.queue("q").size() == 1);
            trouble.run();
            due.seed(PAST, "{\"class\":\"X\",\"args\":[2],\"queue\":\"q\"}");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> due.redis.queue("q").size() == 2);
            assertThat(resque.scheduler().isRunning()).isTrue();
        }
        return null;
    }

    /** A text that Ruby has written in its zone is the same instant for ours. */
    private static String lastRunOfAZone(Case recorded) {
        String theirs = String.valueOf(recorded.get("expected", "value"));
        ReadEntry entry = EntryShape.read(Map.of("every", "1h", "class", "A", "queue", "q"), ZoneOffset.UTC);
        assertThat(entry.settled(theirs, Instant.now()))
                .isEqualTo(Instant.parse(theirs.replaceFirst(" ", "T").replaceFirst(" (...)(..)$", "$1:$2")));
        return null;
    }

    private static String setFromOutside(Case recorded) {
        fires(recorded, "j", "jq");
        return null;
    }

    private static String removedFromOutside(Case recorded) {
        assertThat(recorded.get("expected", "stopped")).isEqualTo(true);
        try (RecurringFixture fixture = new RecurringFixture()) {
            seed(fixture, "j", "{\"every\":\"1h\",\"class\":\"com.example.J\",\"queue\":\"jq\",\"args\":[1]}");
            CLIENT.call("HDEL", fixture.redis.key(ENTRIES), "j");
            assertThat(fixture.scheduler(CoreRedis.SERVER.url(), IN_ITS_PLACE)
                            .run(() -> true)
                            .fired())
                    .isZero();
            assertThat(fixture.lastRun("j") != null).isEqualTo(recorded.get("expected", "last_enqueued_at_kept"));
        }
        return null;
    }

    /** Seeds an entry whose tick of a few seconds ago is due. */
    private static void seed(RecurringFixture fixture, String name, String entry) {
        fixture.seed(name, entry, RecurringFixture.ago(Duration.ofSeconds(3_605)));
    }

    /** All recorded entries stand there, and one pass pushes the job of this one once, as Ruby does. */
    private static RecurringResult fires(Case recorded, String name, String queue) {
        try (RecurringFixture fixture = new RecurringFixture()) {
            ((Map<?, ?>) recorded.key(ENTRIES)).forEach((entry, json) -> {
                assertThat(String.valueOf(json)).containsAnyOf("\"1s\"", "99 *");
                seed(fixture, String.valueOf(entry), String.valueOf(json).replace("\"1s\"", "\"1h\""));
            });
            RecurringResult result =
                    fixture.scheduler(CoreRedis.SERVER.url(), IN_ITS_PLACE).run(() -> true);
            assertThat(fixture.redis.queue(queue)).hasSize(1);
            if (recorded.key("queue:" + queue) instanceof List<?> theirs) {
                assertThat(fixture.redis.queue(queue)).containsExactly(String.valueOf(theirs.get(0)));
            }
            assertThat(fixture.lastRun(name)).isNotNull();
            return result;
        }
    }

    private static String badCron(Case recorded) {
        assertThat(recorded.get("expected", "end", "exit")).hasToString("1");
        assertThat(fires(recorded, "k", "kq").problems()).containsOnlyKeys("bad");
        return "W-635: the other entries are fired; Ruby's process ends";
    }
}
