package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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
        RedisBinary binary = RedisBinary.find(empty.toString(), true);
        try (RedisServer server = RedisServer.start(binary, List.of());
                RespClient client = server.client()) {
            assertThat(client.number("INCR", "n")).isOne();
            assertThat(server.origin()).isEqualTo("embedded redis " + server.version());
        }
    }

    @Test
    void prefersThePathAndRedisToValkey(@TempDir Path dir) throws Exception {
        Path valkey = executable(dir, "valkey-server", "#!/bin/sh\n");
        assertThat(RedisBinary.find(dir.toString(), true).file()).isEqualTo(valkey);
        Path redis = executable(dir, "redis-server", "#!/bin/sh\n");
        RedisBinary found = RedisBinary.find(dir.toString(), true);
        assertThat(found.file()).isEqualTo(redis);
        assertThat(found.origin("7.0.15")).isEqualTo("redis-server 7.0.15 on the PATH");
    }

    @Test
    void namesTheWaysOutWhereThereIsNone(@TempDir Path empty) {
        assertThatThrownBy(() -> RedisBinary.find(empty.toString(), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("install redis-server", "embedded-redis", "RESQUE_TEST_REDIS_URL");
    }

    @Test
    void repeatsTheLastWordsOfAServerThatEndsAtOnce() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("ended at once", "no-such-option");
    }

    @Test
    void startsAServerBehindAWrapperScript(@TempDir Path dir) throws Exception {
        Path real = RedisBinary.find(System.getenv("PATH"), true).file();
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
