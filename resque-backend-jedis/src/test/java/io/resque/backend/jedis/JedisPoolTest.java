package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.tck.RedisServer;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

class JedisPoolTest {
    @Test
    void aPoolThatIsTooSmall() {
        try (RedisServer open = RedisServer.start()) {
            ConnectionPoolConfig pool = new ConnectionPoolConfig();
            pool.setMaxTotal(1);
            pool.setMaxWait(java.time.Duration.ofMillis(50));
            try (RedisClient client = RedisClient.builder()
                            .hostAndPort(open.host(), open.port())
                            .poolConfig(pool)
                            .build();
                    QueueBackend backend = JedisBackend.using(client.getPool(), "t")) {
                assertThat(backend.endpoint()).isEqualTo("the address of the given client");
                assertThat(backend.statistics().get("failed")).isZero();
                String there = open.host() + ":" + open.port();
                assertThat(backend.endpoint()).isEqualTo(there);
                try (var taken = client.getPool().getResource()) {
                    assertThat(taken.isConnected()).isTrue();
                    assertThat(catchThrowableOfType(
                                    BackendUnavailableException.class,
                                    () -> backend.statistics().get("failed")))
                            .hasMessage("No connection to Redis at " + there + " became free in time;"
                                    + " let fewer threads call at once, or give a client with a larger pool");
                }
            }
        }
    }

    @Test
    void anInterruptWhileWaitingForAConnectionStaysSet() {
        try (RedisServer open = RedisServer.start()) {
            ConnectionPoolConfig pool = new ConnectionPoolConfig();
            pool.setMaxTotal(1);
            try (RedisClient client = RedisClient.builder()
                            .hostAndPort(open.host(), open.port())
                            .poolConfig(pool)
                            .build();
                    QueueBackend backend = JedisBackend.using(client.getPool(), "t");
                    var taken = client.getPool().getResource()) {
                assertThat(taken.isConnected()).isTrue();
                Thread.currentThread().interrupt();
                BackendUnavailableException e = catchThrowableOfType(
                        BackendUnavailableException.class,
                        () -> backend.statistics().get("failed"));
                assertThat(Thread.interrupted())
                        .as("the thread is still told to stop")
                        .isTrue();
                assertThat(e.maybeApplied()).isFalse();
                assertThat(e)
                        .hasMessageStartingWith(
                                "The thread was interrupted while it waited for a connection to Redis at ");
            }
        }
    }

    /** When the pool takes a broken connection back, it tries to open a new one. */
    @Test
    void aServerThatIsGoneIsNoExceptionOfThePool() {
        try (RedisServer gone = RedisServer.start();
                QueueBackend backend = new JedisBackendProvider().open(new BackendConfig(gone.url(), "t"))) {
            assertThat(backend.statistics().get("failed")).isZero();
            gone.kill();
            for (int again = 0; again < 3; again++) {
                assertThatThrownBy(() -> backend.statistics().get("failed"))
                        .isInstanceOf(BackendUnavailableException.class);
            }
        }
    }
}
