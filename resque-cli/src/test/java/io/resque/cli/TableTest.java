package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Table failures() {
        Table table =
                Table.of("FAILED AT", "QUEUE", "CLASS", "EXCEPTION", "ERROR").tail(3);
        table.row(
                "2026/11/30 12:30:00 UTC",
                "mail",
                "WelcomeMail",
                "java.lang.IllegalStateException",
                "the mail server at mail.example.com does not answer");
        table.row("2026/11/30 12:30:01 UTC", "mail", "Invoice", "java.io.IOException", "no");
        return table;
    }

    @Test
    void withoutALimitEachColumnIsAsWideAsItsWidestCell() {
        Table table = Table.of("QUEUE", "JOBS");
        table.row("low", "1");
        table.row("mail", "12");
        assertThat(table.lines(Terminal.NONE)).containsExactly("QUEUE  JOBS", "low    1", "mail   12");
        assertThat(failures().lines(Terminal.NONE)).anyMatch(line -> line.endsWith("com does not answer"));
    }

    @Test
    void withinALimitWideColumnsAreCutAndTheEndOfAnExceptionStays() {
        List<String> lines = failures().lines(80);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines.get(1)).startsWith("2026/11/30 12:30:00 UTC  mail").contains("…", "Exception  ");
    }

    @Test
    void theFirstColumnIsNeverCutAndStandsAloneIfItIsTooWide() {
        String id = "ip-10-0-12-34.eu-west-1.compute.internal-jvm:12345:critical,high,low";
        Table table = Table.of("WORKER", "STATE", "JOB", "DONE", "FAILED", "HEARTBEAT");
        table.row(id, "working", "com.acme.mail.WelcomeMail of critical", "1234567890", "0", "12 s ago");
        table.row("h:1:q", "idle", "-", "3", "0", "-");
        List<String> lines = table.lines(80);
        assertThat(lines).contains(id).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines).anyMatch(line -> line.matches(" +working .*1234567890 .*"));
        assertThat(lines.get(lines.size() - 1)).startsWith("h:1:q ");
    }

    @Test
    void aLongCellMovesNoOtherLine() {
        Table table = Table.of("FAILED AT", "CLASS", "ERROR");
        table.row("today", "x".repeat(200_000), "bad");
        table.row("today", "Mail", "bad");
        assertThat(table.lines(Terminal.NONE).get(1)).hasSizeLessThan(300).endsWith("…  bad");
        assertThat(table.lines(Terminal.NONE).get(2)).hasSizeLessThan(100);
        assertThat(table.lines(80)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void textGoesOnInTheNextLine() {
        Table table = Table.withoutNames().wrap();
        table.row("ok", "connection", "Redis answers in 1 ms");
        table.row(
                "!!",
                "memory",
                "maxmemory-policy is allkeys-lru: a full Redis would throw jobs away; set it to noeviction");
        assertThat(table.lines(60))
                .containsExactly(
                        "ok  connection  Redis answers in 1 ms",
                        "!!  memory      maxmemory-policy is allkeys-lru: a full",
                        "                Redis would throw jobs away; set it to",
                        "                noeviction");
        assertThat(table.lines(Terminal.NONE)).hasSize(2);
    }

    @Test
    void wideAndCombiningCharactersCountAsATerminalShowsThem() {
        Table table = Table.of("QUEUE", "JOBS");
        table.row("中文", "1");
        table.row("e\u0301", "2");
        table.row("a\u202eb", "3");
        assertThat(table.lines(80)).containsExactly("QUEUE     JOBS", "中文      1", "e\u0301         2", "a\\u202eb  3");
    }
}
