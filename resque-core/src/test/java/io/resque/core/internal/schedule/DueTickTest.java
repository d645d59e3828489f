package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DueTickTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static Instant at(String time) {
        return time.length() > 8
                ? Instant.parse(time)
                : LocalDate.of(2026, 11, 30).atTime(LocalTime.parse(time)).toInstant(ZoneOffset.UTC);
    }

    private static Recurrence recurrence(String timing) {
        return timing.contains(" ")
                ? new Recurrence.ByCalendar(Cron.parse(timing, ZoneOffset.UTC), null)
                : new Recurrence.ByPeriod(EveryText.parse(timing), null);
    }

    @ParameterizedTest
    @WireRule({"W-633", "W-634"})
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    # timing       settled    now        what is due, with ! if it was missed
                    1h           | 11:00:00 | 11:59:59 | -
                    1h           | 11:00:00 | 12:00:00 | 12:00:00
                    1h           | 11:00:00 | 12:01:00 | 12:00:00
                    1h           | 11:00:00 | 12:01:01 | 12:00:00!
                    1h           | 08:30:00 | 12:00:00 | 11:30:00!
                    1h           | 08:59:30 | 12:00:00 | 10:59:30! 11:59:30
                    1s           | 11:59:59 | 12:00:00 | 12:00:00
                    1s           | 11:59:58 | 12:00:00 | 11:59:59! 12:00:00
                    1s           | 11:00:00 | 12:00:00 | 11:59:59! 12:00:00
                    10s          | 11:59:45 | 12:00:00 | 11:59:55
                    10s          | 11:59:44 | 12:00:00 | 11:59:54!
                    10s          | 11:59:35 | 12:00:00 | 11:59:45! 11:59:55
                    2h           | 12:00:00 | 12:00:00 | -
                    2h           | 12:30:00 | 12:00:00 | -
                    0 * * * *    | 11:00:00 | 12:00:30 | 12:00:00
                    0 * * * *    | 11:00:00 | 12:01:01 | 12:00:00!
                    0 * * * *    | 09:00:00 | 12:00:00 | 11:00:00! 12:00:00
                    0 * * * *    | 09:00:01 | 11:59:00 | 11:00:00!
                    * * * * *    | 11:58:00 | 12:00:31 | 12:00:00!
                    * * * * *    | 11:58:00 | 12:00:30 | 11:59:00! 12:00:00
                    * * * * * *  | 11:00:00 | 12:00:00 | 11:59:59! 12:00:00
                    0 0 1 1 *    | 11:00:00 | 12:00:00 | -
                    """)
    void whatIsDue(String timing, String settled, String now, String expected) {
        List<DueTick> due = DueTick.of(recurrence(timing), at(settled), at(now));
        List<DueTick> wanted = new ArrayList<>();
        for (String each : expected == null ? new String[0] : expected.split(" ")) {
            wanted.add(new DueTick(at(each.replace("!", "")), each.endsWith("!")));
        }
        assertThat(due).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * * *",
                "*/7 * * * *",
                "30 2 * * *",
                "0 0 29 2 *",
                "0 9 * * mon#1",
                "13 3 L * *",
                "0 0 1 1 *"
            })
    void theLastTickIsTheOneAfterWhichNoneComes(String cron) {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        Recurrence recurrence = new Recurrence.ByCalendar(Cron.parse(cron, zone), null);
        Instant settled = Instant.parse("2019-12-31T23:59:59Z");
        for (int day = 0; day < 2_500; day += 97) {
            Instant until = Instant.parse("2020-03-01T00:31:00Z")
                    .plus(Duration.ofDays(day))
                    .plusSeconds(day);
            Instant last = recurrence.last(settled, until);
            Instant first = recurrence.next(settled);
            if (first.isAfter(until)) {
                assertThat(last).isNull();
                continue;
            }
            assertThat(last).isNotNull().isBetween(first, until);
            assertThat(recurrence.next(last)).as("%s after %s", cron, last).isAfter(until);
            assertThat(recurrence.next(last.minusSeconds(1))).as("it is a tick").isEqualTo(last);
        }
    }

    @Test
    @WireRule("W-633")
    void theFirstTickCanBeGiven() {
        Instant first = NOON.plusSeconds(90);
        Recurrence period = new Recurrence.ByPeriod(Duration.ofHours(1), first);
        assertThat(period.next(NOON)).isEqualTo(first);
        assertThat(period.last(NOON, first.minusSeconds(1))).isNull();
        assertThat(period.last(NOON, first)).isEqualTo(first);
        assertThat(period.next(first)).isEqualTo(first.plus(Duration.ofHours(1)));
        assertThat(period.last(NOON, first.plus(Duration.ofMinutes(200)))).isEqualTo(first.plus(Duration.ofHours(3)));
        assertThat(period.next(first.plusSeconds(5_000)))
                .as("the period goes on from the first tick, also if that is long ago")
                .isEqualTo(first.plusSeconds(7_200));
        Recurrence calendar = new Recurrence.ByCalendar(Cron.parse("* * * * *", ZoneOffset.UTC), first);
        assertThat(calendar.next(NOON)).isEqualTo(NOON.plusSeconds(120));
        assertThat(new Recurrence.ByCalendar(Cron.parse("* * * * * *", ZoneOffset.UTC), first).next(NOON))
                .as("the first tick can be that instant")
                .isEqualTo(first);
    }

    @Test
    @WireRule("W-633")
    void thePeriodGoesOnFromTheLastTick() {
        Recurrence recurrence = new Recurrence.ByPeriod(Duration.ofSeconds(7), null);
        Instant settled = NOON;
        List<Instant> made = new ArrayList<>();
        for (int second = 1; second <= 70; second++) {
            for (DueTick due : DueTick.of(recurrence, settled, NOON.plusSeconds(second))) {
                made.add(due.at());
                settled = due.at();
            }
        }
        assertThat(made).hasSize(10).last().isEqualTo(NOON.plusSeconds(70));
    }

    @Test
    void textsOfTimes() {
        assertThat(LastRun.text(NOON)).isEqualTo("2026-11-30 12:00:00 +0000");
        assertThat(LastRun.read("2026-11-30 12:00:00 +0000")).isEqualTo(NOON);
        assertThat(LastRun.read("2026-11-30 07:00:00 -0500")).isEqualTo(NOON);
        assertThat(LastRun.read("yesterday")).isNull();
    }
}
