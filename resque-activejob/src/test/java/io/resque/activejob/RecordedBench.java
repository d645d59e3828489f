package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Target;
import io.resque.api.DelayedJob;
import io.resque.api.JobMatch;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One case: ours enqueues in a namespace of its own. */
final class RecordedBench implements AutoCloseable {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final RespClient CLIENT = SERVER.client();

    /** The clock of the recordings, which Redis does not reach for years: what is later than that is delayed. */
    private static final Instant NOW = Instant.parse("2033-05-18T03:33:20.123456789Z");

    private static final String TIMES = "\"enqueued_at\":\"[^\"]*\"(,\"scheduled_at\":(null|\"[^\"]*\"))?";

    private final String namespace = SERVER.newNamespace();
    final Resque resque = Resque.builder()
            .url(SERVER.url())
            .namespace(namespace)
            .backend("jedis")
            .serializer("gson")
            .build();
    private final Map<String, Object> recorded;
    private final Target target;
    final ActiveJobs rails;
    Map<String, Object> expected;
    boolean isMovedLater;
    private boolean isNow;
    private boolean isApplication;

    RecordedBench(Map<String, Object> recorded, boolean isApplication) {
        this.recorded = recorded;
        this.isApplication = isApplication;
        this.target = Recorded.targets(recorded).get(0);
        this.expected = keys(Recorded.map(recorded.get("expected")).get("keys"));
        AtomicInteger ids = new AtomicInteger();
        ActiveJobs on = ActiveJobs.on(resque)
                .target(target)
                .app(isApplication ? "shop-app" : "shop")
                .locale("en")
                .with(
                        Clock.fixed(NOW, ZoneOffset.UTC),
                        () -> String.format("%08x-0000-4000-8000-000000000000", ids.incrementAndGet()));
        this.rails = isApplication ? on.timeZone("UTC") : on;
        seed();
    }

    ActiveJobs railsNow() {
        isNow = true;
        AtomicInteger ids = new AtomicInteger();
        // The begin of a second, so that half a second later is the same one.
        return rails.with(
                Clock.fixed(Instant.now().truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC),
                () -> String.format("%08x-0000-4000-8000-000000000000", ids.incrementAndGet()));
    }

    boolean isJruby() {
        return recorded.get("rails").toString().contains("jruby");
    }

    boolean isBefore(Target version) {
        return target.compareTo(version) < 0;
    }

    private void seed() {
        if (!(recorded.get("before") instanceof Map<?, ?> before)) {
            return;
        }
        before.forEach((key, value) -> {
            String name = namespace + key.toString().substring("resque".length());
            for (Object element : (Collection<?>) value) {
                if (element instanceof List<?> pair) {
                    CLIENT.call("ZADD", name, seconds(pair.get(1)), pair.get(0));
                } else if (name.endsWith(":queues") || name.contains(":timestamps:")) {
                    CLIENT.call("SADD", name, element);
                } else {
                    CLIENT.call("RPUSH", name, element);
                }
            }
        });
    }

    String play(Consumer<RecordedBench> step) {
        Object error = Recorded.map(recorded.get("expected")).get("error");
        try {
            step.accept(this);
        } catch (ArgumentCodecException e) {
            return "ours refuses: " + e.getMessage();
        }
        if (error != null) {
            return "only Rails refuses: " + error;
        }
        Map<String, Object> ours = new TreeMap<>();
        CLIENT.dump(namespace + ":")
                .forEach((key, value) -> ours.put(key.substring(namespace.length() + 1), plain(value)));
        ours.keySet().removeIf(key -> key.startsWith("java:"));
        if (isMovedLater) {
            ours.remove("delayed_queue_schedule");
            expected.remove("delayed_queue_schedule");
        }
        if (isApplication) {
            ours.keySet().retainAll(expected.keySet());
        }
        String left = text(ours);
        String right = text(expected);
        if (left.equals(right)) {
            return "";
        }
        return normal(left).equals(normal(right)) ? "value" : left + " in place of " + right;
    }

    /** Without times where the form of 7.1 is written for an earlier version; without ids and clocks of a whole application. */
    private String normal(String text) {
        String normal = text;
        if (isBefore(Target.RAILS_7_1) || isNow || isApplication) {
            normal = normal.replaceAll(TIMES.replace("\"", "\\\\\""), "T").replaceAll(TIMES, "T");
        }
        if (isApplication) {
            normal = normal.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID")
                    .replace("\\\\u003c", "<")
                    .replace("\\\\u003e", ">")
                    .replace("\\\\u0026", "&")
                    .replace("\\\\u2028", "\u2028");
        }
        return normal;
    }

    private static String text(Map<String, Object> keys) {
        return Recorded.text(new TreeMap<>(keys));
    }

    private static Map<String, Object> keys(@Nullable Object recorded) {
        Map<String, Object> keys = new TreeMap<>();
        if (recorded instanceof Map<?, ?> all) {
            all.forEach((key, value) -> {
                String[] name = key.toString().split(":", 2);
                if (List.of("resque", "app").contains(name[0])) { // the namespaces of the recordings
                    keys.put(name[1], plain(value));
                }
            });
        }
        return keys;
    }

    /** Lists in their order, sets and pairs sorted. */
    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> pairs) {
            return pairs.entrySet().stream()
                    .map(pair -> pair.getKey() + "=" + seconds(pair.getValue()))
                    .sorted()
                    .toList();
        }
        if (value instanceof Collection<?> all
                && !all.isEmpty()
                && all.iterator().next() instanceof List<?>) {
            return all.stream()
                    .map(pair -> ((List<?>) pair).get(0) + "=" + seconds(((List<?>) pair).get(1)))
                    .sorted()
                    .toList();
        }
        if (value instanceof Collection<?> all) {
            return new ArrayList<>(all);
        }
        return value;
    }

    private static String seconds(Object score) {
        return new BigDecimal(score.toString()).toBigInteger().toString();
    }

    void dequeues(JobMatch match) {
        answers(resque.dequeue("default", match));
    }

    void answers(long count) {
        assertThat(String.valueOf(count))
                .as(recorded.get("name").toString())
                .isEqualTo(Recorded.map(recorded.get("expected")).get("return"));
    }

    JobMatch waiting(int index, Map<String, Object> changes) {
        Map<String, Object> hash = new LinkedHashMap<>(Recorded.map(
                resque.inspector().peek("default", index, 1).get(0).args().get(0)));
        hash.putAll(changes);
        return JobMatch.of(ActiveJobs.WRAPPER).withArgs(hash);
    }

    DelayedJob delayed(int index) {
        return resque.delayed().jobs().toList().get(index);
    }

    Object member(DelayedJob job, String name) {
        return Recorded.map(job.job().args().get(0)).get(name);
    }

    void removesDelayed(String member, Object value) {
        answers(resque.delayed().jobs().toList().stream()
                .filter(job -> member(job, member).equals(value))
                .filter(resque.delayed()::remove)
                .count());
    }

    /** When the only item is due, moved with the item: the recording has a real clock, whose time is over. */
    Instant inTenYears() {
        String key = expected.keySet().iterator().next();
        Instant later = Instant.ofEpochSecond(Long.parseLong(key.substring("delayed:".length())))
                .plus(Duration.ofDays(3_650));
        expected.put("delayed:" + later.getEpochSecond(), expected.remove(key));
        return later.plusMillis(999);
    }

    @Override
    public void close() {
        resque.close();
        CLIENT.deleteKeys(namespace + ":");
    }
}
