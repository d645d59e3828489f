package com.example.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import org.junit.jupiter.api.Test;

class SocketLookupTest {
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
