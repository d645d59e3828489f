package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.MalformedPayloadException;
import io.resque.api.RecurringJob;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What resque-scheduler was recorded to do with recurring jobs, done by ours. */
class RecordedEntriesTest {
    private static final String PREFIX = "resque:";
    private static final String ENTRIES = "persistent_schedules";
    private static final String LAST_RUNS = "delayed:last_enqueued_at";

    /** Cases of schedules that stand only in the process of Ruby's scheduler, or that ask which of its processes leads. */
    private static final Set<String> THEIRS = Set.of(
            "set_static",
            "fetch",
            "assign",
            "persisted_wins_over_static",
            "empty",
            "dynamic_clears_changed",
            "fire_not_master");

    /** Cases in which we differ, each with the rule that asks for it. */
    private static final Map<String, String> DIFFERENT = Map.of(
            "remove_none", "W-623: nothing is written if there is no entry",
            "set_persist_no_class", "W-631: Ruby takes the name for the class in some calls only",
            "every_times", "W-631: Ruby counts from its own start",
            "fire_no_queue_unknown_class", "W-631: Ruby settles the tick of a job that has no queue");

    private record Case(String name, String op, Map<?, ?> inputs, Map<?, ?> expected) {}

    private static List<Case> cases() throws IOException {
        try (InputStream in = RecordedEntriesTest.class.getResourceAsStream("recorded/lock_and_schedule.json")) {
            Map<?, ?> recording = (Map<?, ?>) CoreRedis.JACKSON.decode(
                    Payload.of(Objects.requireNonNull(in).readAllBytes()));
            List<Case> cases = new ArrayList<>();
            for (Object each : (List<?>) recording.get("cases")) {
                Map<?, ?> recorded = (Map<?, ?>) each;
                if (!"master lock".equals(recorded.get("op"))) {
                    cases.add(new Case(
                            (String) recorded.get("name"),
                            (String) recorded.get("op"),
                            (Map<?, ?>) recorded.get("inputs"),
                            (Map<?, ?>) recorded.get("expected")));
                }
            }
            return cases;
        }
    }

    /** The recorded keys, without their prefix. */
    private static Map<String, Object> keys(Case recorded) {
        Map<String, Object> keys = new TreeMap<>();
        ((Map<?, ?>) recorded.expected().get("keys"))
                .forEach((name, typed) ->
                        keys.put(String.valueOf(name).substring(PREFIX.length()), ((Map<?, ?>) typed).get("value")));
        return keys;
    }

    private static Object tree(String json) {
        return CoreRedis.JACKSON.decode(Payload.ofText(json));
    }

    /** A recorded configuration, which the capture shows as Ruby's {@code inspect} does. */
    private static Map<?, ?> config(Case recorded) {
        String ruby = (String) recorded.inputs().get("config");
        return (Map<?, ?>) tree(ruby.replaceAll(":(\\w+)=>", "\"$1\":").replace("=>", ":"));
    }

    @TestFactory
    Stream<DynamicTest> asRubysScheduler() throws IOException {
        return cases().stream()
                .filter(recorded -> !THEIRS.contains(recorded.name()))
                .map(recorded -> DynamicTest.dynamicTest(recorded.name(), () -> {
                    if (DIFFERENT.containsKey(recorded.name())) {
                        differs(recorded);
                    } else {
                        same(recorded);
                    }
                }));
    }

    private static void same(Case recorded) throws Exception {
        switch (recorded.op()) {
            case "set_schedule" -> isWritten(recorded);
            case "remove_schedule" -> isRemoved(recorded);
            case "all_schedules" -> isListed(recorded);
            case "load_schedule!" -> isRead(recorded);
            case "enqueue_recurring" -> isFired(recorded);
            default -> throw new AssertionError("no test for " + recorded);
        }
    }

    private static void differs(Case recorded) throws Exception {
        switch (recorded.name()) {
            case "remove_none" -> {
                try (RecurringFixture fixture = new RecurringFixture()) {
                    fixture.entries.remove("", "none", Payload.ofText("{}"), true);
                    assertThat(fixture.redis.dump()).isEmpty();
                }
            }
            case "every_times" ->
                assertThatThrownBy(() -> EntryShape.read(config(recorded), ZoneOffset.UTC))
                        .isInstanceOf(MalformedPayloadException.class)
                        .hasMessageContaining("option times");
            case "set_persist_no_class" ->
                assertThatThrownBy(() -> EntryShape.read(
                                tree((String) ((Map<?, ?>) keys(recorded).get(ENTRIES)).get("PlainJob")),
                                ZoneOffset.UTC))
                        .isInstanceOf(MalformedPayloadException.class)
                        .hasMessageContaining("names no queue");
            default ->
                assertThatThrownBy(() -> EntryShape.read(withPeriod(recorded), ZoneOffset.UTC))
                        .isInstanceOf(MalformedPayloadException.class)
                        .hasMessageContaining("names no queue");
        }
    }

    /** Its bytes pass through the port and through both serializers unchanged. */
    private static void isWritten(Case recorded) {
        try (RecurringFixture fixture = new RecurringFixture()) {
            Map<String, Object> expected = keys(recorded);
            ((Map<?, ?>) expected.get(ENTRIES)).forEach((name, json) -> {
                Payload bytes = Payload.ofText((String) json);
                assertThat(fixture.entries.put("high", (String) name, null, bytes, true))
                        .isTrue();
                assertThat(CoreRedis.GSON.encode(CoreRedis.GSON.decode(bytes))).isEqualTo(bytes);
                assertThat(CoreRedis.JACKSON.encode(tree((String) json))).isEqualTo(bytes);
            });
            assertThat(fixture.entryFields()).isEqualTo(expected.get(ENTRIES));
            assertThat(fixture.members("schedules_changed")).isEqualTo(expected.get("schedules_changed"));
            assertThat(fixture.redis.dump()).hasSize(expected.size());
        }
    }

    private static void isRemoved(Case recorded) {
        try (RecurringFixture fixture = new RecurringFixture()) {
            fixture.seed("n", "{\"every\":\"1d\",\"class\":\"B\"}", null);
            assertThat(fixture.book.remove("n")).isTrue();
            assertThat(fixture.members("schedules_changed"))
                    .isEqualTo(keys(recorded).get("schedules_changed"));
            assertThat(fixture.redis.dump()).hasSize(keys(recorded).size());
        }
    }

    private static void isListed(Case recorded) {
        try (RecurringFixture fixture = new RecurringFixture()) {
            ((Map<?, ?>) keys(recorded).get(ENTRIES))
                    .forEach((name, json) -> fixture.seed((String) name, (String) json, null));
            RecurringJob listed = fixture.book.find("a").orElseThrow();
            assertThat(listed.problem().isEmpty())
                    .as("it can be read unless Ruby cannot: %s", listed.problem())
                    .isEqualTo(recorded.expected().get("error") == null);
        }
    }

    private static void isRead(Case recorded) {
        List<?> jobs = (List<?>) recorded.expected().get("jobs");
        String environment = (String) recorded.inputs().get("env");
        if (jobs.isEmpty()) {
            assertThat(isFired(config(recorded), environment))
                    .as(
                            "Ruby's scheduler does not fire it: %s",
                            recorded.expected().get("log"))
                    .isFalse();
            return;
        }
        assertThat(isFired(config(recorded), environment)).isTrue();
        Map<?, ?> job = (Map<?, ?>) jobs.get(0);
        Recurrence recurrence =
                EntryShape.read(config(recorded), ZoneOffset.UTC).recurrence();
        String original = String.valueOf(job.get("original")).replace("\"", "");
        if (job.get("type").equals("CronJob")) {
            assertThat(((Recurrence.ByCalendar) recurrence).cron()).hasToString(original);
        } else {
            assertThat(((Recurrence.ByPeriod) recurrence).every()).isEqualTo(EveryText.parse(original));
        }
    }

    private static boolean isFired(Map<?, ?> config, @Nullable String environment) {
        try {
            return new FiredEntries(new ForeignLocks("", true), environment)
                    .has(EntryShape.read(config, ZoneOffset.UTC));
        } catch (MalformedPayloadException e) {
            return false;
        }
    }

    private static Map<String, Object> withPeriod(Case recorded) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("every", "1h");
        ((Map<?, ?>) recorded.inputs().get("config")).forEach((name, value) -> entry.put((String) name, value));
        return entry;
    }

    private static void isFired(Case recorded) {
        try (RecurringFixture fixture = new RecurringFixture()) {
            String name = (String) recorded.inputs().get("name");
            fixture.seed(
                    name,
                    CoreRedis.JACKSON.encode(withPeriod(recorded)).text(),
                    RecurringFixture.ago(Duration.ofSeconds(3_605)));
            RecurringPass pass =
                    fixture.scheduler(CoreRedis.SERVER.url(), new FiredEntries(new ForeignLocks("", true), null));
            assertThat(RecurringFixture.run(pass).fired()).isEqualTo(1);
            Map<String, Object> expected = keys(recorded);
            assertThat(fixture.redis.queue("q")).isEqualTo(expected.get("queue:q"));
            assertThat(fixture.members("queues")).isEqualTo(expected.get("queues"));
            String theirs = (String) ((Map<?, ?>) expected.get(LAST_RUNS)).get(name);
            String ours = String.valueOf(fixture.lastRun(name));
            assertThat(ours.replaceAll("\\d", "0"))
                    .as("the form of the last run")
                    .isEqualTo(theirs.replaceAll("\\d", "0"));
            Map<String, Object> dump = fixture.redis.dump();
            assertThat(dump.entrySet()
                            .removeIf(
                                    key -> key.getKey().endsWith("_lock") && ForeignLocks.OURS.equals(key.getValue())))
                    .as("Ruby's schedulers are kept from firing it as well")
                    .isTrue();
            assertThat(dump.remove(fixture.redis.key("java:made_ticks")))
                    .as("a note of ours")
                    .isNotNull();
            assertThat(dump).hasSize(expected.size() + 1);
        }
    }

    @Test
    void theCasesAreCounted() throws IOException {
        List<Case> all = cases();
        System.out.println("Recorded recurring jobs: " + all.size() + " cases, " + THEIRS.size()
                + " of Ruby's process alone, " + DIFFERENT.size() + " that differ by a rule:");
        DIFFERENT.forEach((name, why) -> System.out.println("  " + name + ": " + why));
        assertThat(all).extracting(Case::name).containsAll(THEIRS).containsAll(DIFFERENT.keySet());
        assertThat(all.size()).isEqualTo(44);
    }
}
