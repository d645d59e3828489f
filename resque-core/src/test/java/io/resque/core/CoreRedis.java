package io.resque.core;

import io.resque.api.spi.JobSerializer;
import io.resque.core.internal.status.LateStatuses;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One Redis for the tests of this module, and a namespace for each test. */
public final class CoreRedis {
    public static final RedisServer SERVER = RedisServer.forTests();
    public static final RespClient CLIENT = SERVER.client();
    public static final JobSerializer GSON = Serializers.GSON;
    public static final JobSerializer JACKSON = Serializers.JACKSON;

    public final String namespace = SERVER.newNamespace();

    public ResqueBuilder builder() {
        return Resque.builder()
                .url(SERVER.url())
                .namespace(namespace)
                .backend("jedis")
                .serializer("gson");
    }

    /** Of a {@link Resque} that goes by this clock. */
    public ResqueBuilder builder(Clock clock) {
        return builder().clock(clock);
    }

    public static ResqueBuilder clock(ResqueBuilder builder, Clock clock) {
        return builder.clock(clock);
    }

    /** With late statuses whose time a test makes. */
    public Resque resque(LateStatuses late) {
        return builder().lateStatuses(late).build();
    }

    public String key(String name) {
        return namespace + ":" + name;
    }

    /** The elements of a queue from its head on. */
    public List<String> queue(String name) {
        return CLIENT.texts("LRANGE", key("queue:" + name), 0, -1);
    }

    /** All that is under the namespace, but for the keys that schedulers write whenever they look. */
    public Map<String, Object> dump() {
        Map<String, Object> all = CLIENT.dump(namespace + ":");
        all.keySet().removeAll(Set.of(key("java:schedule_look"), key("java:schedulers"), key("java:limits_look")));
        return all;
    }

    public void clear() {
        CLIENT.deleteKeys(namespace + ":");
    }
}
