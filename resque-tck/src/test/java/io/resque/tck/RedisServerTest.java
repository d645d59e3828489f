package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RedisServerTest {
    @Test
    void startsAndStops() {
        RedisServer server = RedisServer.start();
        String dir;
        try (RespClient client = server.client()) {
            assertThat(client.text("PING")).isEqualTo("PONG");
            assertThat(server.url()).isEqualTo("redis://127.0.0.1:" + server.port() + "/0");
            assertThat(server.host()).isEqualTo("127.0.0.1");
            assertThat(server.isOurs()).isTrue();
            assertThat(server.origin()).contains(server.version());
            assertThat(client.texts("CONFIG", "GET", "save")).containsExactly("save", "");
            dir = client.texts("CONFIG", "GET", "dir").get(1);
            assertThat(Path.of(dir)).isDirectory();
        }
        server.close();
        server.close();
        assertThatThrownBy(server::client).isInstanceOf(UncheckedIOException.class);
        assertThat(Path.of(dir)).doesNotExist();
    }

    @Test
    void takesTheEmbeddedBinaryWhereThePathHasNone(@TempDir Path empty) {
        RedisWay way = ways(empty, "redis.embedded").find("");
        try (RedisServer server = RedisServer.start(way, List.of());
                RespClient client = server.client()) {
            assertThat(client.number("INCR", "n")).isOne();
            assertThat(server.origin()).isEqualTo("embedded redis " + server.version());
        }
    }

    @Test
    void prefersThePathAndRedisToValkey(@TempDir Path dir) throws Exception {
        Path valkey = executable(dir, "valkey-server", "#!/bin/sh\n");
        assertThat(ways(dir, "").find(null)).isEqualTo(new RedisBinary("valkey-server", " on the PATH", valkey));
        Path redis = executable(dir, "redis-server", "#!/bin/sh\n");
        RedisWay found = ways(dir, "").find(null);
        assertThat(found).isEqualTo(new RedisBinary("redis-server", " on the PATH", redis));
        assertThat(found.origin("7.0.15")).isEqualTo("redis-server 7.0.15 on the PATH");
    }

    @Test
    void namesTheWaysOutWhereThereIsNone(@TempDir Path empty) {
        assertThatThrownBy(() -> ways(empty, "none").find(""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "neither redis-server nor valkey-server is on the PATH",
                        "embedded-redis is not on the class path",
                        "testcontainers is not on the class path",
                        "install redis-server",
                        "RESQUE_TEST_REDIS_URL");
    }

    @Test
    void takesTheWayThatIsNamedOrSaysWhyNot(@TempDir Path dir) throws Exception {
        executable(dir, "redis-server", "#!/bin/sh\n");
        assertThat(ways(dir, "redis.embedded").find(" embedded ").origin("6.2.11"))
                .isEqualTo("embedded redis 6.2.11");
        assertThatThrownBy(() -> ways(dir, "none").find("embedded"))
                .hasMessage(
                        "The way 'embedded' to a Redis (RESQUE_TEST_REDIS) is closed: embedded-redis is not on the class path.");
        assertThatThrownBy(() -> ways(dir.resolve("x"), "redis.embedded").find("path"))
                .hasMessage(
                        "The way 'path' to a Redis (RESQUE_TEST_REDIS) is closed: neither redis-server nor valkey-server is on the PATH.");
        for (String wrong : List.of("Embedded", "docker:", "redis")) {
            assertThatThrownBy(() -> ways(dir, "").find(wrong))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("RESQUE_TEST_REDIS is '" + wrong
                            + "'; it can be path, embedded, docker or docker:<image>, or unset for the first that is"
                            + " there");
        }
    }

    @Test
    @Timeout(10)
    void takesDockerWhereNothingElseIsThereAndItAnswers(@TempDir Path dir) throws Exception {
        Path socket = dir.resolve("docker.sock");
        assertThatThrownBy(() -> ways(dir, "org.testcontainers").find(""))
                .hasMessageContaining("no Docker answers at [" + socket + "]");
        try (ServerSocketChannel docker = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            docker.bind(UnixDomainSocketAddress.of(socket));
            long before = System.nanoTime();
            assertThatThrownBy(() -> ways(dir, "org.testcontainers").find("docker"))
                    .as("one that is there, but silent")
                    .hasMessageContaining("no Docker answers");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
            docker.accept().close();
            Thread answering = new Thread(() -> answer(docker, 2));
            answering.start();
            assertThat(ways(dir, "org.testcontainers").find("")).isEqualTo(new RedisImage("redis:6.2"));
            assertThat(ways(dir, "org.testcontainers").find("docker:valkey/valkey:8"))
                    .isEqualTo(new RedisImage("valkey/valkey:8"));
            answering.join();
        }
    }

    private static void answer(ServerSocketChannel docker, int times) {
        for (int i = 0; i < times; i++) {
            try (SocketChannel client = docker.accept()) {
                client.read(ByteBuffer.allocate(1000));
                client.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** With this folder as PATH and the place of Docker's socket, and these classes. */
    private static RedisWays ways(Path dir, String classes) {
        return new RedisWays(dir.toString(), name -> name.startsWith(classes), List.of(dir.resolve("docker.sock")));
    }

    @Test
    void repeatsTheLastWordsOfAServerThatEndsAtOnce() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("ended at once", "no-such-option");
    }

    @Test
    void startsAServerBehindAWrapperScript(@TempDir Path dir) throws Exception {
        Path real = ((RedisBinary) RedisWays.here().find("")).file();
        Path script = executable(dir, "redis-server", "#!/bin/sh\n'" + real + "' \"$@\"\nexit 0\n");
        RedisServer server = RedisServer.start(new RedisBinary("redis-server", " on the PATH", script), List.of());
        try (RespClient client = server.client()) {
            assertThat(client.text("PING")).isEqualTo("PONG");
        }
        server.close();
        assertThatThrownBy(server::client).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void keepsDataOverKillAndRestartWhereAskedTo() {
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--requirepass", "a b:c@d")) {
            int port = server.port();
            try (RespClient client = server.client()) {
                client.call("SET", "kept", "yes");
            }
            server.kill();
            assertThatThrownBy(server::client).isInstanceOf(UncheckedIOException.class);
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            try (RespClient client = server.client()) {
                assertThat(client.text("GET", "kept")).isEqualTo("yes");
            }
            server.restart();
            try (RespClient client = server.client()) {
                assertThat(client.text("GET", "kept")).isEqualTo("yes");
            }
            assertThat(server.toString()).doesNotContain("a b", "a%20b");
        }
    }

    @Test
    void leavesANamedServerAlone() {
        try (RedisServer own = RedisServer.start()) {
            RedisServer named = RedisServer.forTests(own.url());
            assertThat(named.isOurs()).isFalse();
            assertThat(named.origin()).isEqualTo("RESQUE_TEST_REDIS_URL");
            assertThat(named.version()).isEqualTo(own.version());
            assertThatThrownBy(named::kill).hasMessageContaining("did not start");
            named.close();
            try (RespClient client = named.client()) {
                assertThat(client.text("PING")).isEqualTo("PONG");
            }
        }
    }

    @Test
    void saysWhichVariableNamesADeadServer() {
        String dead = "redis://127.0.0.1:" + Sockets.freePort() + "/0";
        assertThatThrownBy(() -> RedisServer.forTests(dead))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("RESQUE_TEST_REDIS_URL");
        assertThatThrownBy(() -> RedisServer.forTests("localhost"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("redis://");
    }

    @Test
    void refusesOptionsThatAreItsOwn() {
        assertThatThrownBy(() -> RedisServer.start("--port", "1")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Path executable(Path dir, String name, String text) throws Exception {
        Path file = Files.writeString(dir.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
