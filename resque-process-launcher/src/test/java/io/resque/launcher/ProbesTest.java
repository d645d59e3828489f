package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The answers of {@code bin/resque} to probes and scrapers. */
@Timeout(240)
class ProbesTest extends BinResqueFixture {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path home;

    private final HttpClient client = HttpClient.newHttpClient();

    /** The first of two ports, below those that the system gives to clients and to tests that ask for any port. */
    private static int freePorts() throws IOException {
        while (true) {
            int port = 20_000 + ThreadLocalRandom.current().nextInt(12_000);
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocket first = new ServerSocket(port, 1, loopback);
                    ServerSocket second = new ServerSocket(port + 1, 1, loopback)) {
                return first.getLocalPort();
            } catch (BindException e) {
                // another pair
            }
        }
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aWorkerTellsProbesHowItIs() throws Exception {
        int port = freePorts();
        Path file = home.resolve("beat-" + namespace);
        Path begun = home.resolve("begun-" + namespace);
        Path shown = home.resolve("shown-" + namespace);
        running = BIN.startAndAwait(
                resque,
                Map.of(
                        "QUEUE", "a",
                        "PREFIX", namespace,
                        "RESQUE_HTTP", Integer.toString(port),
                        "HEARTBEAT_FILE", file.toString(),
                        "SHOW_ENVIRONMENT", shown.toString(),
                        "BEGUN", begun.toString()));
        assertThat(get(port, "/live").statusCode()).isEqualTo(200);
        await().atMost(LIMIT).until(() -> get(port, "/ready").statusCode() == 200);
        assertThat(file).exists();
        assertThat(get(port, "/metrics").body()).contains("resque_up 1\n", "resque_workers 1\n");
        resque.enqueue("a", "Take", 5_000);
        await().atMost(LIMIT).until(() -> Files.exists(begun));
        assertThat(get(port, "/metrics/process").body()).contains("resque_process_loops{state=\"running\"} 1\n");
        await().atMost(LIMIT)
                .until(() -> Files.exists(shown) && Files.readString(shown).contains("PREFIX="));
        assertThat(Files.readString(shown)).doesNotContain("RESQUE_HTTP", "HEARTBEAT_FILE");
        running.signal("QUIT");
        await().atMost(LIMIT).until(() -> get(port, "/ready").statusCode() == 503);
        assertThat(get(port, "/live").statusCode()).as("while the job ends").isEqualTo(200);
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(file).doesNotExist();
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void eachOfSeveralWorkersHasAPortAndOneThatIsReplacedGetsThatOfTheOneBefore() throws Exception {
        int port = freePorts();
        running = BIN.startAndAwait(
                resque,
                Map.of(
                        "QUEUE", "a",
                        "PREFIX", namespace,
                        "COUNT", "2",
                        "FORK_PER_JOB", "false",
                        "RESQUE_HTTP", "127.0.0.1:" + port));
        await().atMost(LIMIT).until(() -> get(port, "/ready").statusCode() == 200);
        await().atMost(LIMIT).until(() -> get(port + 1, "/ready").statusCode() == 200);
        ProcessHandle worker = running.process()
                .descendants()
                .filter(process -> process.children().findAny().isEmpty())
                .findFirst()
                .orElseThrow();
        worker.destroyForcibly();
        await().atMost(LIMIT).until(() -> !worker.isAlive());
        for (int each : new int[] {port, port + 1}) {
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> get(each, "/ready").statusCode() == 200);
        }
        running.signal("TERM");
        assertThat(running.status()).as(running.printed()).isZero();
    }

    @Test
    void aPortThatIsTakenIsASentenceAndStatusTwo() throws Exception {
        ServerSocket taken = null;
        ServerSocket next = null;
        while (next == null) { // another test can have the next port
            close(taken);
            taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            next = listen(taken.getLocalPort() + 1);
        }
        try {
            for (String count : new String[] {"1", "2"}) {
                running = BIN.start(Map.of(
                        "QUEUE",
                        "a",
                        "PREFIX",
                        namespace,
                        "COUNT",
                        count,
                        "RESQUE_HTTP",
                        "127.0.0.1:" + taken.getLocalPort()));
                assertThat(running.status()).as(running.printed()).isEqualTo(2);
                assertThat(running.printed())
                        .containsPattern("RESQUE_HTTP: Nothing can listen on 127\\.0\\.0\\.1 port ("
                                + taken.getLocalPort() + (count.equals("2") ? "|" + next.getLocalPort() : "") + "):")
                        .contains("choose another port")
                        .doesNotContain("\tat ");
                assertThat(resque.inspector().workers()).isEmpty();
            }
        } finally {
            close(taken);
            close(next);
        }
    }

    private static @Nullable ServerSocket listen(int port) {
        try {
            return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            return null;
        }
    }

    private static void close(@Nullable ServerSocket socket) throws IOException {
        if (socket != null) {
            socket.close();
        }
    }

    @Test
    void aMistakeIsToldBeforeAnythingStarts() throws Exception {
        running = BIN.start(Map.of("QUEUE", "a", "PREFIX", namespace, "RESQUE_HTTP", ":9447"));
        assertThat(running.status()).isEqualTo(2);
        assertThat(running.printed())
                .contains("RESQUE_HTTP is \":9447\"; it must be a port")
                .doesNotContain("\tat ");
        running = BIN.start(Map.of(
                "QUEUE",
                "a",
                "PREFIX",
                namespace,
                "HEARTBEAT_FILE",
                home.resolve("no/beat").toString()));
        assertThat(running.status()).isEqualTo(2);
        assertThat(running.printed())
                .contains("HEARTBEAT_FILE: The folder of the heartbeat file", "does not exist")
                .doesNotContain("\tat ");
    }
}
