package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code enqueue --at}, {@code enqueue --in} and {@code delayed}. */
class DelayedCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final Instant LATER = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 86_400);

    private final String namespace = "cli" + UUID.randomUUID();
    private final Environment environment =
            new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "COLUMNS", "80"));
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private String out = "";
    private String err = "";

    @AfterEach
    void close() {
        resque.close();
        try (RespClient redis = SERVER.client()) {
            redis.deleteKeys(namespace + ":");
        }
    }

    private int run(String... args) {
        return run(environment, args);
    }

    private int run(Environment environment, String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    private List<Instant> due() {
        return resque.delayed().jobs().map(job -> job.dueAt()).toList();
    }

    @Test
    void aJobIsEnqueuedForLater() {
        assertThat(run("enqueue", "mail", "Reminder", "42", "--at", LATER.toString()))
                .as(err)
                .isZero();
        assertThat(out).isEqualToNormalizingNewlines("Delayed Reminder of mail until " + LATER + "\n");
        assertThat(due()).containsExactly(LATER);
        Instant before = Instant.now();
        assertThat(run("enqueue", "mail", "Reminder", "--in", "10m", "--track", "--json"))
                .isZero();
        assertThat(out).matches("\\{\"queued\":true,\"token\":\"[0-9a-f]{32}\",\"due_at\":\"[^\"]+Z\"}\\R");
        assertThat(due().get(0))
                .isBetween(before.plusSeconds(600), Instant.now().plusSeconds(601));
        assertThat(resque.inspector().queues()).isEmpty();
        assertThat(run("enqueue", "mail", "Reminder", "--at", "2020-01-01T01:00+01:00"))
                .isZero();
        assertThat(out)
                .isEqualToNormalizingNewlines("Queued Reminder on mail, since 2020-01-01T00:00:00Z has passed\n");
        assertThat(resque.inspector().queueSize("mail")).isOne();
        assertThat(run("enqueue", "mail", "Reminder", "--in", "9000d")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("later than 3653 days from now", "RESQUE_MAX_DELAY");
        Environment longer = new Environment(
                Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "RESQUE_MAX_DELAY", "9001d"));
        assertThat(run(longer, "enqueue", "mail", "Reminder", "--in", "9000d"))
                .as(err)
                .isZero();
        assertThat(run("enqueue", "mail", "Reminder", "--in", "99999999999999999d"))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(run("enqueue", "mail", "Reminder", "--in", "999999999999999s"))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("later than 3653 days from now");
    }

    private void three() {
        resque.at(LATER).enqueue("mail", "Reminder", 42);
        resque.at(LATER).enqueue("mail", "Reminder", "x");
        resque.at(LATER.plusSeconds(60)).enqueue("low", "Report");
    }

    @Test
    void theyAreListedByPages() {
        assertThat(run("delayed")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("No delayed jobs\n");
        three();
        assertThat(run("delayed")).isZero();
        assertThat(out)
                .isEqualToNormalizingNewlines("DUE AT                QUEUE  CLASS     ARGUMENTS\n" + LATER
                        + "  mail   Reminder  [42]\n" + LATER
                        + "  mail   Reminder  [\"x\"]\n" + LATER.plusSeconds(60)
                        + "  low    Report    []\nDelayed jobs: 1 to 3 of 3\n");
        assertThat(run("delayed", "list", "--limit", "1", "--offset", "1")).isZero();
        assertThat(out)
                .contains("[\"x\"]", "Delayed jobs: 2 to 2 of 3; go on by --offset 2")
                .doesNotContain("[42]");
        assertThat(run("delayed", "list", "--offset", "3")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("No more delayed jobs\n");
        assertThat(run("delayed", "list", "Reminder", "--limit", "1")).isZero();
        assertThat(out).contains("Delayed jobs of Reminder: 1 to 1; go on by --offset 1");
        assertThat(run("delayed", "list", "Reminder", "\"x\"", "--json")).isZero();
        assertThat(resque.serializer().decode(Payload.ofText(out.strip())))
                .hasToString("{count=null, jobs=[{due_at=" + LATER
                        + ", queue=mail, class=Reminder, args=[x], token=null}]}");
        assertThat(run("delayed", "list", "--from", LATER.plusSeconds(1).toString(), "--json"))
                .isZero();
        assertThat(out).startsWith("{\"count\":1,\"jobs\":[{\"due_at\":\"").contains("\"class\":\"Report\"");
        assertThat(run("delayed", "list", "--to", "1000")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("No delayed jobs between these times\n");
    }

    @Test
    void whatIsNoJobIsShownAsItIs() {
        try (RespClient redis = SERVER.client()) {
            redis.call("ZADD", namespace + ":delayed_queue_schedule", 5, "5");
            redis.call("RPUSH", namespace + ":delayed:5", "\u001b[2Jno job " + "x".repeat(20_000));
        }
        assertThat(run("delayed")).isZero();
        assertThat(out)
                .contains("1970-01-01T00:00:05Z", "(no job)", "\\u001b[2Jno job")
                .doesNotContain("\u001b")
                .hasSizeLessThan(1_000);
        assertThat(out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(run("delayed", "--json")).isZero();
        assertThat(out).contains("\"class\":\"\"", "\"item\":\"\\u001b[2Jno job");
    }

    @Test
    void theyAreRemovedEnqueuedAndMoved() {
        three();
        assertThat(run(
                        "delayed",
                        "reschedule",
                        "Report",
                        "--at",
                        LATER.plusSeconds(5).toString()))
                .isZero();
        assertThat(out).isEqualToNormalizingNewlines("Moved 1 delayed job to " + LATER.plusSeconds(5) + "\n");
        assertThat(due()).containsExactly(LATER, LATER, LATER.plusSeconds(5));
        assertThat(run("delayed", "now", "Reminder", "42")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("Put 1 delayed job onto its queue\n");
        assertThat(resque.inspector().queueSize("mail")).isOne();
        assertThat(run(
                        "delayed",
                        "remove",
                        "Reminder",
                        "--from",
                        LATER.plusSeconds(1).toString()))
                .isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToNormalizingNewlines("Removed 0 delayed jobs\n");
        assertThat(run("delayed", "remove", "Reminder", "--json")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"removed\":1}");
        String token = resque.at(LATER).enqueueTracked("mail", "Tracked").orElseThrow();
        resque.at(LATER).enqueue("mail", "Tracked");
        assertThat(run("delayed", "list", "Tracked", "--id", token, "--json")).isZero();
        assertThat(out).containsOnlyOnce("\"class\"").contains("\"token\":\"" + token);
        assertThat(run("delayed", "reschedule", "Tracked", "--id", token, "--in", "3d", "--json"))
                .isZero();
        assertThat(out).matches("\\{\"rescheduled\":1,\"due_at\":\"[^\"]+Z\"}\\R");
        assertThat(run("delayed", "now", "Tracked", "--id", token, "--json")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"queued\":1}");
    }

    @Test
    void allAreRemovedOnlyIfThatIsSaid() {
        assertThat(run("delayed", "clear")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToNormalizingNewlines("Removed 0 delayed jobs\n");
        three();
        assertThat(run("delayed", "clear")).isEqualTo(ExitStatus.USAGE);
        assertThat(err)
                .startsWith("3 jobs are delayed, and will not run once they are removed; say --force to remove them");
        assertThat(run("delayed", "clear", "--from", LATER.plusSeconds(1).toString()))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(err).startsWith("1 job is delayed between these times");
        assertThat(resque.delayed().count()).isEqualTo(3);
        assertThat(run(
                        "delayed",
                        "clear",
                        "--force",
                        "--from",
                        LATER.plusSeconds(1).toString()))
                .isZero();
        assertThat(out).isEqualToNormalizingNewlines("Removed 1 delayed job\n");
        assertThat(run("delayed", "clear", "--force", "--json")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"removed\":2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enqueue q J --at 2026-12-24T08:00    | --at \"2026-12-24T08:00\" names no zone: add Z for UTC or an offset, 2026-12-24T08:00Z, or say --zone",
                "enqueue q J --at tomorrow            | --at must be a date and a time with a zone, such as 2026-12-24T08:00:00Z",
                "enqueue q J --at 2026-12-24          | --at must be a date and a time with a zone",
                "enqueue q J --at 1798099200000       | --at \"1798099200000\" has too many digits for seconds since 1970",
                "enqueue q J --in 90                  | --in \"90\" has no unit; say 90s for seconds, 90m for minutes",
                "enqueue q J --in -5m                 | --in must be a duration, such as 30s, 10m",
                "enqueue q J --in PT-5M               | --in must be a duration, such as 30s, 10m",
                "enqueue q J --in 10x                 | --in must be a duration, such as 30s, 10m, 2h, 1h30m, 7d or PT90S; was \"10x\"",
                "enqueue q J --in 1h --at 5           | --at and --in both say when the job is due",
                "enqueue q J --at 2027-01-01T00:00 --zone Berlin | --zone must be a zone, such as UTC, Europe/Berlin or +01:00, was \"Berlin\"",
                "enqueue q J --at 2027-03-28T02:30 --zone Europe/Berlin | does not exist in Europe/Berlin, where the clock is put forward then",
                "enqueue q J --at 2026-10-25T02:30 --zone Europe/Berlin | comes twice in Europe/Berlin, where the clock is put back then; add the offset that is meant, +02:00 or +01:00",
                "delayed lst                          | delayed knows no action \"lst\"; did you mean list? The actions are list, remove, now, reschedule and clear",
                "delayed Reminder                     | delayed knows no action \"Reminder\". The actions are list, remove, now, reschedule and clear; to look for a class use: resque delayed list CLASS",
                "delayed remove                       | Name the class of the jobs: resque delayed remove CLASS; to remove all jobs use: resque delayed clear",
                "delayed now                          | Name the class of the jobs: resque delayed now CLASS",
                "delayed now --class Reminder         | The class needs no option: resque delayed now Reminder",
                "delayed list --id 7                  | Name the class of the job with the id, too",
                "delayed reschedule Reminder          | Say when the jobs are to be due, by --at or --in",
                "delayed list --in 1h                 | --at and --in are for reschedule",
                "delayed clear Reminder               | clear removes delayed jobs of every class; to remove those of one class use: resque delayed remove Reminder",
                "delayed remove Reminder --force      | --force is for clear",
                "delayed list --from 5 --to 4         | --from 5 is later than --to 4",
                "delayed list --to 2026-12-24T08:00   | --to \"2026-12-24T08:00\" names no zone",
                "delayed remove Reminder nojson       | a string needs quotes: '\"nojson\"'",
                "failed list --retried --no-retried   | --retried and --no-retried leave no failure",
            })
    void aMistakeIsToldInASentence(String line, String message) {
        assertThat(run(line.strip().split(" "))).as(out + err).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains(message).doesNotContain("\tat ", "Usage").hasLineCount(err.contains("Try '") ? 2 : 1);
        assertThat(resque.delayed().count()).isZero();
        assertThat(resque.inspector().queues()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-24T08:00:00Z, 2026-12-24T08:00:00Z",
        "2026-12-24T09:00+01:00, 2026-12-24T08:00:00Z",
        "2026-12-24 09:00:00+01:00, 2026-12-24T08:00:00Z",
        "2026-12-24t09:00:00.5+01:00, 2026-12-24T08:00:00.500Z",
        "2026-12-24T09:00+01:00[Europe/Berlin], 2026-12-24T08:00:00Z",
        "1798099200, 2026-12-24T08:00:00Z",
        "0, 1970-01-01T00:00:00Z",
    })
    void instants(String text, Instant instant) {
        assertThat(Instants.instant("--at", text, null)).isEqualTo(instant);
    }

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S",
        "10m, PT10M",
        "2h, PT2H",
        "1h30m, PT1H30M",
        "7d, PT168H",
        "2w, PT336H",
        "10M, PT10M",
        "0s, PT0S",
        "PT90S, PT1M30S",
        "P1DT12H, PT36H",
        "pt1.5s, PT1.5S",
    })
    void durations(String text, Duration duration) {
        assertThat(Instants.duration("--in", text)).isEqualTo(duration);
    }

    @Test
    void aTimeIsReadInTheZoneThatIsSaid() {
        assertThat(run("enqueue", "q", "J", "--at", "2027-07-01T09:00", "--zone", "Europe/Berlin"))
                .as(err)
                .isZero();
        assertThat(out).contains("until 2027-07-01T07:00:00Z");
        assertThat(run("delayed", "now", "J", "--to", "2027-07-01T08:59", "--zone", "Europe/Berlin"))
                .isEqualTo(ExitStatus.NO);
        assertThat(run("delayed", "now", "J", "--to", "2027-07-01T09:00", "--zone", "Europe/Berlin"))
                .isZero();
    }

    @Test
    void aRedisThatIsAwayOrRefusesIsToldInASentence() {
        assertThat(run("delayed", "-r", "127.0.0.1:1")).isEqualTo(ExitStatus.REDIS);
        assertThat(err).contains("Cannot reach Redis at 127.0.0.1:1/0").hasLineCount(1);
        three();
        try (RedisServer replica = RedisServer.start("--replicaof", SERVER.host(), Integer.toString(SERVER.port()))) {
            assertThat(run("enqueue", "q", "J", "--in", "1h", "-r", replica.url()))
                    .isEqualTo(ExitStatus.REDIS);
            assertThat(err).contains("READONLY").hasLineCount(1);
        }
    }

    /** A terminal of 80 columns shows every line whole. */
    @Test
    void aListFitsEightyColumns() {
        resque.at(LATER)
                .enqueue(
                        "a_queue_with_a_rather_long_name",
                        "com.acme.billing.jobs.CollectOutstandingInvoices",
                        Map.of("customer", "x".repeat(300)));
        assertThat(run("delayed")).isZero();
        assertThat(out.lines()).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(out).contains(LATER.toString(), "standingInvoices");
    }
}
