package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.redis.RedisReplyException;
import io.resque.tck.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WrongPasswordTest {
    /** The server answers and closes the connection at once. The client may see either first. */
    @Test
    @Timeout(60)
    void isToldAsWhatItIsEachTime() {
        try (RedisServer server = RedisServer.start("--requirepass", "right");
                QueueBackend backend = new LettuceBackendProvider()
                        .open(new BackendConfig("redis://:wrong@127.0.0.1:" + server.port() + "/0", "t"))) {
            for (int i = 0; i < 300; i++) {
                assertThatThrownBy(() -> backend.queues().names())
                        .as("time %d", i)
                        .isInstanceOf(RedisReplyException.class)
                        .hasMessageContaining("WRONGPASS");
            }
        }
    }
}
