package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** COUNT: several workers under one pid. */
@Timeout(240)
class SupervisorTest extends BinResqueFixture {
    @TempDir
    static Path home;

    private final Map<String, String> environment =
            Map.of("QUEUE", "a", "PREFIX", namespace, "COUNT", "4", "JOBS_PER_FORK", "20");

    @BeforeEach
    void start() throws IOException {
        running = BIN.startAndAwait(resque, environment);
    }

    private void assertEnded() throws InterruptedException {
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(resque.inspector().counters().workers()).isZero();
        assertThat(running.process().descendants()).isEmpty();
    }

    @Test
    void aStormOfSignalsLosesNoJobAndEndsEachOneWay() throws Exception {
        int jobs = 250; // a JVM each
        resque.enqueueAll(
                "a",
                IntStream.range(0, jobs)
                        .mapToObj(number -> JobSpec.of("Take", number % 60))
                        .toList());
        Random random = new Random(5);
        String storm = String.join(
                "\n",
                IntStream.range(0, 1500)
                        .mapToObj(number -> "kill -"
                                + List.of("USR1", "USR2", "CONT", "CONT").get(random.nextInt(4)) + " " + running.pid())
                        .toList());
        Process shell = new ProcessBuilder("sh", "-c", storm + "\nkill -CONT " + running.pid()).start();
        assertThat(shell.waitFor()).isZero();
        await().atMost(Duration.ofSeconds(80))
                .until(() -> resque.inspector().counters().processed() == jobs);
        running.signal("QUIT");
        assertEnded();
        assertThat(resque.inspector().queueSize("a")).isZero();
        assertThat(resque.inspector().counters().processed()).isEqualTo(jobs);
        System.out.println("Storm of 1,500 signals on 4 workers: " + jobs + " jobs processed, "
                + resque.failures().count() + " of them killed and recorded, nothing left");
    }

    @Test
    void aWorkerThatIsKilledIsReplacedAndItsJobRecorded() throws Exception {
        String killed = resque.inspector().workers().get(0).pid();
        BinResque.kill("KILL", Long.parseLong(killed));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(resque.inspector().workers())
                        .hasSize(4)
                        .noneMatch(worker -> worker.pid().equals(killed)));
        running.signal("TERM");
        assertEnded();
    }

    @Test
    void whenTheLauncherIsKilledNothingRunsOn() {
        List<ProcessHandle> below = running.process().descendants().toList();
        BinResque.kill("KILL", running.pid());
        await().atMost(Duration.ofSeconds(60)).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void eachWorkerHasAFileWithThePidOfItsJvm() throws Exception {
        running.end();
        resque.recoverDeadWorkers();
        Path name = home.resolve(namespace + ".jvm.pid");
        Map<String, String> two = Map.of(
                "QUEUE",
                "a",
                "PREFIX",
                namespace,
                "COUNT",
                "2",
                "FORK_PER_JOB",
                "false",
                "JVM_PIDFILE",
                name.toString());
        running = BIN.startAndAwait(resque, two);
        Path first = home.resolve(name.getFileName() + ".1");
        Path second = home.resolve(name.getFileName() + ".2");
        await().atMost(Duration.ofSeconds(60)) // a file is empty for an instant
                .until(() ->
                        Files.exists(first) && Files.size(first) > 0 && Files.exists(second) && Files.size(second) > 0);
        assertThat(name).as("that of none").doesNotExist();
        long killed = Long.parseLong(Files.readString(first));
        assertThat(Files.readString(second)).matches("\\d+").isNotEqualTo(Long.toString(killed));
        BinResque.kill("KILL", killed);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Files.readString(first))
                        .as("that of the worker in its place")
                        .matches("\\d+")
                        .isNotEqualTo(Long.toString(killed)));
        running.signal("QUIT");
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(first).doesNotExist();
        assertThat(second).doesNotExist();
    }
}
