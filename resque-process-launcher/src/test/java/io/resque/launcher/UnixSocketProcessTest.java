package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code REDIS_BACKEND=unix:///path}, as php-resque offers it, for a worker process with children. */
@Timeout(120)
class UnixSocketProcessTest {
    @Test
    void workersAndTheirChildrenUseTheSocketAndTheDatabase() throws Exception {
        Path folder = Files.createTempDirectory("s"); // the path of the test's own folder may be too long for a socket
        Path socket = folder.resolve("r.sock");
        try (RedisServer server = RedisServer.start("--unixsocket", socket.toString());
                Resque resque = Resque.builder()
                        .url(server.url().replaceFirst("/0$", "/3"))
                        .namespace("unix")
                        .build()) {
            BinResque bin = BinResque.with("unix://" + socket);
            resque.enqueue("a", "Enqueue");
            BinResque.Running running = bin.start(Map.of(
                    "REDIS_BACKEND_DB", "3",
                    "PREFIX", "unix",
                    "QUEUE", "a,b",
                    "COUNT", "2",
                    "INTERVAL", "0",
                    "APP_INCLUDE", SocketJobs.class.getName()));
            try {
                assertThat(running.status()).as(running.printed()).isZero();
            } finally {
                running.end();
            }
            assertThat(resque.failures().count()).isZero();
            assertThat(resque.inspector().counters().processed()).isEqualTo(2);
            try (RespClient client = server.client()) {
                assertThat(client.number("DBSIZE")).as("keys in the database 0").isZero();
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(folder);
        }
    }

    /** A job that enqueues another one, in a child. */
    public static final class SocketJobs implements JobModule {
        /** A child needs it. */
        public SocketJobs() {}

        @Override
        public void register(JobRegistry jobs) {
            jobs.register("Enqueue", () -> context -> context.enqueue("b", "Last"));
            jobs.register("Last", () -> context -> {});
        }
    }
}
