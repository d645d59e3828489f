package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.KitRun;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;

/** A client that the application made, with RESP3 and a pool of Jedis's default size. */
class ReadyMadeClientTest {
    /** All rules hold for {@link JedisBackendTckTest}; these are the rules that may depend on the client. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // RESP3 has other replies for sets, maps, "nothing" and scores, and for errors within a list
                "W-107",
                "W-404",
                "W-407",
                "W-509",
                "W-603",
                "W-712",
                // 32 threads share 8 connections
                "W-801",
                // the client's factory makes the connections that wait for jobs
                "W-802",
                "W-803",
                "W-804",
                "W-805",
                "W-806",
                // the client's settings say how a connection is made, when it is given up, and what an error tells
                "W-901",
                "W-904",
                "W-906",
                "W-907",
                "W-909",
                "W-910",
                "W-913"
            })
    void keepsTheRule(String rule) {
        assertThat(KitRun.of(Kit.class, held -> held.contains(rule))).isEmpty();
    }

    @Test
    void closingTheBackendLeavesTheClientOpen() {
        try (RedisServer server = RedisServer.start();
                RedisClient client = client(RedisSettings.parse(new BackendConfig(server.url(), "t")))) {
            QueueBackend backend = JedisBackend.using(client.getPool(), "t");
            assertThat(backend.queues().names()).isEmpty();
            backend.close();
            backend.close();
            assertThat(client.ping()).isEqualTo("PONG");
        }
    }

    private static RedisClient client(RedisSettings settings) {
        return RedisClient.builder()
                .hostAndPort(settings.host(), settings.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP3)
                        .user(settings.user())
                        .password(settings.password())
                        .database(settings.database())
                        .socketTimeoutMillis((int) settings.timeout().toMillis())
                        .build())
                .build();
    }

    /** Nested, so that it is found by nobody but this test. */
    static class Kit extends QueueBackendTck {
        private final List<RedisClient> clients = new ArrayList<>();

        @Override
        protected QueueBackendProvider provider() {
            return new QueueBackendProvider() {
                @Override
                public String name() {
                    return "ready-made";
                }

                @Override
                public int portsVersion() {
                    return PORTS_VERSION;
                }

                @Override
                public QueueBackend open(BackendConfig config) {
                    RedisSettings settings = RedisSettings.parse(config);
                    RedisClient client = client(settings);
                    clients.add(client);
                    return JedisBackend.using(client.getPool(), settings.namespace());
                }
            };
        }

        @AfterEach
        void closeClients() {
            clients.forEach(RedisClient::close);
        }
    }
}
