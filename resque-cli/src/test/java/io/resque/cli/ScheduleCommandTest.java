package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code resque schedule}. */
class ScheduleCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private String out = "";
    private String err = "";

    @AfterEach
    void nothingIsLeft() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        Environment environment =
                new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "COLUMNS", "120"));
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    private RecurringJob find(String name) {
        return resque.schedules().find(name).orElseThrow();
    }

    @Test
    void aRecurringJobIsWritten() {
        assertThat(run(
                        "schedule",
                        "put",
                        "nightly",
                        "reports",
                        "Report",
                        "7",
                        "\"x\"",
                        "--cron",
                        "30 2 * * *",
                        "--zone",
                        "Europe/Berlin",
                        "--skip-missed",
                        "--description",
                        "of the night"))
                .as(err)
                .isZero();
        RecurringJob nightly = find("nightly");
        assertThat(nightly.cron()).contains("30 2 * * * Europe/Berlin");
        assertThat(nightly.queue()).isEqualTo("reports");
        assertThat(nightly.job().args()).containsExactly(7L, "x");
        assertThat(nightly.misfire()).isEqualTo(Misfire.SKIP);
        assertThat(nightly.description()).contains("of the night");
        assertThat(out)
                .isEqualToIgnoringNewLines("The recurring job nightly was written; it is due at "
                        + nightly.nextRun().orElseThrow());

        assertThat(run("schedule", "put", "long", "mail", "Long", "--every", "1m", "--skip", "90m"))
                .as(err)
                .isZero();
        assertThat(find("long").job().unique())
                .hasValueSatisfying(unique -> assertThat(unique.limit()).isEqualTo(Duration.ofMinutes(90)));
        assertThat(run("schedule", "put", "long", "mail", "Long", "--every", "1m", "--skip", "soon"))
                .isNotZero();
        assertThat(err).contains("--skip");

        String[] poll = {
            "schedule", "put", "poll", "mail", "Poll", "--every", "90m", "--first", "2033-05-18T05:33:20+02:00"
        };
        assertThat(run(poll)).as(err).isZero();
        assertThat(find("poll").every()).contains(Duration.ofMinutes(90));
        assertThat(find("poll").nextRun()).contains(Instant.parse("2033-05-18T03:33:20Z"));
        assertThat(run(poll)).isZero();
        assertThat(out).startsWith("The recurring job poll stands there already; it is due at 2033-05-18T03:33:20Z");
        for (String same : List.of("2000000000", "2033-05-18T03:33:20Z", "2033-05-18 03:33:20Z")) {
            poll[8] = same;
            assertThat(run(poll)).as(err).isZero();
            assertThat(out).as(same).startsWith("The recurring job poll stands there already");
        }
        assertThat(run(
                        "schedule",
                        "put",
                        "poll",
                        "mail",
                        "Poll",
                        "--every",
                        "90m",
                        "--first",
                        "2033-05-18T05:33:20",
                        "--zone",
                        "Europe/Berlin"))
                .as(err)
                .isZero();
        assertThat(out).startsWith("The recurring job poll stands there already");
        run("schedule", "pause", "poll");
        assertThat(run("schedule", "put", "poll", "mail", "Poll", "--every", "1h"))
                .as(err)
                .isZero();
        assertThat(out).isEqualToIgnoringNewLines("The recurring job poll was written; it is paused");
        assertThat(run("schedule", "put", "shared", "mail", "Poll", "--every", "1d", "--shared", "--json"))
                .as(err)
                .isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"written\":true,\"paused\":false,\"next_run\":null}");
        assertThat(find("shared").isFired()).isFalse();
    }

    @Test
    void allAreListed() {
        assertThat(run("schedule")).as(err).isZero();
        run("schedule", "put", "poll", "mail", "Poll", "--every", "90m", "--first", "2033-05-18T03:33:20Z");
        run("schedule", "put", "stopped", "mail", "Poll", "--cron", "@daily UTC");
        run("schedule", "pause", "stopped");
        redis.call(
                "HSET",
                namespace + ":persistent_schedules",
                "bad",
                "null",
                "rubys",
                "{\"cron\":\"0 6 * * *\",\"class\":\"R\",\"queue\":\"q\"}",
                "staging",
                "{\"every\":\"1h\",\"class\":\"R\",\"queue\":\"q\",\"rails_env\":\"staging, test\"}",
                "never",
                "{\"every\":\"1h\",\"class\":\"R\",\"queue\":\"q\",\"rails_env\":\"\"}");
        redis.call("HSET", namespace + ":delayed:last_enqueued_at", "rubys", "2026-11-28 20:52:20 -0500");
        assertThat(run("schedule", "list")).as(err).isZero();
        assertThat(out.lines().map(line -> line.replaceAll(" {2,}", "|")))
                .containsExactly(
                        "NAME|DUE|QUEUE|CLASS|LAST RUN|NEXT RUN",
                        "bad|-|-|-|-|cannot be fired: it is null, not an object",
                        "never|every 1h|q|R|-|fired by nobody: its rails_env names no value",
                        "poll|every 1h30m|mail|Poll|-|2033-05-18T03:33:20Z",
                        "rubys|0 6 * * *|q|R|2026-11-29T01:52:20Z|left to Ruby's scheduler",
                        "staging|every 1h|q|R|-|left to Ruby's scheduler where RAILS_ENV is staging or test",
                        "stopped|@daily UTC|mail|Poll|-|paused");
        assertThat(run("schedule", "--json")).as(err).isZero();
        assertThat(out)
                .contains(
                        "{\"name\":\"rubys\",\"cron\":\"0 6 * * *\",\"zone\":\"UTC\",\"every\":null,\"queue\":\"q\",\"class\":\"R\"",
                        "\"last_run\":\"2026-11-29T01:52:20Z\",\"next_run\":null",
                        "\"every\":\"PT1H30M\"",
                        "\"problem\":\"it is null, not an object\"");
    }

    @Test
    void itIsTriggeredPausedResumedAndRemoved() {
        run("schedule", "put", "poll", "mail", "Poll", "1", "--every", "90m");
        assertThat(run("schedule", "trigger", "poll")).as(err).isZero();
        assertThat(out).isEqualToIgnoringNewLines("The recurring job poll was triggered");
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(1);
        assertThat(run("schedule", "resume", "poll")).isEqualTo(ExitStatus.NO);
        assertThat(err).isEqualToIgnoringNewLines("The recurring job poll is not paused");
        assertThat(run("schedule", "pause", "poll", "--json")).as(err).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"paused\":true}");
        assertThat(find("poll").isPaused()).isTrue();
        assertThat(run("schedule", "resume", "poll")).as(err).isZero();
        assertThat(run("schedule", "remove", "poll")).as(err).isZero();
        assertThat(out).isEqualToIgnoringNewLines("The recurring job poll was removed");
        for (String action : new String[] {"remove", "trigger", "pause", "resume"}) {
            assertThat(run("schedule", action, "poll")).isEqualTo(ExitStatus.NO);
            assertThat(err).isEqualToIgnoringNewLines("There is no recurring job poll; 'resque schedule' shows all");
        }
        run("schedule", "put", "shared", "mail", "Poll", "--every", "1d", "--shared");
        assertThat(run("schedule", "pause", "shared")).isZero();
        assertThat(err).contains("Ruby's scheduler knows no pauses");
        redis.call("HSET", namespace + ":persistent_schedules", "bad", "{\"every\":\"1x\",\"rails_env\":\"java\"}");
        assertThat(run("schedule", "pause", "bad")).isZero();
        assertThat(err).as("no Ruby fires it").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    schedule drop                                   | The actions are list, put, remove, trigger, pause and resume
                    schedule pauze a                                | schedule knows no action "pauze"; did you mean put or pause?
                    schedule xyz                                    | schedule knows no action "xyz". The actions are
                    schedule list a                                 | list takes no name, but was given "a"
                    schedule pause                                  | resque schedule pause NAME
                    schedule pause a q                              | are for put; pause takes none of them
                    schedule remove a --every 1h                    | are for put; remove takes none of them
                    schedule put a q                                | put needs a name, a queue and a class
                    schedule put a q A                              | one of --cron and --every
                    schedule put a q A --cron @daily --every 1h     | one of --cron and --every
                    schedule put a q A --cron @daily                | names no time zone
                    schedule put a q A --cron @dayly --zone UTC     | cannot be used
                    schedule put a q A --cron @daily --zone Mars    | --zone must be a zone, such as UTC, Europe/Berlin
                    schedule put a q A --every 1x                   | its unit "x" is none of
                    schedule put a q A --every 1h --zone UTC        | --zone is for --cron
                    schedule put a q A --every 1h --first tomorrow  | --first must be a date and a time with a zone
                    schedule put a q A --every 1h --first 2033-05-18T05:33 | names no zone
                    schedule put a q A x --every 1h                 | The argument x is not JSON
                    """)
    void aMistakeIsNamedAndWritesNothing(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains(sentence);
        assertThat(redis.dump(namespace + ":")).isEmpty();
    }
}
