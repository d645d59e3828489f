package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code retry}. */
class RetryCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = "cli" + UUID.randomUUID();
    private final Environment environment =
            new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "COLUMNS", "160"));
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private String out = "";
    private String err = "";

    @BeforeEach
    void fail() throws Exception {
        resque.in(Duration.ofMinutes(1)).enqueue("mail", "Charge", 1);
        resque.enqueue("mail", "Charge", 42);
        resque.enqueue("mail", "Report");
        Retry retry = Retry.limit(3).fixed(Duration.ofHours(1));
        resque.workerBuilder("mail")
                .register("Charge", () -> job -> {
                    throw new IOException("no network");
                })
                .register("Report", () -> job -> {
                    throw new IOException("no disk");
                })
                .retry("Charge", retry)
                .retry("Report", retry)
                .drain();
    }

    @AfterEach
    void close() {
        resque.close();
        try (RespClient redis = SERVER.client()) {
            redis.deleteKeys(namespace + ":");
        }
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    private long keysOfRuby() {
        try (RespClient redis = SERVER.client()) {
            return redis.dump(namespace + ":").keySet().stream()
                    .filter(key -> key.contains("resque-retry:"))
                    .count();
        }
    }

    @Test
    void waitingRetriesAreListed() {
        assertThat(run("retry")).as(err).isZero();
        assertThat(out.lines().skip(1).toList())
                .hasSize(3)
                .anyMatch(line -> line.matches("\\S+Z +2 +mail +Charge +\\[42] +java.io.IOException: no network"))
                .anyMatch(line -> line.matches("\\S+Z +2 +mail +Report +\\[] +java.io.IOException: no disk"))
                .contains("Retries: 1 to 2");
        assertThat(run("retry", "list", "Charge", "--json")).isZero();
        assertThat(out)
                .contains("\"run\":2", "\"exception\":\"java.io.IOException\"", "\"error\":\"no network\"", "[42]")
                .doesNotContain("Report", "[1]");
        assertThat(run("retry", "list", "--limit", "1")).isZero();
        assertThat(out).contains("Retries: 1 to 1; go on by --offset 1");
        assertThat(run("retry", "list", "--offset", "2")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("No more retries\n");
        assertThat(run("retry", "list", "Charge", "1")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("No retries of Charge\n");
    }

    @Test
    void aRetryRunsAtOnceOrIsCancelled() {
        assertThat(run("retry", "now", "Charge")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("Put 1 retry onto its queue\n");
        assertThat(resque.inspector().peek("mail", 0, 9))
                .as("the delayed job that is no retry stays")
                .singleElement()
                .satisfies(job -> assertThat(job.args()).containsExactly(42L));
        assertThat(keysOfRuby()).isEqualTo(4);
        assertThat(run("retry", "remove", "Report", "--json")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("{\"removed\":1}\n");
        assertThat(keysOfRuby()).as("those of Charge").isEqualTo(2);
        assertThat(run("retry", "remove", "Charge")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToNormalizingNewlines("Removed 0 retries\n");
        assertThat(resque.delayed().count()).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry lst                 | retry knows no action \"lst\"; did you mean list? The actions are list, now and remove",
                "retry Charge              | to look for a class use: resque retry list CLASS, and to retry a failure: resque failed retry",
                "retry now                 | Name the class of the jobs: resque retry now CLASS",
                "retry now --class Charge  | The class needs no option: resque retry now Charge",
                "retry --id 7              | Name the class of the job with the id, too: resque retry list CLASS --id 7",
            })
    void aMistakeIsToldInASentence(String line, String message) {
        assertThat(run(line.strip().split(" "))).as(out + err).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains(message).doesNotContain("\tat ", "Usage");
        assertThat(resque.delayed().count()).isEqualTo(3);
    }
}
