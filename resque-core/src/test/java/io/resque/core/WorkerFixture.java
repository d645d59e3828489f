package io.resque.core;

import static org.awaitility.Awaitility.await;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A namespace of its own on a real Redis, looked at by the kit's client. */
public final class WorkerFixture implements AutoCloseable {
    private final RedisServer server;
    public final RespClient redis;
    public final Resque resque;
    public final String namespace;

    public WorkerFixture() {
        this(CoreRedis.SERVER, CoreRedis.SERVER.url());
    }

    /** Speaks to the server by another address, such as a proxy's. */
    WorkerFixture(RedisServer server, String url) {
        this.server = server;
        namespace = server.newNamespace();
        redis = server.client();
        resque = Resque.builder()
                .url(url)
                .namespace(namespace)
                .serializer("gson")
                .build();
    }

    public String key(String name) {
        return namespace + ":" + name;
    }

    void push(String queue, String payload) {
        redis.call("RPUSH", key("queue:" + queue), payload);
    }

    /** Waits until so many jobs have been counted as processed. */
    public void awaitProcessed(int jobs) {
        await().until(() -> Integer.toString(jobs).equals(redis.text("GET", key("stat:processed"))));
    }

    List<String> failures() {
        return redis.texts("LRANGE", key("failed"), "0", "-1");
    }

    /** All that is under the namespace, but for the keys that schedulers write whenever they look. */
    Map<String, Object> dump() {
        Map<String, Object> all = redis.dump(namespace + ":");
        all.keySet().removeAll(Set.of(key("java:schedule_look"), key("java:schedulers"), key("java:limits_look")));
        return all;
    }

    @Override
    public void close() {
        resque.close();
        redis.close();
        // By a client of its own: the server may have been restarted since.
        try (RespClient cleaning = server.client()) {
            cleaning.deleteKeys(namespace + ":");
        }
    }
}
