package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.serialization.jackson.JacksonSerializerProvider;
import io.resque.tck.HostileRecords;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed and malicious payloads. {@code -Dpoison.seed=N} repeats a run; {@code -Dpoison.cases=N} and
 * {@code -Dpoison.megabytes=N}, the length of the longest string, make it larger.
 */
@Timeout(300)
class PoisonTest {
    private static final long SEED = Long.getLong("poison.seed", System.nanoTime());
    private static final int CASES = Integer.getInteger("poison.cases", 20_000);
    private static final List<String> SOUND = List.of(
            "{\"class\":\"Noop\",\"args\":[]}",
            "{\"class\":\"Noop\",\"args\":[1,2.5,-0.0,1e300,null,true,\"x\\u00e9\\ud83d\\ude00\\n\"]}",
            "{\"class\":\"Noop\",\"args\":[{\"name\":\"Chris\",\"list\":[1,[2,[3]]]}],\"id\":\"0123456789abcdef\",\"queue_time\":1.5}",
            "{\"args\":[12345678901234567890123],\"class\":\"Acme::Mail\",\"prefix\":\"\"}");
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "null",
        "nul",
        "true",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "1e999999999",
        "1e-999999999",
        "0x1",
        "//",
        "/*",
        "'",
        "\u0000",
        "\ufeff",
        "\u2028",
        "\u001b[31m",
        "__proto__",
        "\"class\":",
        "\"@class\":\"java.lang.Runtime\",",
        "\"args\":",
        "[\"java.util.ArrayList\",[]]",
        " ",
        "\t",
        "\r\n"
    };

    private static final Map<String, byte[]> HOSTILE = HostileRecords.payloads();

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutated(Random random) {
        if (random.nextInt(10) == 0) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            return noise;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] sound = text(SOUND.get(random.nextInt(SOUND.size())));
        int at = 0;
        for (int changes = random.nextInt(4); changes >= 0 && at < sound.length; changes--) {
            int next = at + random.nextInt(sound.length - at);
            out.write(sound, at, next - at);
            switch (random.nextInt(4)) {
                case 0 -> out.writeBytes(text(PIECES[random.nextInt(PIECES.length)]));
                case 1 -> out.write(random.nextInt(256));
                case 2 -> next = Math.min(sound.length, next + random.nextInt(8));
                default -> next = Math.max(at, next - random.nextInt(8));
            }
            at = next;
        }
        out.write(sound, at, sound.length - at);
        return out.toByteArray();
    }

    private static Object verdict(JobSerializer serializer, byte[] bytes) {
        try {
            return Arrays.asList(serializer.decode(Payload.of(bytes)));
        } catch (MalformedPayloadException e) {
            return "malformed";
        }
    }

    @Test
    void bothSerializersSayTheSameInBoundedTimeAndMemory() {
        System.out.println("Poison: -Dpoison.seed=" + SEED);
        Random random = new Random(SEED);
        Map<String, JobSerializer> serializers = Map.of(
                "gson", new GsonSerializerProvider().create(), "jackson", new JacksonSerializerProvider().create());
        Map<String, byte[]> cases = new LinkedHashMap<>(HOSTILE);
        for (int i = 0; i < CASES; i++) {
            cases.put("mutated " + i, mutated(random));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        serializers.values().forEach(serializer -> verdict(serializer, text(SOUND.get(1)))); // loads its classes
        int malformed = 0;
        double slowest = 0;
        double largest = 0;
        String slow = "";
        String large = "";
        for (Map.Entry<String, byte[]> each : cases.entrySet()) {
            Map<String, Object> verdicts = new LinkedHashMap<>();
            for (Map.Entry<String, JobSerializer> serializer : serializers.entrySet()) {
                long allocated =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                long start = System.nanoTime();
                verdicts.put(serializer.getKey(), verdict(serializer.getValue(), each.getValue()));
                double millis = (System.nanoTime() - start) / 1e6;
                double bytes =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated;
                if (millis > slowest) {
                    slowest = millis;
                    slow = each.getKey() + " by " + serializer.getKey();
                }
                if (bytes > largest) {
                    largest = bytes;
                    large = each.getKey() + " by " + serializer.getKey();
                }
                assertThat(bytes)
                        .as(
                                "memory for %s of %d bytes by %s",
                                each.getKey(), each.getValue().length, serializer.getKey())
                        // Some of the cases are the first to load the classes of an error.
                        .isLessThan(8e6 + 100.0 * each.getValue().length);
            }
            assertThat(Set.copyOf(verdicts.values()))
                    .as(
                            "%s: %s",
                            each.getKey(),
                            new String(
                                    each.getValue(),
                                    0,
                                    Math.min(200, each.getValue().length),
                                    StandardCharsets.ISO_8859_1))
                    .hasSize(1);
            malformed += verdicts.containsValue("malformed") ? 1 : 0;
        }
        System.out.printf(
                "Poison: %d cases, %d malformed, by both alike; slowest %s, %.0f ms; largest %s, %.0f MB%n",
                cases.size(), malformed, slow, slowest, large, largest / 1e6);
        assertThat(malformed).isBetween(cases.size() / 10, cases.size() * 19 / 20);
        assertThat(slowest).isLessThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gson", "jackson"})
    void eachIsRunOrRecordedOnceAndTheWorkerGoesOn(String serializer) {
        RedisServer server = RedisServer.forTests();
        String namespace = server.newNamespace();
        Random random = new Random(SEED + 1);
        List<byte[]> payloads = new ArrayList<>(HOSTILE.values());
        for (int i = 0; i < CASES / 10; i++) {
            payloads.add(mutated(random));
        }
        AtomicInteger runs = new AtomicInteger();
        try (RespClient redis = server.client();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .namespace(namespace)
                        .backend("jedis")
                        .serializer(serializer)
                        .build()) {
            for (byte[] payload : payloads) {
                redis.call("RPUSH", namespace + ":queue:q", payload);
            }
            Worker worker = resque.workerBuilder("q")
                    .register("Noop", () -> context -> runs.incrementAndGet())
                    .concurrency(2)
                    .start();
            await().atMost(Duration.ofSeconds(120))
                    .until(() ->
                            Integer.toString(payloads.size()).equals(redis.text("GET", namespace + ":stat:processed")));
            assertThat(worker.redisError()).isEmpty();
            long records = redis.number("LLEN", namespace + ":failed");
            assertThat(records + runs.get()).isEqualTo(payloads.size());
            assertThat(redis.text("GET", namespace + ":stat:failed")).isEqualTo(Long.toString(records));
            JobSerializer strict = new JacksonSerializerProvider().create();
            for (long i = 0; i < records; i++) {
                byte[] record = (byte[]) redis.call("LINDEX", namespace + ":failed", i);
                assertThat(((Map<?, ?>) strict.decode(Payload.of(record)))
                                .keySet()
                                .toString())
                        .isEqualTo("[failed_at, payload, exception, error, backtrace, worker, queue]");
            }
            resque.enqueue("q", "Noop");
            await().atMost(20, TimeUnit.SECONDS).until(() -> runs.get() + records == payloads.size() + 1);
            worker.close();
            redis.deleteKeys(namespace + ":");
        }
    }
}
