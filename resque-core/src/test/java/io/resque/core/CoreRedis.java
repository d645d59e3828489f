package io.resque.core;

import io.resque.api.spi.JobSerializer;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.serialization.jackson.JacksonSerializerProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.List;
import java.util.Map;

/** One Redis for the tests of this module, and a namespace for each test. */
final class CoreRedis {
    static final RedisServer SERVER = RedisServer.forTests();
    static final RespClient CLIENT = SERVER.client();
    static final JobSerializer GSON = new GsonSerializerProvider().create();
    static final JobSerializer JACKSON = new JacksonSerializerProvider().create();

    final String namespace = SERVER.newNamespace();

    ResqueBuilder builder() {
        return Resque.builder()
                .url(SERVER.url())
                .namespace(namespace)
                .backend("jedis")
                .serializer("gson");
    }

    String key(String name) {
        return namespace + ":" + name;
    }

    /** The elements of a queue from its head on. */
    List<String> queue(String name) {
        return CLIENT.texts("LRANGE", key("queue:" + name), 0, -1);
    }

    /** All that is under the namespace. */
    Map<String, Object> dump() {
        return CLIENT.dump(namespace + ":");
    }

    void clear() {
        CLIENT.deleteKeys(namespace + ":");
    }
}
