package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.EpollProvider;
import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

/** Prints "done" if everything works. */
final class DomainSocketMain {
    private static final Duration LONG = Duration.ofSeconds(50);

    private DomainSocketMain() {}

    public static void main(String[] args) throws Exception {
        if (!EpollProvider.isAvailable()) {
            System.out.println("done nothing: the native transport of the tests is not for this machine");
            return;
        }
        Path folder = Files.createTempDirectory("s");
        Path file = folder.resolve("r.sock");
        try {
            try (RedisServer server = RedisServer.start("--unixsocket", file.toString(), "--requirepass", "p@/s?")) {
                withServer(server, file);
            }
            Files.deleteIfExists(file);
            silent(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
        System.out.println("done");
        System.exit(0);
    }

    private static RedisLink link(Path file, String login, String query) {
        return LettuceLink.open(RedisSettings.parse(new BackendConfig("unix://" + login + file + query, "t")));
    }

    private static byte[][] words(String line) {
        String[] words = line.split(" ");
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    private static void withServer(RedisServer server, Path file) throws Exception {
        try (RedisLink link = link(file, ":p@/s%3F@", "?db=3&timeout=30s&connectTimeout=30s")) {
            assertThat(link.endpoint()).isEqualTo("unix://" + file + "?db=3");
            link.call(words("SET x 1"));
            assertThat(link.pipeline(List.<byte[][]>of(words("DBSIZE")))).containsExactly(1L);
            byte[][] big = words("SET big x");
            big[2] = new byte[8 << 20];
            link.call(big);
            assertThat((byte[]) link.call(words("GET big"))).isEqualTo(big[2]);

            RedisLink.Dedicated peek = link.dedicate();
            FutureTask<List<Object>> waits = blocked(peek, server);
            link.call(words("RPUSH q job"));
            assertThat((byte[]) waits.get().get(0)).asString().isEqualTo("job");
            link.call(words("DEL q"));
            waits = blocked(peek, server);
            peek.close();
            assertThatThrownBy(waits::get).hasCauseInstanceOf(BackendException.class);

            ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
            try (RedisLink.Dedicated tracks = link.track(keys -> {
                if (keys != null) {
                    keys.forEach(key -> told.add(new String(key, StandardCharsets.UTF_8)));
                }
            })) {
                tracks.call(LONG, List.<byte[][]>of(words("LLEN q")));
                link.call(words("RPUSH q job"));
                await().until(() -> told.contains("q"));
            }

            server.restart();
            await().ignoreExceptions().atMost(LONG).until(() -> Long.valueOf(0).equals(link.call(words("DBSIZE"))));
        }
        try (RedisLink link = link(file, ":wrong@", "?connectTimeout=30s")) {
            assertThatThrownBy(() -> link.call(words("PING"))).hasMessageContaining("WRONGPASS");
        }
        given(file);
    }

    /** A client of an application that uses a socket. */
    private static void given(Path file) {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder() // Lettuce's default options are for TCP, and netty warns of them
                .socketOptions(SocketOptions.builder().keepAlive(false).build())
                .build());
        RedisURI uri = RedisURI.Builder.socket(file.toString())
                .withPassword("p@/s?".toCharArray())
                .build();
        try (QueueBackend backend = LettuceBackend.using(client, uri, "n")) {
            assertThat(backend.queues().names()).isEmpty();
            assertThat(backend.endpoint()).isEqualTo("unix://" + file + "?db=0");
        } finally {
            client.shutdown();
        }
    }

    private static FutureTask<List<Object>> blocked(RedisLink.Dedicated peek, RedisServer server) {
        FutureTask<List<Object>> waits =
                new FutureTask<>(() -> peek.call(LONG, List.<byte[][]>of(words("BLMOVE q q LEFT LEFT 40"))));
        Thread thread = new Thread(waits, "peek");
        thread.setDaemon(true);
        thread.start();
        await().untilAsserted(() -> {
            try (RespClient client = server.client()) {
                assertThat(client.text("INFO", "clients")).contains("blocked_clients:1");
            }
        });
        return waits;
    }

    private static void silent(Path file) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                RedisLink link = link(file, "", "?timeout=300ms")) {
            server.bind(UnixDomainSocketAddress.of(file));
            assertThatThrownBy(() -> link.call(words("PING"))).isInstanceOf(BackendUnavailableException.class);
        }
    }
}
