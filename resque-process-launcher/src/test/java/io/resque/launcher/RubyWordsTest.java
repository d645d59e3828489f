package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.launcher.internal.process.WorkerEnd;
import io.resque.tck.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of Ruby's and PHP's workers in the log and the titles of {@code bin/resque}, which operators' rules look for. */
@Timeout(120)
class RubyWordsTest extends BinResqueFixture {
    /** The configuration of the distribution. */
    private static final Path CONF = Path.of("..", "resque-distribution", "src", "main", "conf", "logback.xml")
            .toAbsolutePath()
            .normalize();

    private final RespClient redis = SERVER.client();

    @Override
    @AfterEach
    void nothingIsLeft() {
        super.nothingIsLeft();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "QUEUE",
                "plain,failing",
                "PREFIX",
                namespace,
                "APP_INCLUDE",
                WordsJobs.class.getName(),
                "RESQUE_JAVA_OPTS",
                "-Dlogback.configurationFile=" + CONF));
        for (String each : more) {
            environment.put(each.split("=")[0], each.split("=", 2)[1]);
        }
        return environment;
    }

    /** The whole output, once the worker has worked the jobs and left. */
    private List<String> printed(long processed, String... more) throws Exception {
        running = BIN.startAndAwait(resque, environment(more));
        String id = resque.inspector().workers().get(0).id();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> resque.inspector().counters().processed() == processed);
        running.signal("QUIT");
        assertThat(running.status()).as(running.printed()).isZero();
        return running.printed().replace(id, "ID").lines().toList();
    }

    @ParameterizedTest
    @CsvSource({"LOGGING,true", "VERBOSE,false"})
    void underLoggingALineForEachStepOfAJobAsInRuby(String variable, String forks) throws Exception {
        resque.enqueue("plain", "PlainJob", 1, "x\ny", Map.of("a", 1.5));
        resque.enqueue("failing", "FailJob", "bad");
        resque.enqueue("plain", "Vetoed");
        assertThat(printed(3, variable + "=1", "FORK_PER_JOB=" + forks))
                .containsSubsequence(
                        "*** Starting worker ID",
                        "*** got: (Job{plain} | PlainJob | [1,\"x\\ny\",{\"a\":1.5}])",
                        "*** done: (Job{plain} | PlainJob | [1,\"x\\ny\",{\"a\":1.5}])",
                        "*** got: (Job{plain} | Vetoed | [])",
                        "*** done: (Job{plain} | Vetoed | []), not performed",
                        "*** got: (Job{failing} | FailJob | [\"bad\"])",
                        "*** (Job{failing} | FailJob | [\"bad\"]) failed: #<java.lang.IllegalStateException: bad>",
                        "*** Exiting...")
                .anyMatch(line -> line.matches("\\s+at .*WordsJobs.*\\(WordsJobs.java:\\d+\\)"))
                .filteredOn(line -> line.contains("failed"))
                .as("one line for each failure")
                .hasSize(1);
    }

    @Test
    void underVverboseThereIsMoreWithTimeAndPid() throws Exception {
        String token = resque.enqueueTracked("plain", "PlainJob", 1).orElseThrow();
        resque.enqueue("failing", "Dies");
        List<String> lines = printed(2, "VVERBOSE=1");
        Pattern time = Pattern.compile("\\*\\* \\[\\d\\d:\\d\\d:\\d\\d \\d{4}-\\d\\d-\\d\\d] " + running.pid() + ": ");
        assertThat(lines.stream()
                        .filter(line -> time.matcher(line).lookingAt())
                        .map(line -> time.matcher(line).replaceFirst("")))
                .contains("Registered signals", "Starting worker ID")
                .containsSubsequence(
                        "Found job on plain",
                        "got: (Job{plain} | ID: " + token + " | PlainJob | [1])",
                        "done: (Job{plain} | ID: " + token + " | PlainJob | [1])",
                        "Found job on failing",
                        "got: (Job{failing} | Dies | [])")
                .anyMatch(line ->
                        line.matches("\\(Job\\{failing} \\| Dies \\| \\[]\\) failed: #<Resque::DirtyExit: .*>"));
    }

    @Test
    void withoutThemNoArgumentIsLogged() throws Exception {
        resque.enqueue("failing", "FailJob", "a secret");
        assertThat(printed(1))
                .noneMatch(line -> line.contains("a secret"))
                .contains("*** FailJob of failing failed with java.lang.IllegalStateException: bad")
                .anyMatch(line -> line.matches("\\s+at .*WordsJobs.*\\(WordsJobs.java:\\d+\\)"));
    }

    @Test
    void ofLongArgumentsTheBeginningIsLogged() throws Exception {
        resque.enqueue("plain", "PlainJob", "n".repeat(200_000), List.of("m".repeat(200_000)));
        assertThat(printed(1, "LOGGING=1"))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(1_500))
                .anyMatch(
                        line -> line.matches("\\*\\*\\* got: \\(Job\\{plain} \\| PlainJob \\| \\[\"n{900,1000}.*…\\)"));
    }

    @Test
    void pauseAndGoingOnAreLogged() throws Exception {
        running = BIN.startAndAwait(resque, environment("LOGGING=1"));
        running.signal("USR2");
        await().until(() -> running.printed().contains("*** USR2 received; pausing job processing\n"));
        running.signal("CONT");
        await().until(() -> running.printed().contains("*** CONT received; resuming job processing\n"));
    }

    private void awaitTitle(String title) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(BinResque.titles(running)).contains(title));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void theTitleOfAWorkerIsPausedAlsoIfAllAre(String forks) throws Exception {
        running = BIN.startAndAwait(resque, environment("FORK_PER_JOB=" + forks));
        awaitTitle("Waiting for plain,failing");
        resque.pauseAll();
        awaitTitle("Paused");
        resque.enqueue("plain", "PlainJob"); // so that the worker notices the pause
        running.signal("USR2");
        resque.resumeAll();
        awaitTitle("Paused");
        running.signal("CONT");
        await().until(() -> resque.inspector().counters().processed() == 1);
        awaitTitle("Waiting for plain,failing");
    }

    @Test
    void aWorkerThatIsPausedWithAllWhileItWorksShowsItOnceTheJobHasEnded() throws Exception {
        running = BIN.startAndAwait(resque, environment());
        resque.enqueue("plain", "PlainJob");
        await().until(() -> resque.inspector().counters().processed() == 1);
        resque.pauseAll();
        awaitTitle("Paused");
    }

    @Test
    void theTitleOfAWorkerOfPatternsShowsTheQueuesThatTheyStandForNow() throws Exception {
        running = BIN.startAndAwait(resque, environment("QUEUE=high,*,!low"));
        awaitTitle("Waiting for ");
        redis.call("SADD", namespace + ":queues", "low", "mail", "a.b");
        awaitTitle("Waiting for a.b,mail");
        redis.call("SADD", namespace + ":queues", "high");
        awaitTitle("Waiting for high,a.b,mail");
        assertThat(resque.inspector().workers())
                .singleElement()
                .satisfies(worker -> assertThat(worker.id()).endsWith(":high,*"));
    }

    @ParameterizedTest
    @CsvSource({
        "no licence | java.lang.IllegalStateException: no licence",
        "error | java.lang.NoClassDefFoundError: com/acme/Gone"
    })
    void aListenerThatThrowsBeforeTheFirstForkIsASentenceAndStatus2(String cell) throws Exception {
        String[] parts = cell.split(" \\| ");
        running = BIN.start(environment("BEFORE_FIRST_FORK=" + parts[0]));
        assertThat(running.status()).isEqualTo(WorkerEnd.Known.CONFIGURATION.status());
        assertThat(running.printed().lines())
                .singleElement()
                .asString()
                .startsWith("The worker is not started: a listener of beforeFirstFork threw " + parts[1] + ", at ")
                .contains("WordsJobs$1.beforeFirstFork(WordsJobs.java:");
        assertThat(resque.inspector().workers()).isEmpty();
    }
}
