package io.resque.activejob;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One Redis for the tests of workers, and a namespace for each test, in which jobs stand as Rails writes them. */
final class RailsRedis {
    static final RedisServer SERVER = RedisServer.forTests();
    static final RespClient CLIENT = SERVER.client();
    static final JobSerializer JSON = new GsonSerializerProvider().create();

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

    /** A job hash as Rails 7.1 writes it. */
    static Map<String, Object> hash(String jobClass, Object... args) {
        Map<String, Object> hash = new LinkedHashMap<>();
        hash.put("job_class", jobClass);
        hash.put("job_id", "0b1c0a5e-6f0b-4f0e-9f57-2f1c6a8f3d11");
        hash.put("provider_job_id", null);
        hash.put("queue_name", "default");
        hash.put("priority", null);
        hash.put("arguments", List.of(args));
        hash.put("executions", 0L);
        hash.put("exception_executions", new LinkedHashMap<>());
        hash.put("locale", "en");
        hash.put("timezone", "UTC");
        hash.put("enqueued_at", "2033-05-18T03:33:20.123456789Z");
        hash.put("scheduled_at", null);
        return hash;
    }

    static String payload(Map<String, ?> hash) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("class", ActiveJobs.WRAPPER);
        payload.put("args", List.of(hash));
        return JSON.encode(payload).text();
    }

    static Object read(String json) {
        return JSON.decode(Payload.ofText(json));
    }

    /** The job hash of a payload, of an item, or in a failure record. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> hashOf(String json) {
        Map<String, Object> tree = (Map<String, Object>) read(json);
        Object payload = tree.getOrDefault("payload", tree);
        return (Map<String, Object>) ((List<?>) ((Map<?, ?>) payload).get("args")).get(0);
    }

    void push(String queue, String payload) {
        CLIENT.call("SADD", key("queues"), queue);
        CLIENT.call("RPUSH", key("queue:" + queue), payload);
    }

    void push(Map<String, ?> hash) {
        push("default", payload(hash));
    }

    List<String> list(String name) {
        return CLIENT.texts("LRANGE", key(name), 0, -1);
    }

    List<String> failures() {
        return list("failed");
    }

    long stat(String name) {
        String count = CLIENT.text("GET", key("stat:" + name));
        return count == null ? 0 : Long.parseLong(count);
    }

    /** All delayed items, by their seconds. */
    List<String> delayed() {
        List<String> items = new ArrayList<>();
        for (String second : CLIENT.texts("ZRANGE", key("delayed_queue_schedule"), 0, -1)) {
            items.addAll(list("delayed:" + second));
        }
        return Collections.unmodifiableList(items);
    }

    /** Makes all delayed items due now. */
    void makeDue() {
        for (String second : CLIENT.texts("ZRANGE", key("delayed_queue_schedule"), 0, -1)) {
            for (String item : list("delayed:" + second)) {
                CLIENT.call("RPUSH", key("delayed:1"), item);
                CLIENT.call("SADD", key("timestamps:" + item), "delayed:1");
                CLIENT.call("SREM", key("timestamps:" + item), "delayed:" + second);
            }
            CLIENT.call("DEL", key("delayed:" + second));
            CLIENT.call("ZREM", key("delayed_queue_schedule"), second);
            CLIENT.call("ZADD", key("delayed_queue_schedule"), 1, "1");
        }
    }

    void clear() {
        CLIENT.deleteKeys(namespace + ":");
    }
}
