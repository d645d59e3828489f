package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What stood in Redis while programs in Go, Python, Perl, Java and Ruby shared it, read by our API: each key by its kind, so
 * that a new recording in the folder needs no line here. What is told is compared with the recorded bytes, read by the serializer
 * that is not under test. A difference is counted under the rule that asks for it; any other fails.
 */
class RecordedNeighboursTest {
    private static final FailureFilter ALL = FailureFilter.all();
    private static final JobSerializer OTHER = CoreRedis.JACKSON;
    private static final Map<String, Score> SCORES = Collections.synchronizedMap(new TreeMap<>());

    /** What was compared in a file: how often it was equal, and how often it differed by which rule. */
    private static final class Score {
        private int passed;
        private final Map<String, Integer> differences = new TreeMap<>();
    }

    @TestFactory
    @WireRule({"W-254", "W-354", "W-359", "W-551", "W-552", "W-554"})
    Stream<DynamicTest> whatStoodThereIsRead() {
        return RecordedCases.files().stream()
                .filter(file -> file.startsWith("neighbours/"))
                .flatMap(file -> RecordedCases.of(file).stream()
                        .flatMap(recorded -> recorded.states().entrySet().stream()
                                .map(state -> DynamicTest.dynamicTest(
                                        file + ": " + recorded.name() + ", " + state.getKey(),
                                        () -> new Reading(file, state.getValue()).judge()))));
    }

    @AfterAll
    static void tell() {
        System.out.println("Vectors of the neighbours:                 passed  differ by a rule");
        SCORES.forEach((file, score) -> System.out.printf("  %-40s %6d  %s%n", file, score.passed, score.differences));
    }

    /** Keys of one moment, in a Redis. */
    private static final class Reading {
        private final Score score;
        private final CoreRedis redis = new CoreRedis();
        private final Map<String, Map<?, ?>> keys = new TreeMap<>();

        Reading(String file, Map<?, ?> state) {
            score = SCORES.computeIfAbsent(file, any -> new Score());
            state.forEach((key, entry) -> {
                // But for sessions of ours, which name the queue in their namespace.
                if (key.toString().startsWith("resque:") && !key.equals("resque:java:sessions")) {
                    keys.put(key.toString().substring("resque:".length()), (Map<?, ?>) entry);
                }
            });
        }

        void judge() {
            try (Resque resque = redis.builder().build()) {
                keys.forEach(this::load);
                Map<?, ?> queues = keys.get("queues");
                equal(
                        "queues",
                        List.copyOf(resque.inspector().queues().keySet()),
                        queues == null
                                ? List.of()
                                : texts(queues).stream().sorted().toList());
                keys.forEach((name, entry) -> {
                    if (name.startsWith("queue:") && !entry.get("type").equals("hash")) {
                        queue(resque, name.substring("queue:".length()), texts(entry));
                    } else if (name.equals("failed")) {
                        failures(resque, texts(entry));
                    } else if (name.equals("workers")) {
                        texts(entry).forEach(id -> worker(resque, id));
                    } else if (name.matches("stat:(processed|failed)")) {
                        long count = Long.parseLong(entry.get("value").toString());
                        equal(
                                name,
                                name.endsWith("failed")
                                        ? resque.inspector().counters().failed()
                                        : resque.inspector().counters().processed(),
                                count);
                    }
                });
                assertThat(resque.inspector().foreignKeys()).isEmpty();
            } finally {
                redis.clear();
            }
        }

        private void equal(String what, Object ours, Object theirs) {
            assertThat(ours).as(what).isEqualTo(theirs);
            score.passed++;
        }

        private void differs(String rule) {
            score.differences.merge(rule, 1, Integer::sum);
        }

        private void load(String name, Map<?, ?> entry) {
            String key = redis.key(name);
            Object value = entry.get("value");
            switch (entry.get("type").toString()) {
                case "string" -> CLIENT.call("SET", key, value);
                case "hash" -> ((Map<?, ?>) value).forEach((field, of) -> CLIENT.call("HSET", key, field, of));
                case "zset" ->
                    ((List<?>) value).forEach(pair -> {
                        List<?> scored = (List<?>) pair;
                        CLIENT.call("ZADD", key, scored.get(1), scored.get(0));
                    });
                default ->
                    ((List<?>) value)
                            .forEach(
                                    each -> CLIENT.call(entry.get("type").equals("set") ? "SADD" : "RPUSH", key, each));
            }
        }

        /** The elements of a list or a set; of a sorted set by their scores. */
        private static List<String> texts(Map<?, ?> entry) {
            return ((List<?>) entry.get("value"))
                    .stream()
                            .map(each -> String.valueOf(each instanceof List<?> pair ? pair.get(0) : each))
                            .toList();
        }

        private static Map<?, ?> tree(String json) {
            return (Map<?, ?>) Objects.requireNonNull(OTHER.decode(Payload.ofText(json)));
        }

        private void queue(Resque resque, String name, List<String> payloads) {
            equal("size of " + name, resque.inspector().queueSize(name), (long) payloads.size());
            List<QueuedJob> jobs = resque.inspector().peek(name, 0, 1_000);
            equal("jobs of " + name, jobs.size(), payloads.size());
            for (int i = 0; i < payloads.size(); i++) {
                Map<?, ?> payload = tree(payloads.get(i));
                equal("bytes", Payload.of(jobs.get(i).raw()).text(), payloads.get(i));
                equal("class", jobs.get(i).jobClass(), payload.get("class"));
                equal("arguments of " + payloads.get(i), jobs.get(i).args(), args(payload));
            }
            // They reach a job, unless they are delayed, for Jesque's workers.
            if (keys.get("queue:" + name).get("type").equals("list")) {
                List<Object> seen = new ArrayList<>();
                WorkerBuilder worker = resque.workerBuilder(name);
                payloads.stream()
                        .map(payload -> String.valueOf(tree(payload).get("class")))
                        .distinct()
                        .forEach(jobClass -> worker.register(
                                jobClass,
                                () -> context -> seen.add(context.args().asList())));
                worker.drain();
                equal(
                        "what jobs got",
                        seen,
                        payloads.stream().map(payload -> args(tree(payload))).toList());
            }
        }

        private static List<Object> args(Map<?, ?> payload) {
            List<Object> args = payload.get("args") instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
            if (payload.get("vars") != null) {
                args.add(payload.get("vars"));
            }
            return args;
        }

        private void failures(Resque resque, List<String> records) {
            List<FailedJob> failures = resque.failures().oldest(ALL, 0, 1_000);
            equal("failures", failures.size(), records.size());
            for (int i = 0; i < records.size(); i++) {
                FailedJob failure = failures.get(i);
                Map<?, ?> record = tree(records.get(i));
                Map<?, ?> payload = (Map<?, ?>) record.get("payload");
                assertThat(failure.failedAt()).as(failure.failedAtText()).isPresent();
                score.passed++;
                if (!failure.failedAtText().matches(".*(Z|UTC|[+-]\\d{2}:?\\d{2})")) {
                    differs("W-554: a time without a zone is UTC");
                }
                equal("failed_at", failure.failedAtText(), record.get("failed_at"));
                equal("class", failure.jobClass(), payload.get("class"));
                equal("args", failure.args(), args(payload));
                equal("queue", failure.queue(), record.get("queue"));
                equal("exception", failure.exception(), record.get("exception"));
                equal("worker", failure.worker(), record.get("worker"));
                String error =
                        record.get("error") == null ? "" : record.get("error").toString();
                if (error.startsWith("type: <class ")) {
                    List<?> lines = (List<?>) record.get("backtrace");
                    equal("error", failure.error(), lines.get(lines.size() - 2));
                    differs("W-359: the message of pyres is in its traceback");
                } else {
                    equal("error", failure.error(), error);
                }
                List<?> backtrace = record.get("backtrace") instanceof List<?> list ? list : List.of();
                equal("backtrace", failure.backtrace(), backtrace);
                retry(resque, failure, payload);
            }
        }

        private void retry(Resque resque, FailedJob failure, Map<?, ?> payload) {
            String queue = failure.queue();
            long before = resque.inspector().queueSize(queue);
            assertThat(resque.failures().retry(failure)).isTrue();
            QueuedJob again = resque.inspector().peek(queue, before, 1).get(0);
            equal("class of a retry", again.jobClass(), payload.get("class"));
            equal("arguments of a retry", again.args(), args(payload));
            Map<?, ?> pushed = tree(Payload.of(again.raw()).text());
            if (!pushed.keySet().equals(payload.keySet())) {
                differs("W-354: class and arguments only");
            }
            CLIENT.call("RPOP", redis.key("queue:" + queue));
        }

        private void worker(Resque resque, String id) {
            WorkerInfo worker = resque.inspector().worker(id).orElseThrow();
            equal("host of " + id, worker.host(), id.split(":")[0]);
            equal("registered", worker.registered(), true);
            if (keys.containsKey("worker:" + id + ":started")) {
                String started =
                        keys.get("worker:" + id + ":started").get("value").toString();
                equal("started", worker.startedAtText(), started);
                assertThat(worker.startedAt()).as(started).isPresent();
                score.passed++;
            }
            Map<?, ?> record = keys.containsKey("worker:" + id)
                    ? tree(keys.get("worker:" + id).get("value").toString())
                    : Map.of();
            if (record.get("payload") instanceof Map<?, ?> payload) {
                equal("class of " + id, worker.job().orElseThrow().jobClass(), payload.get("class"));
                equal("arguments", worker.job().orElseThrow().args(), args(payload));
                equal("queue", worker.job().orElseThrow().queue(), record.get("queue"));
                assertThat(worker.runAt()).as(record.get("run_at").toString()).isPresent();
                score.passed++;
            } else {
                equal("job of " + id, worker.job().isEmpty(), true);
            }
            for (String counter : List.of("processed", "failed")) {
                Map<?, ?> counted = keys.get("stat:" + counter + ":" + id);
                long count = counted == null
                        ? 0
                        : Long.parseLong(counted.get("value").toString());
                equal(counter, counter.equals("failed") ? worker.failed() : worker.processed(), count);
            }
        }
    }
}
