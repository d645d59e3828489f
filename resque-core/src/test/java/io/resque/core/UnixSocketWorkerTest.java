package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers whose Redis is behind a Unix domain socket, with each way to wait for jobs. */
@Timeout(60)
class UnixSocketWorkerTest {
    private static Path folder;
    private static RedisServer server;
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startServer() throws IOException {
        folder = Files.createTempDirectory("s");
        server = RedisServer.start("--unixsocket", file(), "--requirepass", "s3cret");
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
        Files.deleteIfExists(Path.of(file()));
        Files.delete(folder);
    }

    private static String file() {
        return folder.resolve("r.sock").toString();
    }

    private static Resque connect() {
        return Resque.builder()
                .url("unix://:s3cret@" + file() + "?db=3&namespace=n")
                .backend("jedis")
                .serializer("gson")
                .build();
    }

    private Worker start(Resque resque, String... queues) {
        return resque.workerBuilder(queues)
                .register("Note", () -> context -> ran.add(context.queue()))
                .concurrency(2)
                .start();
    }

    private void assertWorks(String... queues) {
        try (Resque resque = connect();
                Worker worker = start(resque, queues)) {
            for (int i = 1; i <= 3; i++) {
                int jobs = i;
                resque.enqueue("q7", "Note");
                await().atMost(Duration.ofSeconds(10)).until(() -> ran.size() == jobs);
            }
            assertThat(worker.redisError()).isEmpty();
        }
        try (RespClient client = server.client()) {
            client.call("SELECT", "3");
            assertThat(client.text("GET", "n:stat:processed")).isNotNull();
            assertThat(client.keys("n:worker*")).isEmpty();
        }
    }

    @Test
    void aWorkerOfOneQueueIsWokenByAPush() {
        assertWorks("q7");
    }

    @Test
    void aWorkerOfManyQueuesIsWokenByAPush() {
        assertWorks(IntStream.range(0, 20).mapToObj(i -> "q" + i).toArray(String[]::new));
    }

    @Test
    void aWorkerOfPatternsIsWokenByAPush() {
        assertWorks("q*");
    }

    @Test
    void aServerThatWasAwayIsFoundAgain() {
        try (Resque resque = connect();
                Worker worker = start(resque, "again")) {
            server.kill();
            await().until(() -> worker.redisError().isPresent());
            server.restart();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                resque.enqueue("again", "Note");
                assertThat(ran).isNotEmpty();
            });
        }
    }
}
