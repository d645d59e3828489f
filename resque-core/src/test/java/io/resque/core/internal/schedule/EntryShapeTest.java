package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import io.resque.api.Misfire;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryShapeTest {
    private static final Instant NOW = Instant.parse("2026-11-29T02:13:39Z");
    private static final String CREATED = ",\"rails_env\":\"java\",\"created_at\":\"2026-11-29 02:13:39 +0000\"}";
    private static final NewEntry.Timing HOURLY = new NewEntry.Every(Duration.ofHours(1), null);

    private static ReadEntry read(String json) {
        return EntryShape.read(tree(json), ZoneOffset.UTC);
    }

    private static Object tree(String json) {
        return CoreRedis.GSON.decode(Payload.ofText(json));
    }

    private static ReadEntry job(String members) {
        return read("{\"every\":\"1h\",\"queue\":\"q\"," + members + "}");
    }

    private static String write(NewEntry entry, @Nullable String old) {
        return CoreRedis.GSON
                .encode(EntryShape.tree(entry, old == null ? null : (Map<?, ?>) tree(old), NOW))
                .text();
    }

    private static NewEntry entry(NewEntry.Timing timing) {
        return new NewEntry(timing, "high", JobSpec.of("A", 1, "x"), Misfire.FIRE_ONCE, null, false);
    }

    // Writing

    @ParameterizedTest
    @WireRule("W-632")
    @CsvSource(delimiter = '|', textBlock = """
                    30 6 * * 1                  | Europe/Stockholm | 30 6 * * 1 Europe/Stockholm
                    30 6 * * 1 America/New_York | Europe/Stockholm | 30 6 * * 1 America/New_York
                    @daily                      | UTC              | @daily UTC
                    @daily                      | Z                | @daily UTC
                    0 0 L * *                   | +02:00           | 0 0 L * * +02:00
                    0 0 L * *                   | UTC+02:00        | 0 0 L * * +02:00
                    */10 * * * * *              | Etc/UTC          | */10 * * * * * UTC
                    """)
    void aCalendarHasItsZone(String expression, String zone, String written) {
        String text = write(entry(new NewEntry.Cron(expression, ZoneId.of(zone))), null);
        assertThat(text)
                .isEqualTo("{\"cron\":\"" + written + "\",\"class\":\"A\",\"queue\":\"high\",\"args\":[1,\"x\"]"
                        + CREATED);
        assertThat(read(text).recurrence()).isInstanceOf(Recurrence.ByCalendar.class);
    }

    @ParameterizedTest
    @WireRule("W-632")
    @CsvSource({
        "PT1S, 1s",
        "PT90S, 1m30s",
        "PT24H, 1d",
        "PT2H, 2h",
        "P400DT1H1S, 400d1h1s",
        "PT100M, 1h40m",
        "P36500D, 36500d"
    })
    void aPeriodIsATextThatRubyReads(Duration period, String written) {
        String text = write(entry(new NewEntry.Every(period, null)), null);
        assertThat(text).startsWith("{\"every\":\"" + written + "\",\"class\":");
        assertThat(read(text).recurrence()).isEqualTo(new Recurrence.ByPeriod(period, null));
    }

    @Test
    @WireRule("W-632")
    void allMembers() {
        NewEntry all = new NewEntry(
                new NewEntry.Every(Duration.ofHours(1), NOW.plusSeconds(60)),
                "high",
                JobSpec.of("A").withMetadata("traceparent", "00-1"),
                Misfire.SKIP,
                "it\"s \u00e9",
                false);
        String text = write(all, null);
        assertThat(text)
                .isEqualTo(
                        "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\",\"args\":[],\"description\":\"it\\\"s \u00e9\","
                                + "\"metadata\":{\"traceparent\":\"00-1\"},\"first_at\":\"2026-11-29 02:14:39 +0000\",\"misfire\":\"skip\""
                                + CREATED);
        ReadEntry read = read(text);
        assertThat(read.recurrence()).isEqualTo(new Recurrence.ByPeriod(Duration.ofHours(1), NOW.plusSeconds(60)));
        assertThat(read.job()).isEqualTo(all.job());
        assertThat(read.queue()).isEqualTo("high");
        assertThat(read.misfire()).isEqualTo(Misfire.SKIP);
        assertThat(EntryShape.description((Map<?, ?>) tree(text))).isEqualTo("it\"s \u00e9");
        assertThat(read.environments()).containsExactly("java");
        assertThat(read.createdAt()).isEqualTo(NOW);
    }

    @Test
    @WireRule("W-632")
    void aChangedEntryKeepsItsCreationAndUnknownMembers() {
        String old =
                "{\"cron\":\"@daily\",\"class\":\"B\",\"custom_job_class\":\"C\",\"parameters\":{\"a\":1},\"env\":\"x\","
                        + "\"created_at\":\"2020-01-01 00:00:00 +0000\",\"misfire\":\"skip\"}";
        assertThat(write(entry(HOURLY), old))
                .isEqualTo(
                        "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\",\"args\":[1,\"x\"],\"rails_env\":\"java\","
                                + "\"created_at\":\"2026-11-29 02:13:39 +0000\",\"parameters\":{\"a\":1}}");
        String early = write(entry(HOURLY), null).replace("2026-11-29 02:13:39", "2020-01-01 00:00:00");
        NewEntry other = new NewEntry(HOURLY, "low", JobSpec.of("B"), Misfire.SKIP, null, false);
        assertThat(write(other, early))
                .as("the timing is the same, so its ticks go on")
                .endsWith("\"created_at\":\"2020-01-01 00:00:00 +0000\"}");
        for (NewEntry.Timing timing : List.of(
                new NewEntry.Every(Duration.ofHours(2), null),
                new NewEntry.Every(Duration.ofHours(1), NOW),
                new NewEntry.Cron("@hourly", ZoneOffset.UTC))) {
            assertThat(write(entry(timing), early))
                    .as("ticks of another timing count from now")
                    .contains("\"created_at\":\"2026-11-29 02:13:39 +0000\"");
        }
        String again = write(entry(HOURLY), old);
        assertThat(write(entry(HOURLY), again)).as("an unchanged entry").isEqualTo(again);
        assertThat(write(new NewEntry(HOURLY, "high", JobSpec.of("A"), Misfire.FIRE_ONCE, null, true), null))
                .as("an entry that Ruby fires, too")
                .isEqualTo("{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\",\"args\":[],"
                        + "\"created_at\":\"2026-11-29 02:13:39 +0000\"}");
    }

    @Test
    @WireRule("W-632")
    void whatRubyRefusesIsNotWritten() {
        for (Duration period :
                List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(1_500), Duration.ofDays(40_000))) {
            assertThatThrownBy(() -> write(entry(new NewEntry.Every(period, null)), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + period + "\" cannot be used: it ");
        }
        for (String cron : List.of("99 * * * *", "@reboot", "", "0 0 30 2 *", "every day at noon")) {
            assertThatThrownBy(() -> write(entry(new NewEntry.Cron(cron, ZoneOffset.UTC)), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + cron + "\" cannot be used: ");
        }
        assertThatThrownBy(() -> write(entry(new NewEntry.Cron("@daily", ZoneId.of("+01:02:03"))), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("+01:02:03");
    }

    // Reading

    @Test
    @WireRule("W-631")
    void argumentsAsRubyReadsThem() {
        assertThat(job("\"class\":\"A\",\"args\":[1,null,\"x\"]").job().args()).isEqualTo(Arrays.asList(1L, null, "x"));
        assertThat(job("\"class\":\"A\",\"args\":{\"a\":1}").job().args()).isEqualTo(List.of(Map.of("a", 1L)));
        assertThat(job("\"class\":\"A\",\"args\":\"x\"").job().args()).isEqualTo(List.of("x"));
        assertThat(job("\"class\":\"A\",\"args\":null").job().args()).isEmpty();
        assertThat(job("\"class\":\"A\"").job()).isEqualTo(JobSpec.of("A"));
        assertThat(job("\"class\":\"A\",\"custom_job_class\":\"B\"").job().jobClass())
                .isEqualTo("B");
        assertThat(job("\"class\":\"A\",\"id\":\"x\",\"metadata\":{\"a\":1}").job())
                .as("other members do not get into the payload")
                .isEqualTo(JobSpec.of("A"));
    }

    @ParameterizedTest
    @WireRule("W-631")
    @CsvSource(delimiter = '|', textBlock = """
                    "cron":"* * * * *","every":"1m"                  | cron wins over every      | cron
                    "cron":"","every":"1m"                           | an empty cron is none     | 60
                    "cron":[],"every":"1m"                           | an empty cron is none     | 60
                    "cron":null,"every":["90"]                       | the first of an array     | 90
                    "cron":["* * * * *",{"overlap":false}]           | options                   | cron
                    "every":["1h",{"first_in":"120s","overlap":1}]   | options                   | 3600
                    "every":"1.5s"                                   | a fraction is rounded up  | 2
                    "every":"0.2s"                                   | a fraction is rounded up  | 1
                    """)
    void timingsAsRubyReadsThem(String members, String why, String expected) {
        Recurrence recurrence =
                read("{" + members + ",\"class\":\"A\",\"queue\":\"q\"}").recurrence();
        if (expected.equals("cron")) {
            assertThat(recurrence).as(why).isInstanceOf(Recurrence.ByCalendar.class);
        } else {
            assertThat(recurrence)
                    .as(why)
                    .isEqualTo(new Recurrence.ByPeriod(Duration.ofSeconds(Long.parseLong(expected)), null));
        }
    }

    @Test
    @WireRule("W-631")
    void zoneAndFirstTickOfRuby() {
        String noZone = "{\"cron\":\"0 12 * * *\",\"class\":\"A\",\"queue\":\"q\"}";
        assertThat(EntryShape.read(tree(noZone), ZoneId.of("America/New_York"))
                        .recurrence()
                        .next(NOW))
                .isEqualTo(Instant.parse("2026-11-29T17:00:00Z"));
        assertThat(
                        read("{\"every\":[\"1h\",{\"first_at\":\"2033-05-18 12:00:00 UTC\"}],\"class\":\"A\",\"queue\":\"q\"}")
                                .recurrence())
                .isEqualTo(new Recurrence.ByPeriod(Duration.ofHours(1), Instant.parse("2033-05-18T12:00:00Z")));
    }

    @ParameterizedTest
    @WireRule("W-631")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    null                                                   | it is null, not an object
                    [1]                                                    | it is an array, not an object
                    {"class":"A","queue":"q"}                              | it has neither cron nor every
                    {"class":"A","queue":"q","at":"12:00","never":"x"}     | it has neither cron nor every
                    {"class":"A","queue":"q","every":30}                   | its every is a number, not a string
                    {"class":"A","queue":"q","cron":{"a":1}}               | its cron is an object, not a string
                    {"class":"A","queue":"q","every":"xyz"}                | The period "xyz" cannot be used
                    {"class":"A","queue":"q","cron":"99 * * * *"}          | its minute is "99"
                    {"class":"A","every":"1h"}                             | it names no queue
                    {"class":"A","every":"1h","queue":""}                  | it names no queue
                    {"class":"A","every":"1h","queue":["a","b"]}           | its queue is an array, not a string
                    {"queue":"q","every":"1h"}                             | it names no class
                    {"queue":"q","every":"1h","class":7}                   | its class is a number, not a string
                    {"class":"A","queue":"q","every":["1s",{"times":2}]}   | its every has the option times
                    {"class":"A","queue":"q","every":"1h","rails_env":[1]} | its rails_env is an array, not a string
                    """)
    void whatCannotBeFired(String json, String why) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @WireRule("W-637")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    # written for          only ours   Ruby's     Ruby's in staging
                    -                    | false     | true     | true
                    java                 | true      | true     | true
                    production           | false     | false    | false
                    production, staging  | false     | false    | true
                    java, production     | false     | true     | true
                    ''                   | false     | false    | false
                    ' , '                | false     | false    | false
                    """)
    void whichEntriesAreFired(String environments, boolean onlyOurs, boolean rubys, boolean staging) {
        for (String member : List.of("rails_env", "env")) {
            ReadEntry entry = job(
                    "\"class\":\"A\"" + (environments == null ? "" : ",\"" + member + "\":\"" + environments + "\""));
            assertThat(FiredEntries.ONLY_OURS.has(entry)).isEqualTo(onlyOurs);
            assertThat(new FiredEntries(new ForeignLocks("", true), null).has(entry))
                    .isEqualTo(rubys);
            assertThat(new FiredEntries(new ForeignLocks("", true), "staging").has(entry))
                    .isEqualTo(staging);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rails_env\":\"java\"}", "{\"rails_env\":\"java\",\"every\":\"1h\"}"})
    void anEntryOfOurs(String json) {
        assertThat(EntryShape.isOnlyOurs(tree(json))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]", "{\"rails_env\":\"java, production\"}", "{\"env\":\"java\"}"})
    void anEntryThatRubyMayFire(String json) {
        assertThat(EntryShape.isOnlyOurs(tree(json))).isFalse();
    }
}
