package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resque pause} and {@code resque resume}, of all workers and of one in a process of its own. */
@Timeout(240)
class PauseCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final Path CONF = Path.of("..", "resque-distribution", "src", "main", "conf", "logback.xml")
            .toAbsolutePath();

    @TempDir
    Path home;

    private final String namespace = SERVER.newNamespace();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private Process process;
    private String out = "";
    private String err = "";

    @AfterEach
    void nothingIsLeft() {
        if (process != null) {
            List<ProcessHandle> below = process.descendants().toList();
            process.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
        resque.close();
        try (RespClient redis = SERVER.client()) {
            redis.deleteKeys(namespace + ":");
        }
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        Environment environment = new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace));
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    /** Starts a worker, and returns its id. */
    private String start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("printed").toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RESQUE_"));
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "CLASSPATH",
                        System.getProperty("java.class.path"),
                        "APP_INCLUDE",
                        KillJobs.class.getName(),
                        "RESQUE_JAVA_OPTS",
                        "-XX:TieredStopAtLevel=1 -Dlogback.configurationFile=" + CONF,
                        "REDIS_BACKEND",
                        SERVER.url(),
                        "PREFIX",
                        namespace,
                        "FORK_PER_JOB",
                        "false",
                        "VERBOSE",
                        "1",
                        "QUEUE",
                        "q"));
        process = builder.start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> resque.inspector().counters().workers() > 0);
        return resque.inspector().workers().get(0).id();
    }

    private String printed() throws IOException {
        return Files.readString(home.resolve("printed"));
    }

    @Test
    void oneWorkerOfThisMachineIsPausedAndResumedByItsSignals() throws Exception {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
        Files.createFile(home.resolve("lib/resque-core-9.8.jar")); // the script takes the version from it
        String id = start("/bin/sh", home.resolve("bin/resque").toString());
        assertThat(run("pause", id)).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** paused " + id + "\n");
        await().atMost(Duration.ofSeconds(30)).until(() -> printed().contains("USR2 received; pausing job processing"));
        Path file = home.resolve("ran");
        resque.enqueue("q", "Endless", file.toString());
        await().during(Duration.ofMillis(500)).until(() -> resque.inspector().queueSize("q") == 1);
        assertThat(run("resume", id, "--json")).as(err).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"resumed\":[\"" + id + "\"]}");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
    }

    @Test
    void anApplicationWithAWorkerInItGetsNoSignal() throws Exception {
        String id = start(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                KillJobs.class.getName(),
                SERVER.url(),
                namespace);
        assertThat(run("pause", id)).isEqualTo(ExitStatus.USAGE);
        assertThat(err)
                .startsWith("The worker " + id + " is not paused: its process is the application ")
                .contains("use Worker.pause there", "resque pause --all");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void allWorkersArePausedAndResumed() {
        assertThat(run("pause", "--all")).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** paused all workers\n");
        try (RespClient redis = SERVER.client()) {
            assertThat(redis.text("GET", namespace + ":pause-all-workers")).isEqualTo("true");
            assertThat(run("resume", "--all", "--json")).isZero();
            assertThat(out).isEqualToIgnoringNewLines("{\"resumed\":\"all\"}");
            assertThat(redis.number("EXISTS", namespace + ":pause-all-workers")).isZero();
        }
    }

    @Test
    void aQueueIsPausedAndResumed() {
        try (RespClient redis = SERVER.client()) {
            assertThat(run("pause", "mail")).as(err).isZero();
            assertThat(out).isEqualToNormalizingNewlines("** paused the queue mail\n");
            assertThat(err).contains("There is no queue mail yet; it is paused from its first job on");
            assertThat(redis.text("GET", namespace + ":java:paused-queues")).isEqualTo("mail\n");
            redis.call("SADD", namespace + ":queues", "mail", "other");
            assertThat(run("queues")).isZero();
            assertThat(out).contains("STATE").containsPattern("mail +0 +paused").doesNotContainPattern("other +0 +p");
            assertThat(run("stats", "--json")).isZero();
            assertThat(out).contains("\"paused_queues\":[\"mail\"]");
            assertThat(run("doctor")).isZero();
            assertThat(out).contains("mail: 0 jobs; it is paused", "resque resume mail", "Resque.resumeQueue");
            assertThat(run("resume", "mail", "--json")).as(err).isZero();
            assertThat(out).isEqualToIgnoringNewLines("{\"resumed\":[\"mail\"]}");
            assertThat(redis.number("EXISTS", namespace + ":java:paused-queues"))
                    .isZero();
            assertThat(run("resume", "mail")).isEqualTo(ExitStatus.NO);
            assertThat(err).contains("The queue mail is not paused");
        }
    }
}
