package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis behind a Unix domain socket. */
@Timeout(60)
class UnixSocketLinkTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private Path folder;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("s");
        file = folder.resolve("a b.sock");
    }

    @AfterEach
    void removeFolder() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(folder);
    }

    private RedisServer server(String... more) {
        String[] args = {"--unixsocket", file.toString()};
        String[] all = new String[args.length + more.length];
        System.arraycopy(args, 0, all, 0, args.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return RedisServer.start(all);
    }

    private RedisLink link(String login, String query) {
        String url = "unix://" + login + file.toString().replace(" ", "%20") + query;
        return JedisLink.open(RedisSettings.parse(new BackendConfig(url, "t")));
    }

    private static byte[][] words(String line) {
        String[] words = line.split(" ");
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    private static Object call(RedisLink link, String line) {
        Object reply = link.call(words(line));
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : reply;
    }

    @Test
    void theDatabaseAndThePasswordAreThoseOfTheUrl() {
        try (RedisServer server = server("--requirepass", "p@/s?")) {
            try (RedisLink link = link(":p@/s%3F@", "?db=3")) {
                assertThat(link.endpoint()).isEqualTo("unix://" + file + "?db=3");
                call(link, "SET x 1");
                assertThat(link.pipeline(List.of(words("GET x"), words("DBSIZE"))))
                        .satisfies(
                                replies -> assertThat((byte[]) replies.get(0)).isEqualTo(new byte[] {'1'}))
                        .element(1)
                        .isEqualTo(1L);
                server.restart();
                await().ignoreExceptions().until(() -> call(link, "DBSIZE").equals(0L));
            }
            try (RedisLink link = link(":wrong@", "")) {
                assertThatThrownBy(() -> call(link, "PING"))
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining("WRONGPASS")
                        .hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void aBlockingPeekEndsByAJobByCloseAndByTheEndOfTheServer() throws Exception {
        try (RedisServer server = server();
                RedisLink link = link("", "")) {
            try (RedisLink.Dedicated peek = link.dedicate()) {
                FutureTask<List<Object>> waits = blocked(peek, server);
                call(link, "RPUSH q job");
                assertThat((byte[]) waits.get().get(0)).asString().isEqualTo("job");
                call(link, "DEL q");
            }
            RedisLink.Dedicated closed = link.dedicate();
            FutureTask<List<Object>> ended = blocked(closed, server);
            closed.close();
            assertThatThrownBy(ended::get).hasCauseInstanceOf(BackendException.class);
            try (RedisLink.Dedicated peek = link.dedicate()) {
                FutureTask<List<Object>> waits = blocked(peek, server);
                server.kill();
                assertThatThrownBy(waits::get).hasCauseInstanceOf(BackendUnavailableException.class);
                server.restart();
                assertThat(peek.call(LONG, List.<byte[][]>of(words("LLEN q")))).containsExactly(0L);
            }
        }
    }

    private static FutureTask<List<Object>> blocked(RedisLink.Dedicated peek, RedisServer server) {
        FutureTask<List<Object>> waits =
                new FutureTask<>(() -> peek.call(LONG, List.<byte[][]>of(words("BLMOVE q q LEFT LEFT 40"))));
        Thread thread = new Thread(waits, "peek");
        thread.setDaemon(true);
        thread.start();
        await().untilAsserted(() -> {
            try (var client = server.client()) {
                assertThat(client.text("INFO", "clients")).contains("blocked_clients:1");
            }
        });
        return waits;
    }

    /** A server that hangs, or whose process was stopped, takes connections and does not answer. */
    @Test
    void aSilentServerIsUnavailableAfterTheTimeout() throws Exception {
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                RedisLink link = link("", "?timeout=300ms")) {
            silent.bind(UnixDomainSocketAddress.of(file));
            assertThatThrownBy(() -> call(link, "PING"))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("timed out");
        }
    }

    @Test
    void whereThereIsNoSocketTheMessageNamesIt() {
        try (RedisLink link = link("", "")) {
            assertThatThrownBy(() -> call(link, "PING"))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(
                            "(No such file or directory); check that redis.conf names this file as unixsocket");
        }
    }

    @Test
    void aPayloadOfMegabytesGoesThereAndBack() {
        try (RedisServer server = server();
                RedisLink link = link("", "")) {
            assertThat(server.isOurs()).isTrue();
            byte[] much = "x".repeat(8 << 20).getBytes(StandardCharsets.US_ASCII);
            byte[][] set = words("SET big x");
            set[2] = much;
            link.call(set);
            assertThat((byte[]) link.call(words("GET big"))).isEqualTo(much);
        }
    }
}
