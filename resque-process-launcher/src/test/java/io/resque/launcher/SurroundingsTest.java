package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.launcher.internal.process.WorkerEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/resque} where no locale is set, with options that operators give to every JVM, and with odd values. */
@Timeout(240)
class SurroundingsTest extends BinResqueFixture {
    /** The bytes of größe, whatever the locale of these tests. */
    private static final List<String> QUEUE_OF_BYTES = List.of(
            "/bin/sh", "-c", "QUEUE=$(printf 'gr\\303\\266\\303\\237e'); export QUEUE; exec /bin/sh \"$0\" \"$@\"");

    /** The log configuration of the distribution; that of the tests logs nothing. */
    private static final String LOGGED = "-Dlogback.configurationFile="
            + Path.of("..", "resque-distribution", "src", "main", "conf", "logback.xml")
                    .toAbsolutePath()
                    .normalize();

    @TempDir
    static Path home;

    private Map<String, String> environment(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PREFIX",
                namespace,
                "APP_INCLUDE",
                PlaceJobs.class.getName(),
                "RESQUE_SHELL",
                "/bin/sh",
                "QUEUE",
                "a"));
        environment.put("RESQUE_JAVA_OPTS", LOGGED);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return environment;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String debugger() throws IOException {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + freePort();
    }

    private void awaitJobs(long jobs) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(resque.inspector().counters().processed())
                        .as(running.printed())
                        .isEqualTo(jobs));
    }

    @Test
    void aWorkerWithoutALocaleUnderTheOperatorsOptionsInALongTemporaryFolder() throws Exception {
        Path temporary = Files.createDirectories(home.resolve("t".repeat(110)));
        String debugger = debugger();
        Map<String, String> environment = environment(
                "LC_ALL",
                "C",
                "TMPDIR",
                temporary.toString(),
                "JAVA_TOOL_OPTIONS",
                "-XX:+UseG1GC " + debugger + " -Dcom.sun.management.jmxremote.port=" + freePort()
                        + " -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false"
                        + " -Dkept=yes");
        environment.remove("QUEUE");
        running = BIN.start(QUEUE_OF_BYTES, environment);
        resque.enqueue("größe", "Place", "Zoë");
        awaitJobs(1);
        running.signal("QUIT");
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(running.printed())
                .contains(
                        "größe Place: text=größe Zoë",
                        "charset=UTF-8",
                        "temporary=" + temporary,
                        "collector=G1 ",
                        "options=-XX:+UseG1GC -Dkept=yes\n")
                .containsOnlyOnce("Picked up JAVA_TOOL_OPTIONS");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void underCountOnlyTheFirstWorkerHasAPort() throws Exception {
        String debugger = debugger();
        Map<String, String> environment = environment(
                "COUNT",
                "2",
                "FORK_PER_JOB",
                "false",
                "RESQUE_JAVA_OPTS",
                LOGGED + " " + debugger,
                "JAVA_TOOL_OPTIONS",
                "-Dkept=yes");
        running = BIN.startAndAwait(resque, environment);
        resque.enqueue("a", "Place", "x");
        awaitJobs(1);
        running.signal("QUIT");
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(running.printed())
                .contains("Of 2 workers only the first has -agentlib:jdwp, which only one JVM can have")
                .contains("options=-Dkept=yes")
                .containsOnlyOnce("Listening for transport")
                .doesNotContain("another one is started");
    }

    @Test
    void workersThatCannotStartAreNotTriedForEver() throws Exception {
        running = BIN.start(environment("COUNT", "2", "RESQUE_JAVA_OPTS", LOGGED + " -XX:NoSuchOption=1"));
        assertThat(running.status()).isEqualTo(WorkerEnd.Known.CONFIGURATION.status());
        assertThat(running.printed())
                .contains("NoSuchOption", "3 in a row ended soon after their start, the last one ended with status 1")
                .contains("1 of 2 workers go on", "No worker is left");
    }

    @Test
    void carriageReturnsAreLeftOutAndToldOnce() throws Exception {
        Map<String, String> environment = environment(
                "QUEUE",
                "a\r",
                "JAVA_HOME",
                System.getProperty("java.home") + "\r",
                "BACKGROUND",
                "\r",
                "COUNT",
                "x\r");
        environment.put("RESQUE_JAVA_OPTS", "-Xmx64m\r");
        running = BIN.start(environment);
        assertThat(running.status()).isEqualTo(WorkerEnd.Known.CONFIGURATION.status());
        assertThat(running.printed())
                .isEqualTo(
                        "Left out the carriage return at the end of: QUEUE COUNT BACKGROUND RESQUE_JAVA_OPTS JAVA_HOME\n"
                                + "COUNT is \"x\"; it must be a whole number from 1 to 1000\n");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamed() throws Exception {
        running = BIN.start(environment("TMPDIR", "/nonexistent/folder"));
        assertThat(running.status()).isEqualTo(WorkerEnd.Known.CONFIGURATION.status());
        assertThat(running.printed())
                .isEqualTo("Nothing can be written to /nonexistent/folder; set TMPDIR to a folder where this user can"
                        + " write\n");
    }

    @Test
    void everyVariableThatIsDocumentedIsFreedOfCarriageReturns() throws IOException {
        String script = Files.readString(Path.of("..", "bin", "resque"));
        String list = script.substring(
                script.indexOf("for name in "), script.indexOf("; do\n", script.indexOf("for name in ")));
        List<String> known = List.of(list.split("[\\s\\\\]+"));
        String table = Files.readString(Path.of("..", "docs", "operations.md"));
        table = table.substring(table.indexOf("| Variable |"), table.indexOf("An empty value"));
        List<String> documented = table.lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell ->
                        Pattern.compile("`(\\w+)`").matcher(cell).results().map(found -> found.group(1)))
                .toList();
        assertThat(documented).hasSizeGreaterThan(30);
        assertThat(known).containsAll(documented);
    }
}
