package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;

/** The same kit over a client that the application made, with RESP3 and a pool of Jedis's default size. */
class ReadyMadeClientTckTest extends QueueBackendTck {
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
                return JedisBackend.using(client(settings).getPool(), settings.namespace());
            }
        };
    }

    private RedisClient client(RedisSettings settings) {
        RedisClient client = RedisClient.builder()
                .hostAndPort(settings.host(), settings.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP3)
                        .user(settings.user())
                        .password(settings.password())
                        .database(settings.database())
                        .socketTimeoutMillis((int) settings.timeout().toMillis())
                        .build())
                .build();
        clients.add(client);
        return client;
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::close);
    }

    @Test
    void closingTheBackendLeavesTheClientOpen() {
        try (RedisServer server = RedisServer.start()) {
            RedisClient client = client(RedisSettings.parse(new BackendConfig(server.url(), "t")));
            QueueBackend backend = JedisBackend.using(client.getPool(), "t");
            assertThat(backend.queues().names()).isEmpty();
            backend.close();
            backend.close();
            assertThat(client.ping()).isEqualTo("PONG");
        }
    }
}
