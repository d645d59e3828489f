package io.resque.examples;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Starts sentinels with their configuration, and skips a test if there is no redis-server. */
final class Topology {
    private Topology() {}

    static void assumeRedisServer(String test) {
        boolean there = RedisServer.whyNot("path").isEmpty();
        if (!there) {
            System.out.println(test + " is left out: there is no redis-server on the PATH");
        }
        assumeTrue(there, "no redis-server on the PATH");
    }

    /** A sentinel on a free port of 127.0.0.1, which declares a server down after half a second. */
    record Sentinel(int port, Process process, Path home) implements AutoCloseable {
        static Sentinel start(RedisServer primary, int quorum) throws IOException {
            int port = freePort();
            Path home = Files.createTempDirectory("resque-sentinel");
            Path config = Files.write(
                    home.resolve("sentinel.conf"),
                    List.of(
                            "port " + port,
                            "bind 127.0.0.1",
                            "dir " + home,
                            "sentinel monitor mymaster 127.0.0.1 " + primary.port() + " " + quorum,
                            "sentinel down-after-milliseconds mymaster 500",
                            "sentinel failover-timeout mymaster 3000"));
            Process process = new ProcessBuilder("redis-server", config.toString(), "--sentinel")
                    .redirectErrorStream(true)
                    .redirectOutput(new File(home.toFile(), "log"))
                    .start();
            Sentinel sentinel = new Sentinel(port, process, home);
            await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> sentinel.primary() == primary.port());
            return sentinel;
        }

        int primary() {
            try (RespClient client = new RespClient("127.0.0.1", port)) {
                return Integer.parseInt(client.texts("SENTINEL", "get-master-addr-by-name", "mymaster")
                        .get(1));
            }
        }

        /** The number of replicas, or of other sentinels, that it has found. */
        int known(String what) {
            try (RespClient client = new RespClient("127.0.0.1", port)) {
                return ((List<?>) client.call("SENTINEL", what, "mymaster")).size();
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                for (File file : home.toFile().listFiles()) {
                    Files.delete(file.toPath());
                }
                Files.delete(home);
            } catch (IOException e) {
                System.out.println("Left behind: " + home + ": " + e);
            }
        }
    }

    /** Below the ports that a system gives to connections, so that none of these takes it before its server does. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // another program has it
            }
        }
    }
}
