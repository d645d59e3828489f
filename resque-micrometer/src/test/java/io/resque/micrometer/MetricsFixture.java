package io.resque.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A namespace of its own on a real Redis, and a registry. */
final class MetricsFixture implements AutoCloseable {
    static final RedisServer SERVER = RedisServer.forTests();

    final String namespace = SERVER.newNamespace();
    final RespClient redis = SERVER.client();
    final MeterRegistry registry = new SimpleMeterRegistry();
    final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    String key(String name) {
        return namespace + ":" + name;
    }

    long stat(String name) {
        String value = redis.text("GET", key("stat:" + name));
        return value == null ? 0 : Long.parseLong(value);
    }

    /** So many times were recorded, by the value of a tag. */
    static Map<String, Long> counts(MeterRegistry registry, String timer, String tag) {
        Map<String, Long> counts = new TreeMap<>();
        registry.find(timer).timers().forEach(each -> counts.merge(each.getId().getTag(tag), each.count(), Long::sum));
        return counts;
    }

    static long count(MeterRegistry registry, String timer, String... tags) {
        return registry.find(timer).tags(tags).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    static double value(MeterRegistry registry, String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    /** The values that a tag has, in all meters of Resque. */
    static Set<String> values(MeterRegistry registry, String tag) {
        return ours(registry).stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .filter(each -> each.getKey().equals(tag))
                .map(Tag::getValue)
                .collect(Collectors.toSet());
    }

    static List<Meter> ours(MeterRegistry registry) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("resque."))
                .toList();
    }

    /** Pushes payloads as another program does. */
    void push(String queue, String... payloads) {
        redis.call("SADD", key("queues"), queue);
        Object[] command = new Object[payloads.length + 2];
        command[0] = "RPUSH";
        command[1] = key("queue:" + queue);
        System.arraycopy(payloads, 0, command, 2, payloads.length);
        redis.call(command);
    }

    static String[] repeat(int times, String payload) {
        String[] all = new String[times];
        Arrays.fill(all, payload);
        return all;
    }

    @Override
    public void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }
}
