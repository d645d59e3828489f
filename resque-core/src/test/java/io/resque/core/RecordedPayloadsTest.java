package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobContext;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that Ruby, PHP and Node were recorded to put on queues, through a real queue into a worker. */
class RecordedPayloadsTest {
    private static final String QUEUE = "recorded";

    /** What was recorded, and what a job must get of it; null where it is no job. */
    private record Expected(Payload payload, Seen job) {}

    private record Seen(String jobClass, List<?> args) {
        static Seen of(JobContext context) {
            return new Seen(context.jobClass(), context.args().asList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gson", "jackson"})
    @WireRule({"W-255", "W-352"})
    void reachAJobAsRecordedOrEndAsFailures(String name) {
        // The expectation comes from the recording, or from the serializer that is not under test.
        JobSerializer other = name.equals("gson") ? CoreRedis.JACKSON : CoreRedis.GSON;
        List<Expected> all = new ArrayList<>();
        all.addAll(rubys());
        all.addAll(phps(other));
        all.addAll(nodes(other));
        assertThat(all).hasSizeGreaterThan(330);
        List<Seen> jobs =
                all.stream().filter(e -> e.job != null).map(Expected::job).toList();
        List<Expected> unreadable = all.stream().filter(e -> e.job == null).toList();
        System.out.println(
                "Recorded payloads by " + name + ": " + jobs.size() + " jobs, " + unreadable.size() + " that are none");

        String namespace = CoreRedis.SERVER.newNamespace();
        List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
        try (RespClient redis = CoreRedis.SERVER.client();
                Resque resque = Resque.builder()
                        .url(CoreRedis.SERVER.url())
                        .namespace(namespace)
                        .serializer(name)
                        .build()) {
            all.forEach(e -> redis.call("RPUSH", namespace + ":queue:" + QUEUE, e.payload.toBytes()));
            WorkerBuilder builder = resque.workerBuilder(QUEUE);
            classes(jobs).forEach(jobClass -> builder.register(jobClass, () -> context -> seen.add(Seen.of(context))));
            Worker worker = builder.start();
            String processed = Integer.toString(all.size());
            await().until(() -> processed.equals(redis.text("GET", namespace + ":stat:processed")));

            assertThat(seen).isEqualTo(jobs);
            assertThat(worker.isRunning()).isTrue();
            assertThat(redis.keys(namespace + ":queue:*")).isEmpty();
            assertThat(redis.text("GET", namespace + ":worker:" + worker.ids().get(0)))
                    .isNull();
            assertThat(redis.text("GET", namespace + ":stat:failed")).isEqualTo(Integer.toString(unreadable.size()));
            List<String> records = redis.texts("LRANGE", namespace + ":failed", "0", "-1");
            assertThat(records).hasSameSizeAs(unreadable);
            for (int i = 0; i < records.size(); i++) {
                assertHolds(other, records.get(i), unreadable.get(i).payload);
            }
            redis.deleteKeys(namespace + ":");
        }
    }

    private static Set<String> classes(List<Seen> jobs) {
        Set<String> classes = new LinkedHashSet<>();
        jobs.forEach(job -> classes.add(job.jobClass));
        return classes;
    }

    /** The failure record holds what stood in the queue, to the byte. */
    private static void assertHolds(JobSerializer json, String record, Payload payload) {
        Map<?, ?> tree = (Map<?, ?>) json.decode(Payload.ofText(record));
        assertThat(tree.get("exception")).isEqualTo(MalformedPayloadException.class.getName());
        Map<?, ?> shown = (Map<?, ?>) tree.get("payload");
        if (shown.get("raw_base64") instanceof String base64) {
            assertThat(Base64.getDecoder().decode(base64)).isEqualTo(payload.toBytes());
        } else if (shown.get("raw") instanceof String raw) {
            assertThat(raw).isEqualTo(payload.text());
        } else {
            assertThat((Object) shown).isEqualTo(json.decode(payload));
        }
    }

    private static List<Expected> rubys() {
        List<Expected> expected = new ArrayList<>();
        for (RecordedCase c : RecordedCases.of("ruby/java_consume.json")) {
            Payload payload = Payload.of(Base64.getDecoder().decode((String) c.get("inputs", "payload_base64")));
            Object jobClass = c.get("expected", "class");
            expected.add(new Expected(
                    payload,
                    jobClass == null ? null : new Seen((String) jobClass, (List<?>) c.get("expected", "args"))));
        }
        assertThat(expected).hasSizeGreaterThanOrEqualTo(71);
        return expected;
    }

    private static List<Expected> phps(JobSerializer json) {
        List<Expected> expected = new ArrayList<>();
        for (RecordedCase c : RecordedCases.of("php/golden-payloads.json")) {
            if ("queue-payload".equals(c.get("kind"))) {
                expected.add(expected(json, c.payload("raw")));
            }
        }
        assertThat(expected).hasSizeGreaterThanOrEqualTo(260);
        return expected;
    }

    private static List<Expected> nodes(JobSerializer json) {
        List<Expected> expected = new ArrayList<>();
        for (RecordedCase c : RecordedCases.of("node/node-resque.json")) {
            for (String moment : List.of("keys_mid", "keys")) {
                if (c.get(moment) instanceof Map<?, ?> keys) {
                    keys.forEach((key, entry) -> {
                        if (key.toString().startsWith("resque:queue:")) {
                            ((List<?>) ((Map<?, ?>) entry).get("value"))
                                    .forEach(e -> expected.add(expected(json, Payload.ofText((String) e))));
                        }
                    });
                }
            }
        }
        assertThat(expected).isNotEmpty();
        return expected;
    }

    private static Expected expected(JobSerializer json, Payload payload) {
        Object tree;
        try {
            tree = json.decode(payload);
        } catch (MalformedPayloadException e) {
            return new Expected(payload, null);
        }
        Map<?, ?> job = tree instanceof Map<?, ?> map ? map : Map.of();
        Object args = job.get("args");
        return new Expected(
                payload,
                job.get("class") instanceof String name
                        ? new Seen(name, args == null ? List.of() : (List<?>) args)
                        : null);
    }
}
