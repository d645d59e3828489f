package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureListLayout;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.MaxPayload;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.tck.WireRule;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OversizeTest {
    private static final FailureFilter ALL = FailureFilter.all();
    private static final int MAX = 16_384;

    private final WorkerFixture fixture = new WorkerFixture();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Resque open(UnaryOperator<ResqueBuilder> options) {
        return options.apply(Resque.builder()
                        .url(CoreRedis.SERVER.url())
                        .namespace(fixture.namespace)
                        .serializer("gson"))
                .build();
    }

    private static String job(int bytes) {
        return "{\"class\":\"Count\",\"args\":[\"" + "x".repeat(bytes) + "\"]}";
    }

    private void drain(Resque resque) {
        resque.workerBuilder("q")
                .register("Count", () -> context -> runs.incrementAndGet())
                .drain();
    }

    private long aside() {
        return fixture.redis.number("HLEN", fixture.key("java:oversize"));
    }

    @Test
    @WireRule("W-364")
    void aPayloadThatIsTooLargeIsAFailureOnceAndTheNextJobRuns() {
        try (Resque small = open(builder -> builder.maxPayload(MAX))) {
            fixture.push("q", job(100_000));
            fixture.push("q", job(10));
            drain(small);
            assertThat(runs).hasValue(1);
            List<FailedJob> failures = small.failures().oldest(ALL, 0, 10);
            assertThat(failures).hasSize(1);
            FailedJob failure = failures.get(0);
            assertThat(failure.exception()).isEqualTo("Resque::OversizePayload");
            assertThat(failure.jobClass()).isEqualTo("OversizePayload");
            assertThat(failure.error())
                    .startsWith("The payload of Count has 100029 bytes, more than the 16384 that this worker takes."
                            + " Its bytes are whole in the hash " + fixture.key("java:oversize") + ", field ")
                    .endsWith(
                            "give a worker more heap, raise its largest payload (max-payload, MAX_PAYLOAD), and retry this failure");
            assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo("1");
            assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("2");

            assertThat(small.failures().retryAll(ALL)).isEqualTo(1);
            assertThat(fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1))
                    .containsExactly(job(100_000));
            assertThat(aside()).isZero();
            FailedJob retried = small.failures().oldest(ALL, 0, 1).get(0);
            assertThat(retried.retriedAtText()).isPresent();
            assertThatThrownBy(() -> small.failures().retry(retried))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("whose bytes are no longer in " + fixture.key("java:oversize"))
                    .hasMessageContaining("it was retried before");
            assertThat(small.failures().remove(retried)).isTrue();
        }
        drain(fixture.resque);
        assertThat(runs).as("a worker that takes more runs it").hasValue(2);
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    @WireRule("W-364")
    void theStatusOfWhatIsTooLargeIsFailed() {
        JobSpec job = JobSpec.of("Count", "x".repeat(50_000));
        JobSpec traced = job.withMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        List<String> tokens = Stream.of(job, traced)
                .map(each -> fixture.resque.enqueueTracked("q", each).orElseThrow())
                .toList();
        try (Resque small = open(builder -> builder.maxPayload(MAX))) {
            drain(small);
        }
        assertThat(tokens)
                .allSatisfy(token -> assertThat(
                                fixture.resque.status(token).orElseThrow().state())
                        .isEqualTo(JobState.FAILED));
        assertThat(runs).hasValue(0);
    }

    @Test
    @WireRule("W-364")
    void itsBytesGoWithItsRecord() {
        UnaryOperator<ResqueBuilder> options =
                builder -> builder.maxPayload(MAX).failureLists(FailureListLayout.BY_QUEUE);
        try (Resque small = open(options)) {
            for (int i = 0; i < 4; i++) {
                fixture.push("q", job(20_000 + i));
            }
            fixture.push("q", "no JSON");
            drain(small);
            assertThat(aside()).isEqualTo(4);
            assertThat(small.failures().remove(small.failures().oldest(ALL, 0, 2)))
                    .isEqualTo(2);
            assertThat(aside()).isEqualTo(2);
            assertThat(small.failures()
                            .retryAndRemove(small.failures().oldest(ALL, 0, 1).get(0)))
                    .isTrue();
            assertThat(aside()).isEqualTo(1);
            assertThat(small.failures().clear("q_failed")).isEqualTo(2);
            assertThat(aside()).isZero();
        }
        assertThat(fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1)).containsExactly(job(20_002));
        try (Resque small = open(builder -> builder.maxPayload(MAX).failureLimit(1))) {
            fixture.push("q", job(20_000));
            drain(small);
            await().untilAsserted(() -> assertThat(fixture.failures()).hasSize(1));
            assertThat(aside()).as("what was trimmed takes its bytes along").isEqualTo(1);
        }
    }

    @Test
    @WireRule("W-364")
    void itsBytesStayWhileARecordTellsOfThem() {
        try (Resque small = open(builder -> builder.maxPayload(MAX).failureLists(FailureListLayout.BOTH))) {
            fixture.push("q", job(20_000));
            fixture.push("q", job(20_001));
            drain(small);
            assertThat(small.failures().clear("failed")).isEqualTo(2);
            assertThat(aside()).as("the records of the other list").isEqualTo(2);
            assertThat(small.failures().remove(small.failures().oldest(ALL, 0, 1)))
                    .isEqualTo(1);
            assertThat(aside()).isEqualTo(1);
            assertThat(small.failures().retryAll(ALL)).isEqualTo(1);
            assertThat(fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1))
                    .containsExactly(job(20_001));
            drain(small);
            small.failures().clear();
            assertThat(aside()).isZero();
        }
        try (Resque small = open(builder ->
                builder.maxPayload(MAX).failureLists(FailureListLayout.BOTH).failureLimit(1))) {
            for (int i = 0; i < 3; i++) {
                fixture.push("q", job(20_000 + i));
            }
            drain(small);
        }
        assertThat(aside()).as("trimmed out of both lists").isEqualTo(1);
        assertThat(fixture.redis.hash(fixture.key("java:oversize"))).containsValue(job(20_002));
    }

    @Test
    void itsTokenIsThatOfThePayloadItself() {
        String token = fixture.resque.enqueueTracked("other", "Count", 1).orElseThrow();
        String args = "\"" + "x".repeat(50_000) + "\",{\"id\":\"" + token + "\"}";
        try (Resque small = open(builder -> builder.maxPayload(MAX))) {
            fixture.push("q", "{\"class\":\"Count\",\"args\":[" + args + "]}");
            fixture.push("q", "{\"class\":\"Count\",\"args\":[" + args + "],\"id\":\"mine\"}");
            drain(small);
        }
        assertThat(fixture.resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);

        assertThat(token("x\"],\"id\":\"a\"}")).isEqualTo("a");
        assertThat(token("x\"}],\"id\":\"a\",\"prefix\":\"p\",\"queue_time\":1.5}"))
                .isEqualTo("p_a");
        assertThat(token("x\"],\"prefix\":\"\",\"id\":\"a\",\"other\":null}")).isEqualTo("a");
        assertThat(token("x\":[1],\"id\":\"a\"}]}")).isNull();
        assertThat(token("x\":[1],\"id\":\"a\"}}")).isNull();
        assertThat(token("x\",\"id\":\"a\"},\"queue_time\":1}")).isNull();
        assertThat(token("x\\\",\\\"id\\\":\\\"a\"]}")).isNull();
        assertThat(token("")).isNull();
        assertThat(token(
                        "x\"],\"id\":\"a\",\"queue_time\":1.5,\"traceparent\":\"00-ab-cd-01\",\"tracestate\":\"k=v\"}"))
                .as("simple metadata")
                .isEqualTo("a");
        assertThat(token("x\"],\"id\":\"a\",\"m\":{\"id\":\"b\"}}")).isNull();
        assertThat(token("x\"],\"id\":\"a\",\"m\":[1,\"id\"]}")).isNull();
        assertThat(token("x\"],\"id\":\"a\",\"m\":\"\\\",\\\"id\\\":\\\"b\"}")).isNull();
    }

    private static @Nullable String token(String tail) {
        return new OversizePayload(1, null, null, "", tail).token();
    }

    @Test
    void whatIsTooLargeIsNotEnqueued() {
        Object large = "x".repeat(MAX);
        try (Resque small = open(builder -> builder.maxPayload(MAX))) {
            String sentence =
                    "The payload of \"Count\" has 16413 bytes, more than the 16384 that are allowed; send less, such"
                            + " as the name of a file, or raise the largest payload (max-payload, MAX_PAYLOAD) here and where the workers are";
            JobSpec job = JobSpec.of("Count", large);
            assertThatThrownBy(() -> small.enqueue("q", "Count", large))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage(sentence);
            assertThatThrownBy(() -> small.enqueueTracked("q", "Count", "x".repeat(MAX)))
                    .isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() -> small.enqueueAll("q", List.of(JobSpec.of("Count", 1), job)))
                    .isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() ->
                            small.enqueueAsync("q", job).toCompletableFuture().join())
                    .isInstanceOfAny(InvalidJobException.class, CompletionException.class);
            assertThat(fixture.dump()).isEmpty();
            assertThat(small.enqueue("q", "Count", "x".repeat(MAX - 29))).isTrue();
        }
    }

    /** Has no memory for what is large. */
    private static JobSerializer poor() {
        return new JobSerializer() {
            @Override
            public Payload encode(@Nullable Object tree) {
                return CoreRedis.GSON.encode(tree);
            }

            @Override
            public @Nullable Object decode(Payload payload) {
                if (payload.size() > 65_536) {
                    throw new OutOfMemoryError("of the test");
                }
                return CoreRedis.GSON.decode(payload);
            }

            @Override
            public @Nullable Object convert(@Nullable Object tree, Type type) {
                return CoreRedis.GSON.convert(tree, type);
            }
        };
    }

    @Test
    @WireRule("W-364")
    void whatNeedsMoreMemoryThanThereIsFailsOnce() {
        try (Resque poor = open(builder -> builder.serializer(poor()))) {
            fixture.push("q", job(100_000));
            fixture.push("q", job(10));
            drain(poor);
            assertThat(runs).hasValue(1);
            assertThat(fixture.failures()).hasSize(1);
            assertThat(aside() + poor.failures().count())
                    .as("the record holds the bytes, or they are aside")
                    .isPositive();
        }
    }

    @Test
    @WireRule("W-364")
    void whatNobodyCanReadAndIsLargeIsSetAsideToo() {
        String garbage = "\u0001".repeat(2_000_000);
        fixture.push("q", garbage);
        drain(fixture.resque);
        assertThat(fixture.failures()).hasSize(1);
        assertThat(fixture.failures().get(0)).hasSizeLessThan(20_000);
        assertThat(fixture.redis.hash(fixture.key("java:oversize"))).containsValue(garbage);
        assertThat(fixture.resque.failures().retryAll(ALL)).isEqualTo(1);
        assertThat(fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1)).containsExactly(garbage);
    }

    @Test
    @WireRule("W-364")
    void aStandInThatGoesBackToItsQueueIsAFailureThereToo() {
        try (Resque small = open(builder -> builder.maxPayload(MAX))) {
            fixture.push("q", job(50_000));
            drain(small);
        }
        Map<?, ?> record = (Map<?, ?>)
                CoreRedis.GSON.decode(Payload.ofText(fixture.failures().get(0)));
        fixture.push("q", CoreRedis.GSON.encode(record.get("payload")).text());
        drain(fixture.resque);
        assertThat(fixture.failures()).hasSize(2);
        assertThat(fixture.resque.failures().oldest(ALL, 1, 1).get(0).exception())
                .isEqualTo("Resque::OversizePayload");
        for (long left = 1; left >= 0; left--) {
            assertThat(fixture.resque
                            .failures()
                            .remove(fixture.resque.failures().oldest(ALL, 0, 1)))
                    .isEqualTo(1);
            assertThat(aside()).as("while a record tells of it").isEqualTo(left);
        }
    }

    @Test
    void theMaximumIsChecked() {
        assertThatThrownBy(() -> Resque.builder().maxPayload(16_383))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPayload must be at least 16384, was 16383");
        assertThatThrownBy(() -> Resque.builder().maxPayload(1L << 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 512 MiB");
        assertThat(MaxPayload.of(null).worked()).isBetween(65_536L, 16L << 20);
        assertThat(MaxPayload.of(null).enqueued()).isEqualTo(16L << 20);
    }
}
