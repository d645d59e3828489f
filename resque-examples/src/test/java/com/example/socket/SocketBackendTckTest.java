package com.example.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.core.Resque;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import org.junit.jupiter.api.Test;

/** One class and one method: that is how an adapter joins the kit. */
class SocketBackendTckTest extends QueueBackendTck {
    @Override
    protected QueueBackendProvider provider() {
        return new SocketBackendProvider();
    }

    @Test
    void isFoundByItsName() {
        try (RedisServer server = RedisServer.forTests();
                RespClient redis = server.client()) {
            String namespace = server.newNamespace();
            try (Resque resque = Resque.builder()
                    .url(server.url())
                    .namespace(namespace)
                    .backend("socket")
                    .serializer("gson")
                    .build()) {
                resque.enqueue("q", "Any");
                assertThat(redis.text("LINDEX", namespace + ":queue:q", 0))
                        .isEqualTo("{\"class\":\"Any\",\"args\":[]}");
            }
            redis.deleteKeys(namespace + ":");
        }
    }
}
