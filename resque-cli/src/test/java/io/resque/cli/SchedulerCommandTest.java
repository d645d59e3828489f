package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/resque scheduler} with real processes. */
@Timeout(240)
class SchedulerCommandTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** By which Ruby's workers find workers in the output of {@code ps}. */
    private static final Pattern RUBYS = Pattern.compile("resque:work|resque:\\sStarting|resque-[0-9]");

    @TempDir
    Path home;

    private final RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
    private final String namespace = "sched" + UUID.randomUUID();
    private final Resque resque =
            Resque.builder().url(server.url()).namespace(namespace).build();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> variables = new HashMap<>();
    private Process scheduler;
    private int port;

    @BeforeEach
    void deploy() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
        Files.createFile(home.resolve("lib/resque-core-9.8.jar"));
        Files.copy(Path.of("../resque-distribution/src/main/conf/logback.xml"), home.resolve("logback.xml"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        resque.close();
        if (scheduler != null) {
            List<ProcessHandle> below = scheduler.descendants().toList();
            scheduler.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
        server.close();
    }

    private void start(String... options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                                Stream.of("/bin/sh", home.resolve("bin/resque").toString(), "scheduler"),
                                Stream.of(options))
                        .toList())
                .directory(home.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("RESQUE_") || name.endsWith("_ENV"));
        environment.putAll(Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "CLASSPATH", System.getProperty("java.class.path"),
                "REDIS_BACKEND", server.url(),
                "PREFIX", namespace,
                "PIDFILE", home.resolve("pid").toString(),
                "JVM_PIDFILE", home.resolve("jvm").toString(),
                "RESQUE_HTTP", Integer.toString(port),
                "RESQUE_JAVA_OPTS",
                        "-Xmx64m -XX:TieredStopAtLevel=1 -Dlogback.configurationFile=" + home.resolve("logback.xml")));
        environment.putAll(variables);
        scheduler = builder.start();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(LONG)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void awaitReady() {
        await().atMost(LONG)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(get("/ready").statusCode()).as(printed()).isEqualTo(200));
    }

    private String printed() throws IOException {
        return Files.readString(home.resolve("output"));
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The command lines of a process and of all that it has started, as {@code ps} shows them. */
    private static List<String> commandLines(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(each -> {
                    try {
                        return Files.readString(Path.of("/proc/" + each.pid() + "/cmdline"))
                                .replace('\0', ' ')
                                .strip();
                    } catch (IOException e) {
                        return "";
                    }
                })
                .toList();
    }

    /** Classes outside a jar have version 0. */
    private void awaitTitle(String title) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(commandLines(scheduler))
                        .map(line -> line.replaceFirst("^resque-scheduler-\\d[^:\\[]*", "resque-scheduler-0"))
                        .contains(title));
    }

    @Test
    void itMovesWhatIsDueAndShowsThatToOperators() throws Exception {
        variables.putAll(Map.of("APP_NAME", "shop", "RAILS_ENV", "prod", "SCHEDULER", "false", "COUNT", "3"));
        variables.putAll(Map.of("VERBOSE", "1", "LOCK_TIMEOUT", "60", "RESQUE_SCHEDULER_INTERVAL", "5"));
        start();
        awaitReady();
        assertThat(Files.readString(home.resolve("pid"))).isEqualTo(Long.toString(scheduler.pid()));
        await().atMost(LONG).until(() -> Files.exists(home.resolve("jvm")));
        resque.enqueueAt(Instant.now().plusSeconds(1), "mail", "Reminder", 42);
        await().atMost(LONG).until(() -> resque.inspector().queueSize("mail") == 1);
        resque.schedules()
                .put("yearly", Schedule.every("365d").first(Instant.now().plusSeconds(1)), "post", "Greeting");
        await().atMost(LONG).until(() -> resque.inspector().queueSize("post") == 1);
        assertThat(get("/metrics/process").body())
                .contains(
                        "resque_process_delayed_jobs_total{outcome=\"moved\"} 1\n",
                        "resque_process_recurring_jobs_total 1\n",
                        "resque_process_scheduler_running 1\n");
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(resque.inspector().workers()).as("a scheduler is no worker").isEmpty();
        awaitTitle("resque-scheduler-0[shop][prod]: Scheduling");
        assertThat(commandLines(scheduler))
                .noneMatch(line -> RUBYS.matcher(line).find());
        signal("USR1", scheduler.pid());
        await().atMost(LONG)
                .until(() -> printed()
                        .contains("USR1: Scheduling; delayed jobs moved so far: 1, recurring jobs fired so far: 1"));
        signal("USR2", scheduler.pid());
        await().atMost(LONG).until(() -> printed().contains("USR2: there is nothing to reload"));
        signal("TERM", scheduler.pid());
        assertThat(scheduler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.exitValue()).as(printed()).isZero();
        assertThat(printed())
                .contains(
                        "The scheduler has started",
                        "Set, and without effect here: RESQUE_SCHEDULER_INTERVAL, LOCK_TIMEOUT",
                        "TERM: the scheduler leaves")
                .doesNotContain("\tat ");
        assertThat(home.resolve("pid")).doesNotExist();
        assertThat(home.resolve("jvm")).doesNotExist();
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void itWaitsForARedisThatIsAwayAtTheStartAndLater() throws Exception {
        resque.enqueueAt(Instant.now().plusSeconds(1), "mail", "Reminder", 1);
        server.kill();
        start();
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> get("/ready").body().equals("Redis does not answer the scheduler\n"));
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/live").statusCode()).isEqualTo(200);
        awaitTitle("resque-scheduler-0: Waiting for Redis");
        assertThat(printed()).contains("Delayed jobs are not moved for now: Cannot reach Redis");
        signal("USR1", scheduler.pid());
        await().atMost(LONG).until(() -> printed().contains("USR1: Waiting for Redis: Cannot reach Redis"));
        server.restart();
        awaitReady();
        await().atMost(LONG).until(() -> resque.inspector().queueSize("mail") == 1);
        assertThat(printed()).contains("Delayed jobs are moved again").doesNotContain("\tat ");
    }

    @Test
    void itSaysWhoseLockItWaitsFor() throws Exception {
        String lock = namespace + ":" + namespace + ":resque_scheduler_master_lock";
        try (RespClient redis = server.client()) {
            redis.call("SET", lock, "web-1:4711");
            start();
            awaitReady();
            awaitTitle(
                    "resque-scheduler-0: Scheduling recurring jobs only, since another scheduler moves delayed jobs: "
                            + lock + " = web-1:4711");
            Instant first = Instant.now().plusSeconds(1);
            resque.schedules().put("yearly", Schedule.every("365d").first(first), "mail", "Greeting");
            await().atMost(LONG).until(() -> resque.inspector().queueSize("mail") == 1);
            assertThat(get("/metrics/process").body()).contains("resque_process_scheduler_waiting 1\n");
        }
    }

    /** Redis itself hangs, so that no connection can be closed in order. */
    @Test
    void aRedisThatHangsDoesNotKeepIt() throws Exception {
        start();
        awaitReady();
        try (RespClient paused = server.client()) {
            paused.call("CLIENT", "PAUSE", "20000", "ALL");
            signal("TERM", scheduler.pid());
            assertThat(scheduler.waitFor(15, TimeUnit.SECONDS))
                    .as("while Redis answers nobody")
                    .isTrue();
            assertThat(scheduler.exitValue()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUIT", "INT", "HUP"})
    void eachOfTheseSignalsEndsItAlsoDuringItsStart(String name) throws Exception {
        start();
        await().atMost(LONG).until(() -> Files.exists(home.resolve("pid")));
        signal(name, scheduler.pid());
        assertThat(scheduler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.exitValue()).as(printed()).isZero();
    }

    @Test
    void inTheBackgroundItLeavesTheTerminal() throws Exception {
        variables.put("BACKGROUND", "1");
        start();
        assertThat(scheduler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.exitValue()).isZero();
        awaitReady();
        long pid = Long.parseLong(Files.readString(home.resolve("pid")));
        signal("TERM", pid);
        await().atMost(LONG).until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(home.resolve("pid")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-r redis://prod | A scheduler takes no options, but was given \"-r\": set REDIS_URL and PREFIX",
                "now | A scheduler takes no options, but was given \"now\"",
                "RESQUE_SCHEDULER_INTERVAL=soon | RESQUE_SCHEDULER_INTERVAL is \"soon\"; it must be seconds",
                "RESQUE_HTTP=:1 | RESQUE_HTTP is \":1\"; it must be a port",
                "REDIS_BACKEND=htp://x | is not a Redis URL",
            })
    void aMistakeIsASentenceAndStatusTwo(String row) throws Exception {
        String[] cells = row.split(" \\| ");
        if (cells[0].contains("=")) {
            variables.put(cells[0].split("=")[0], cells[0].split("=")[1]);
            start();
        } else {
            start(cells[0].split(" "));
        }
        assertThat(scheduler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.exitValue()).as(printed()).isEqualTo(2);
        assertThat(printed()).contains(cells[1]).doesNotContain("\tat ");
    }
}
