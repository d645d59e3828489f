package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.KitRun;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the threads of a client that the application made, with Lettuce's own defaults. */
class GivenClientTest {
    private static final RedisClient CLIENT = RedisClient.create();

    @AfterAll
    static void closeClient() {
        CLIENT.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    /** All rules hold for {@link LettuceBackendTckTest}; these are the rules that may depend on the client. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // many threads and backends share the client's threads
                "W-801",
                // connections that wait for jobs are the client's, and so are their options
                "W-802",
                "W-803",
                "W-804",
                "W-805",
                "W-806",
                // the client's options say how a connection is made, when it is given up, and what an error tells
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
                StatefulRedisConnection<String, String> theirs = CLIENT.connect(uri(server))) {
            QueueBackend backend = LettuceBackend.using(CLIENT, uri(server), "t");
            assertThat(backend.queues().names()).isEmpty();
            backend.close();
            backend.close();
            assertThat(theirs.sync().ping()).isEqualTo("PONG");
        }
    }

    private static RedisURI uri(RedisServer server) {
        return uri(RedisSettings.parse(new BackendConfig(server.url(), null)));
    }

    private static RedisURI uri(RedisSettings settings) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(settings.host())
                .withPort(settings.port())
                .withDatabase(settings.database())
                .withTimeout(settings.timeout());
        String password = settings.password();
        return (password == null ? uri : uri.withPassword(password.toCharArray())).build();
    }

    /** Nested, so that it is found by nobody but this test. */
    static class Kit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return new QueueBackendProvider() {
                @Override
                public String name() {
                    return "given";
                }

                @Override
                public int portsVersion() {
                    return PORTS_VERSION;
                }

                @Override
                public QueueBackend open(BackendConfig config) {
                    RedisSettings settings = RedisSettings.parse(config);
                    return LettuceBackend.using(CLIENT, uri(settings), settings.namespace());
                }
            };
        }
    }
}
