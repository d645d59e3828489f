package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.resque.api.DontCreateException;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.InvalidJobException;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.QueuedJob;
import io.resque.api.ResqueListener;
import io.resque.tck.WireRule;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /** As Ruby's opentelemetry-instrumentation-resque writes it. */
    private static final String RUBYS = "{\"class\":\"J\",\"args\":[1,\"x\"],\"traceparent\":\"" + TRACE
            + "\",\"tracestate\":\"a=1\",\"baggage\":\"k=v\"}";

    private static final Instant NOW = Instant.parse("2026-11-22T15:33:19.461520Z");

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque =
            redis.builder(Clock.fixed(NOW, ZoneOffset.UTC)).build();

    @AfterEach
    void close() {
        resque.close();
        redis.clear();
    }

    private static ResqueListener adding(Map<String, @Nullable Object> members) {
        return new ResqueListener() {
            @Override
            public Map<String, @Nullable Object> metadata(JobInfo job) {
                return members;
            }
        };
    }

    private static Map<String, @Nullable Object> ordered(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    // What is written

    @ParameterizedTest
    @ValueSource(strings = {"gson", "jackson"})
    @WireRule("W-260")
    void membersFollowTheOthersInTheirOrder(String serializer) {
        try (Resque other = redis.builder(Clock.fixed(NOW, ZoneOffset.UTC))
                .serializer(serializer)
                .argument(Instant.class, Instant::toString)
                .build()) {
            JobSpec job = JobSpec.of("J", 1)
                    .withMetadata("z", "first")
                    .withMetadata("a", List.of(Map.of("k", 1.5f)))
                    .withMetadata("n", null)
                    .withMetadata("at", NOW)
                    .withMetadata("z", "é");
            String members = ",\"z\":\"é\",\"a\":[{\"k\":1.5}],\"n\":null,\"at\":\"2026-11-22T15:33:19.461520Z\"}";
            other.enqueue("q", job);
            other.enqueueAll("q", List.of(job));
            other.enqueueAll("q", Stream.of(job));
            other.enqueueAllAsync("q", List.of(job)).toCompletableFuture().join();
            other.enqueueTracked("q", job.withId("my id"));
            List<String> expected = new ArrayList<>(Collections.nCopies(4, "{\"class\":\"J\",\"args\":[1]" + members));
            expected.add("{\"class\":\"J\",\"args\":[1],\"id\":\"my id\",\"queue_time\":1795361599.46152" + members);
            assertThat(redis.queue("q")).isEqualTo(expected);
        }
    }

    @Test
    @WireRule("W-260")
    void withoutMetadataTheBytesAreAsBefore() {
        resque.listen(new ResqueListener() {});
        resque.listen(adding(Map.of()));
        resque.enqueue("q", JobSpec.of("J", 1));
        resque.enqueueAll("q", List.of(JobSpec.of("J", 1)));
        resque.enqueueTracked("q", JobSpec.of("J").withId("i"));
        assertThat(redis.queue("q"))
                .containsExactly(
                        "{\"class\":\"J\",\"args\":[1]}",
                        "{\"class\":\"J\",\"args\":[1]}",
                        "{\"class\":\"J\",\"args\":[],\"id\":\"i\",\"queue_time\":1795361599.46152}");
    }

    @Test
    @WireRule("W-260")
    void listenersAddAfterTheCaller() {
        List<String> heard = new ArrayList<>();
        for (String name : List.of("1", "2")) {
            resque.listen(new ResqueListener() {
                @Override
                public void beforeEnqueue(JobInfo job) {
                    heard.add("before" + name + job.metadata().keySet());
                    if (job.jobClass().equals("Vetoed") && name.equals("2")) {
                        throw new DontCreateException("no");
                    }
                }

                @Override
                public Map<String, @Nullable Object> metadata(JobInfo job) {
                    heard.add("metadata" + name + job.metadata().keySet());
                    return ordered("mine" + name, name, "both", name, "null", name, "own", name);
                }

                @Override
                public void afterEnqueue(JobInfo job) {
                    heard.add("after" + name + job.metadata().keySet());
                }
            });
        }
        JobSpec job = JobSpec.of("J").withMetadata("own", 0).withMetadata("null", null);
        List<String> each = List.of(
                "before1[own, null]",
                "before2[own, null]",
                "metadata1[own, null]",
                "metadata2[own, null]",
                "after1[own, null, mine1, both, mine2]",
                "after2[own, null, mine1, both, mine2]");

        resque.enqueue("q", JobSpec.of("Vetoed").withMetadata("own", 0).withMetadata("null", null));
        assertThat(heard).containsExactlyElementsOf(each.subList(0, 2));
        for (Runnable way : List.<Runnable>of(
                () -> resque.enqueue("q", job),
                () -> resque.enqueueAll("q", List.of(job)),
                () -> resque.enqueueTracked("t", job),
                () -> resque.enqueueAllAsync("q", List.of(job))
                        .toCompletableFuture()
                        .join())) {
            heard.clear();
            way.run();
            assertThat(heard).containsExactlyElementsOf(each);
        }
        String members = ",\"own\":0,\"null\":null,\"mine1\":\"1\",\"both\":\"1\",\"mine2\":\"2\"}";
        assertThat(redis.queue("q")).hasSize(3).containsOnly("{\"class\":\"J\",\"args\":[]" + members);
        assertThat(redis.queue("t")).singleElement().asString().endsWith(members);
    }

    @Test
    void listenersOfATrackedJobKnowWhenItIsEnqueued() {
        List<Optional<Instant>> heard = new ArrayList<>();
        resque.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                heard.add(job.queuedAt());
            }

            @Override
            public void afterEnqueue(JobInfo job) {
                heard.add(job.queuedAt());
            }
        });
        resque.enqueue("q", "J");
        resque.enqueueTracked("q", "J");
        assertThat(heard).containsExactly(Optional.empty(), Optional.empty(), Optional.of(NOW), Optional.of(NOW));
    }

    // What is refused

    static Stream<Arguments> refusals() {
        Map<String, @Nullable Object> many = new LinkedHashMap<>();
        IntStream.range(0, 17).forEach(i -> many.put("m" + i, i));
        String taken = " has a name that Resque libraries use themselves; choose another one";
        return Stream.concat(
                Stream.of("class", "args", "id", "queue_time", "prefix", "queue", "vars", "data", "java_retry")
                        .map(name -> Arguments.of(
                                ordered("ok", 1, name, "x"), "The metadata \"" + name + "\" of My_Job" + taken)),
                Stream.of(
                        Arguments.of(
                                ordered("", 1),
                                "The metadata \"\" of My_Job has no name; give one, such as \"traceparent\""),
                        Arguments.of(
                                many,
                                "The metadata \"m16\" of My_Job is one more than the 16 that a job may have; put several"
                                        + " values into one Map, or into the arguments"),
                        Arguments.of(
                                ordered("a", "x".repeat(4_000), "b", "x".repeat(4_178)),
                                "The metadata \"b\" of My_Job brings the metadata of this job to more than 8192 bytes of"
                                        + " JSON; send less, or send it as an argument"),
                        Arguments.of(
                                ordered("a", Map.of("k", List.of(Double.NaN))),
                                "The metadata \"a\" of My_Job[\"k\"][0] is NaN, which JSON does not have; send null or a"
                                        + " string"),
                        Arguments.of(
                                ordered("a", NOW),
                                "The metadata \"a\" of My_Job is a java.time.Instant, which JSON does not have; send an id,"
                                        + " a string or a Map, or register a converter by"
                                        + " Resque.builder().argument(Instant.class, …)"),
                        Arguments.of(
                                ordered("a\ud83d", 1),
                                "The metadata \"a\ud83d\" of My_Job holds half of a surrogate pair at index 1, which has no"
                                        + " UTF-8; repair the text")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @WireRule("W-261")
    void isRefusedBeforeAnythingIsWritten(Map<String, @Nullable Object> members, String message) {
        JobSpec job = JobSpec.of("My_Job");
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            job = job.withMetadata(member.getKey(), member.getValue());
        }
        refusedByAll(resque, job, message);
        resque.listen(adding(members));
        refusedByAll(resque, JobSpec.of("My_Job"), message);
    }

    private void refusedByAll(Resque by, JobSpec job, String message) {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> by.enqueue("q", job),
                () -> by.enqueueTracked("q", job),
                () -> by.enqueueAll("q", List.of(JobSpec.of("Good"), job)),
                () -> by.enqueueAllAsync("q", List.of(JobSpec.of("Good"), job)))) {
            assertThatThrownBy(call)
                    .isInstanceOf(InvalidJobException.class)
                    .message()
                    .isIn(message, message.replace("My_Job", "Good"));
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    @WireRule("W-261")
    void callerAndListenersShareOneBound() {
        JobSpec job = JobSpec.of("J");
        for (int i = 0; i < 15; i++) {
            job = job.withMetadata("m" + i, i);
        }
        JobSpec fifteen = job;
        resque.listen(adding(Map.of("m0", "stays", "last", 1)));
        assertThat(resque.enqueue("q", fifteen)).isTrue();
        resque.listen(adding(Map.of("more", 1)));
        assertThatThrownBy(() -> resque.enqueue("q", fifteen))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageStartingWith("The metadata \"more\" of J is one more than the 16");
        assertThat(redis.queue("q")).hasSize(1);
    }

    @Test
    @WireRule("W-261")
    void aListenerWithoutANameIsRefused() {
        Map<String, @Nullable Object> careless = new HashMap<>();
        careless.put(null, 1);
        resque.listen(adding(careless));
        assertThatThrownBy(() -> resque.enqueue("q", "J"))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageStartingWith("The metadata \"\" of J has no name");
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    @WireRule({"W-261", "W-262"})
    void whatIsJustWithinTheBoundsIsReadBack() {
        JobSpec job = JobSpec.of("J");
        for (int i = 0; i < 15; i++) {
            job = job.withMetadata("m" + i, i);
        }
        int left = 8_192
                - CoreRedis.GSON.encode(job.withMetadata("last", "").metadata()).size();
        JobSpec full = job.withMetadata("last", "é".repeat(left / 2) + "x".repeat(left % 2));
        assertThat(CoreRedis.GSON.encode(full.metadata()).size()).isEqualTo(8_192);
        resque.enqueue("q", full);
        assertThat(resque.inspector().peek("q", 0, 1).get(0).metadata())
                .hasSize(16)
                .containsEntry("last", full.metadata().get("last"));
    }

    @Test
    void aListenersExceptionGoesToTheCaller() {
        resque.listen(new ResqueListener() {
            @Override
            public Map<String, @Nullable Object> metadata(JobInfo job) {
                throw new IllegalStateException("no trace");
            }
        });
        assertThatThrownBy(() -> resque.enqueue("q", "J")).hasMessage("no trace");
        assertThatThrownBy(() -> resque.enqueueTracked("q", "J")).hasMessage("no trace");
        assertThat(redis.dump()).isEmpty();
    }

    // What is read

    private void push(String payload) {
        CLIENT.call("RPUSH", redis.key("queue:q"), payload);
        CLIENT.call("SADD", redis.key("queues"), "q");
    }

    private static void assertRubys(Map<String, @Nullable Object> metadata) {
        assertThat(metadata)
                .containsExactly(entry("traceparent", TRACE), entry("tracestate", "a=1"), entry("baggage", "k=v"));
    }

    @Test
    @WireRule("W-262")
    void whatRubyAddsIsSeenByTheJobKeptWithItsFailureAndShown() {
        push(RUBYS);
        QueuedJob queued = resque.inspector().peek("q", 0, 1).get(0);
        assertRubys(queued.metadata());
        assertThat(queued.queuedAt()).isEmpty();

        List<Map<String, @Nullable Object>> seen = new CopyOnWriteArrayList<>();
        resque.workerBuilder("q")
                .register("J", () -> context -> {
                    seen.add(context.metadata());
                    assertThat(context.args().asList()).containsExactly(1L, "x");
                    assertThat(context.queuedAt()).isEmpty();
                    throw new IllegalStateException("fails");
                })
                .drain();
        assertThat(seen).singleElement().satisfies(MetadataTest::assertRubys);

        assertThat(CLIENT.text("LINDEX", redis.key("failed"), 0)).contains("\"payload\":" + RUBYS + ",");
        FailedJob failed = resque.failures().newest(FailureFilter.all(), 0, 1).get(0);
        assertRubys(failed.metadata());
        assertThat(failed.args()).containsExactly(1L, "x");
    }

    @Test
    @WireRule("W-354")
    void aRetryFromAListOfFailuresDropsThem() {
        push(RUBYS);
        resque.workerBuilder("q")
                .register("J", () -> context -> {
                    throw new IllegalStateException("fails");
                })
                .drain();
        resque.failures()
                .retry(resque.failures().newest(FailureFilter.all(), 0, 1).get(0));
        assertThat(redis.queue("q")).containsExactly("{\"class\":\"J\",\"args\":[1,\"x\"]}");
    }

    @Test
    @WireRule({"W-256", "W-262"})
    void aJobWithMetadataIsFoundByClassAndArguments() {
        push(RUBYS);
        assertThat(resque.dequeue("q", JobMatch.of("J").withArgs(1, "x"))).isEqualTo(1);
    }

    @Test
    @WireRule("W-262")
    void noJobFailsForTooMuch() {
        StringBuilder members = new StringBuilder();
        IntStream.range(0, 10_000)
                .forEach(i -> members.append(",\"m")
                        .append(i)
                        .append("\":[")
                        .append(i)
                        .append("]"));
        push("{\"class\":\"J\",\"args\":[],\"large\":\"" + "x".repeat(100_000) + "\"" + members
                + ",\"queue_time\":\"now\"}");
        List<JobContext> ran = new CopyOnWriteArrayList<>();
        resque.workerBuilder("q").register("J", () -> ran::add).drain();
        assertThat(ran).hasSize(1);
        assertThat(ran.get(0).metadata())
                .hasSize(16)
                .containsEntry("m0", List.of(0L))
                .containsEntry("m15", List.of(15L));
        assertThat(ran.get(0).queuedAt()).isEmpty();
        assertThat(resque.failures().count(FailureFilter.all())).isZero();
    }

    @Test
    @WireRule("W-262")
    void aJobCannotChangeThem() {
        resque.enqueue(
                "q", JobSpec.of("J").withMetadata("list", List.of(1)).withMetadata("map", Map.of("k", List.of())));
        List<JobContext> ran = new CopyOnWriteArrayList<>();
        resque.workerBuilder("q").register("J", () -> ran::add).drain();
        Map<String, @Nullable Object> seen = ran.get(0).metadata();
        assertThatThrownBy(seen::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) seen.get("list")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((Map<?, ?>) seen.get("map")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(ran.get(0).metadata()).isSameAs(seen);
    }

    @Test
    @WireRule({"W-252", "W-262"})
    void aTrackedJobKnowsWhenItWasEnqueued() {
        resque.enqueueTracked("q", JobSpec.of("J").withMetadata("traceparent", TRACE));
        assertThat(resque.inspector().peek("q", 0, 1).get(0).queuedAt()).contains(NOW);
        List<Optional<Instant>> seen = new CopyOnWriteArrayList<>();
        resque.workerBuilder("q")
                .register("J", () -> context -> {
                    seen.add(context.queuedAt());
                    throw new IllegalStateException(String.valueOf(context.metadata()));
                })
                .drain();
        assertThat(seen).containsExactly(Optional.of(NOW));
        FailedJob failed = resque.failures().newest(FailureFilter.all(), 0, 1).get(0);
        assertThat(failed.queuedAt()).contains(NOW);
        assertThat(failed.error()).isEqualTo("{traceparent=" + TRACE + "}");
    }

    @Test
    void aJobThatAJobEnqueuesDoesNotInheritThem() {
        push(RUBYS);
        resque.workerBuilder("q")
                .register("J", () -> context -> context.enqueue("next", "K"))
                .drain();
        assertThat(redis.queue("next")).containsExactly("{\"class\":\"K\",\"args\":[]}");
    }

    @Test
    void aJobGivesThemToAJobThatItEnqueues() {
        push(RUBYS);
        resque.workerBuilder("q")
                .register(
                        "J",
                        () -> context -> context.enqueue(
                                "next",
                                JobSpec.of("K", 7)
                                        .withMetadata(
                                                "traceparent",
                                                context.metadata().get("traceparent"))))
                .drain();
        assertThat(redis.queue("next"))
                .containsExactly("{\"class\":\"K\",\"args\":[7],\"traceparent\":\"" + TRACE + "\"}");
    }

    @Test
    void aListenerCanHandThemOn() {
        ThreadLocal<@Nullable Object> trace = new ThreadLocal<>();
        push(RUBYS);
        resque.workerBuilder("q")
                .listen(new ResqueListener() {
                    @Override
                    public void aroundPerform(JobContext job, Run run) throws Exception {
                        trace.set(job.metadata().get("traceparent"));
                        run.proceed();
                        trace.remove();
                    }

                    @Override
                    public Map<String, @Nullable Object> metadata(JobInfo job) {
                        return trace.get() == null ? Map.of() : ordered("traceparent", trace.get());
                    }
                })
                .register("J", () -> context -> context.enqueue("next", "K"))
                .drain();
        assertThat(redis.queue("next"))
                .containsExactly("{\"class\":\"K\",\"args\":[],\"traceparent\":\"" + TRACE + "\"}");
    }

    @Test
    @WireRule("W-262")
    void inlineJobsSeeThem() {
        List<@Nullable Object> seen = new ArrayList<>();
        try (Resque inline = redis.builder(Clock.fixed(NOW, ZoneOffset.UTC))
                .inline(jobs -> jobs.register(
                        "J",
                        () -> context -> seen.addAll(Arrays.asList(
                                context.metadata(), context.queuedAt().orElse(null)))))
                .build()) {
            inline.listen(adding(ordered("b", 2)));
            inline.enqueue("q", JobSpec.of("J").withMetadata("a", 1));
            inline.enqueueAll("q", List.of(JobSpec.of("J")));
            inline.enqueueTracked("q", JobSpec.of("J"));
        }
        assertThat(seen).containsExactly(Map.of("a", 1L, "b", 2L), null, Map.of("b", 2L), null, Map.of("b", 2L), NOW);
    }
}
