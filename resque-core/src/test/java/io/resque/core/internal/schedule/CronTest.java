package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<RecordedCase> RECORDED = RecordedCases.of("scheduler/cron.json").stream()
            .filter(recorded -> "cron".equals(recorded.get("op")))
            .toList();

    /** Ruby leaves out this whole Sunday, since its first hour falls into a gap; the named time does not. */
    private static final String A_SUNDAY_THAT_BEGINS_WITH_A_GAP = "15 2 * * 0 @America/Sao_Paulo 2018-11-03 12:00:00";

    private static Cron cron(RecordedCase recorded) {
        return Cron.parse((String) recorded.get("inputs", "cron"), ZoneId.of((String) recorded.get("inputs", "zone")));
    }

    private static ZoneId zone(RecordedCase recorded) {
        return cron(recorded).zone();
    }

    private static List<Long> theirs(RecordedCase recorded) {
        List<?> next = (List<?>) recorded.get("expected", "next");
        return next.stream().map(each -> ((Number) each).longValue()).toList();
    }

    private static List<Long> ours(RecordedCase recorded) {
        Cron cron = cron(recorded);
        List<Long> ours = new ArrayList<>();
        Instant at = Instant.ofEpochSecond(((Number) recorded.get("inputs", "from")).longValue());
        for (int i = theirs(recorded).size(); i > 0; i--) {
            at = cron.next(at);
            ours.add(at.getEpochSecond());
        }
        return ours;
    }

    /** The instants at which only one of both fires, in the time that both lists cover. */
    private static TreeSet<Long> differences(RecordedCase recorded) {
        List<Long> ours = ours(recorded);
        List<Long> theirs = theirs(recorded);
        long covered = Math.min(ours.get(ours.size() - 1), theirs.get(theirs.size() - 1));
        TreeSet<Long> differ = new TreeSet<>();
        Stream.concat(ours.stream(), theirs.stream())
                .filter(at -> at <= covered && ours.contains(at) != theirs.contains(at))
                .forEach(differ::add);
        return differ;
    }

    /** Whether clocks show the time of this instant twice, or have just passed over a time. */
    private static boolean isAtAChangeOfTheClock(long second, ZoneId zone) {
        Instant at = Instant.ofEpochSecond(second);
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        ZoneOffsetTransition change = zone.getRules().previousTransition(at.plusSeconds(1));
        return zone.getRules().getValidOffsets(local).size() > 1
                || change != null && change.isGap() && change.getInstant().equals(at);
    }

    @TestFactory
    Stream<DynamicTest> firesAsRubysScheduler() {
        return RECORDED.stream()
                .map(recorded -> DynamicTest.dynamicTest(recorded.name(), () -> {
                    if (recorded.get("expected", "error") != null) {
                        assertThatIllegalArgumentException().isThrownBy(() -> cron(recorded));
                    } else if (recorded.name().equals(A_SUNDAY_THAT_BEGINS_WITH_A_GAP)) {
                        assertThat(differences(recorded))
                                .containsExactly(
                                        Instant.parse("2018-11-04T04:15:00Z").getEpochSecond());
                    } else {
                        assertThat(differences(recorded))
                                .as(
                                        "only at a change of the clock we differ: ours %s, theirs %s",
                                        ours(recorded), theirs(recorded))
                                .allMatch(second -> isAtAChangeOfTheClock(second, zone(recorded)));
                    }
                }));
    }

    @Test
    void fewCasesDifferAndTheirNumberIsPrinted() {
        List<RecordedCase> differ = RECORDED.stream()
                .filter(recorded -> recorded.get("expected", "error") == null)
                .filter(recorded -> !differences(recorded).isEmpty())
                .toList();
        System.out.println(
                "Recorded crons: " + RECORDED.size() + ", of which " + differ.size() + " differ where clocks change:");
        differ.forEach(recorded -> System.out.println("  " + recorded.name()));
        assertThat(RECORDED).hasSize(326);
        assertThat(differ).hasSizeLessThan(60);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    30 2 * * *    | 2026-03-28T12:00+01:00 | 2026-03-29T03:00+02:00, 2026-03-30T02:30+02:00
                    0 2,3 * * *   | 2026-03-28T12:00+01:00 | 2026-03-29T03:00+02:00, 2026-03-30T02:00+02:00
                    0 0,2,4 * * * | 2026-03-29T00:30+01:00 | 2026-03-29T03:00+02:00, 2026-03-29T04:00+02:00
                    30 2 * * *    | 2026-10-25T00:00+02:00 | 2026-10-25T02:30+02:00, 2026-10-26T02:30+01:00
                    30 * * * *    | 2026-03-29T01:00+01:00 | 2026-03-29T01:30+01:00, 2026-03-29T03:30+02:00
                    30 * * * *    | 2026-10-25T02:00+02:00 | 2026-10-25T02:30+02:00, 2026-10-25T02:30+01:00
                    */30 2 * * *  | 2026-03-29T01:00+01:00 | 2026-03-30T02:00+02:00, 2026-03-30T02:30+02:00
                    """)
    void whereClocksChange(String text, String from, String expected) {
        Cron cron = Cron.parse(text, BERLIN);
        List<Instant> fires = new ArrayList<>();
        Instant at = ZonedDateTime.parse(from).toInstant();
        for (String each : expected.split(", ")) {
            at = cron.next(at);
            fires.add(at);
            assertThat(at).as(text).isEqualTo(ZonedDateTime.parse(each).toInstant());
        }
        assertThat(fires).doesNotHaveDuplicates();
    }

    @Test
    void aDayThatIsLeftOutFiresAtItsEnd() {
        Cron cron = Cron.parse("0 12 30 12 *", ZoneId.of("Pacific/Apia"));
        assertThat(cron.next(Instant.parse("2011-12-01T00:00:00Z")))
                .as("Samoa had no 30 December 2011")
                .isEqualTo(Instant.parse("2011-12-30T10:00:00Z"));
    }

    @Test
    void aClockThatChangesByHalfAnHour() {
        Cron cron = Cron.parse("15 * * * *", ZoneId.of("Australia/Lord_Howe"));
        Instant at = Instant.parse("2026-10-03T14:00:00Z");
        List<String> local = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            at = cron.next(at);
            local.add(at.atZone(ZoneId.of("Australia/Lord_Howe")).toLocalTime().toString());
        }
        assertThat(local).containsExactly("01:15", "03:15", "04:15");
    }

    /** What users of fugit, rufus-scheduler and Sidekiq have reported as wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    30 18 * * 2#5 Europe/Paris          | 2022-03-08T00:00Z | 2022-03-29T16:30Z
                    0 0 29 2 * UTC                      | 2021-12-26T00:00Z | 2024-02-29T00:00Z
                    0 0 1 jan * Australia/Melbourne     | 2025-02-27T00:00Z | 2025-12-31T13:00Z
                    0 8 15 * * Asia/Shanghai            | 2021-08-17T00:00Z | 2021-09-15T00:00Z
                    2 0 * * 1,2,3,4,5 America/New_York  | 2014-03-08T00:00Z | 2014-03-10T04:02Z
                    * * * 5 * America/Los_Angeles       | 2022-02-22T18:39Z | 2022-05-01T07:00Z
                    * * * * * America/Los_Angeles       | 2021-11-07T08:59Z | 2021-11-07T09:00Z
                    5 0 * * TUE-SAT America/New_York    | 2017-07-03T13:04Z | 2017-07-04T04:05Z
                    """)
    void whatPeersHaveFiredWrongly(String text, String from, String expected) {
        assertThat(Cron.parse(text, ZoneOffset.UTC)
                        .next(ZonedDateTime.parse(from).toInstant()))
                .as(text)
                .isEqualTo(ZonedDateTime.parse(expected).toInstant());
    }

    @Test
    void whatFiresRarely() {
        assertThat(Cron.parse("0 0 29& 2 mon#5", ZoneOffset.UTC).next(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Instant.parse("2044-02-29T00:00:00Z"));
        assertThat(Cron.parse("* * * * * *", ZoneOffset.UTC).next(Instant.parse("2026-01-01T00:00:00.999Z")))
                .isEqualTo(Instant.parse("2026-01-01T00:00:01Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0 * * mon-fri#1",
                "0 0 * * mon%0",
                "0 0 * * mon%",
                "0 0 -2-L-1 * *",
                "0 0 L--2 * *",
                "0 0 -32 * *",
                "0 0 -0 * *",
                "0 0 * * &",
                "0 0 & * *",
                "1,,2 * * * *",
                ",1 * * * *",
                "1, * * * *",
                "1/ * * * *",
                "1-2-3 * * * *",
                "*/1000 * * * *",
                "\u0661 * * * *",
                "@daily Europe/Paris x",
                "@daily x",
                "0 0 * * * +24:15",
                "0 0 * * * Europe/Nowhere",
                "0 0 * * * UTC UTC",
                "0 0 * * *\tUTC",
                "0 0 * * * \t +02:00",
                "0\n0 * * *"
            })
    void whatRubyWouldRefuseIsRefused(String text) {
        IllegalArgumentException refused =
                catchThrowableOfType(IllegalArgumentException.class, () -> Cron.parse(text, ZoneOffset.UTC));
        assertThat(refused).as(text).isNotNull();
        assertThat(refused.getMessage()).startsWith("The cron expression \"").contains("cannot be used: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    60 * * * * | its minute is "60"; it must be 0 to 59
                    0 25 * * * | its hour is "25"; it must be 0 to 24
                    * * 0 * *  | its day of the month is "0"; it must be 1 to 31
                    0 0 * * MONDAY | its day of the week is "MONDAY"; write a number or a name of three letters
                    0 0 30 2 * | it names no day that ever comes
                    */0 * * * * | its minute is "*/0"; a step must be at least 1
                    0 0 * * mon%0 | its day of the week is "mon%0"; the number of weeks behind % must be at least 1
                    every day at noon | it has 4 fields; write five
                    """)
    void messagesNameFieldValueAndWayOut(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cron.parse(text, ZoneOffset.UTC))
                .withMessageContaining(text)
                .withMessageContaining(message);
    }

    @Test
    void zonesThatOnlyJavaKnowsAreRefused() {
        List<String> onlyJavas = ZoneId.getAvailableZoneIds().stream()
                .filter(zone -> zone.startsWith("SystemV/"))
                .toList();
        assertThat(onlyJavas)
                .isNotEmpty()
                .allSatisfy(zone -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> Cron.parse("0 0 * * * " + zone, ZoneOffset.UTC))
                        .withMessageContaining(zone));
    }

    @Test
    void aTextWithoutEndIsNotShownWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cron.parse("1,".repeat(1_000), ZoneOffset.UTC))
                .withMessageContaining("2000 characters")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }
}
