package io.resque.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.Limit;
import io.resque.api.ResqueListener;
import io.resque.api.Unique;
import io.resque.core.Worker;
import io.resque.launcher.ProcessJobExecutor;
import io.resque.opentelemetry.ResqueTracing.Names;
import io.resque.opentelemetry.ResqueTracing.Propagation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spans of jobs and calls, in threads and in child processes. */
@Timeout(180)
@SuppressWarnings("try") // some are only to be closed
class JobSpansTest {
    private final TracingFixture fixture = new TracingFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Map<String, String> attributes(SpanData span) {
        Map<String, String> attributes = new TreeMap<>();
        span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), String.valueOf(value)));
        return attributes;
    }

    private static String outcome(SpanData span) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey("messaging.resque.outcome")));
    }

    @Test
    void spansHaveTheNamesAndAttributesOfTheConventions() {
        fixture.resque.listen(fixture.tracing().build());
        fixture.resque.enqueueTracked("mail", JobSpec.of("Good").withId("order-1"));
        fixture.worker("mail").drain();
        SpanData sent = fixture.span(SpanKind.PRODUCER);
        assertThat(sent.getName()).isEqualTo("send mail");
        assertThat(attributes(sent))
                .isEqualTo(Map.of(
                        "messaging.system", "resque",
                        "messaging.operation.name", "send",
                        "messaging.operation.type", "send",
                        "messaging.destination.name", "mail",
                        "messaging.message.id", "order-1",
                        "messaging.resque.job_class", "Good",
                        "messaging.resque.outcome", "written"));
        SpanData job = fixture.span(SpanKind.CONSUMER);
        assertThat(job.getName()).isEqualTo("process mail");
        assertThat(attributes(job))
                .isEqualTo(Map.of(
                        "messaging.system", "resque",
                        "messaging.operation.name", "process",
                        "messaging.operation.type", "process",
                        "messaging.destination.name", "mail",
                        "messaging.message.id", "order-1",
                        "messaging.resque.job_class", "Good",
                        "messaging.resque.outcome", "completed"));
        assertThat(job.getInstrumentationScopeInfo().getName()).isEqualTo("io.resque");
        assertThat(job.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(job.getEndEpochNanos()).isGreaterThan(job.getStartEpochNanos());
    }

    @Test
    void orTheNamesAndAttributesOfRuby() {
        fixture.resque.listen(
                fixture.tracing().names(Names.RUBY).legacyAttributes(true).build());
        fixture.push(
                "mail",
                "{\"class\":\"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper\",\"args\":[{\"job_class\":\"Welcome\"}]}");
        fixture.resque.enqueue("mail", "Good");
        fixture.worker("mail").drain();
        assertThat(fixture.span(SpanKind.PRODUCER).getName()).isEqualTo("mail publish");
        assertThat(fixture.spans(SpanKind.CONSUMER))
                .extracting(SpanData::getName)
                .containsOnly("mail process");
        assertThat(attributes(fixture.spans(SpanKind.CONSUMER).get(0)))
                .containsEntry("messaging.system", "resque")
                .containsEntry("messaging.destination", "mail")
                .containsEntry("messaging.destination_kind", "queue")
                .containsEntry("messaging.resque.job_class", "Welcome");
    }

    @Test
    void tenThousandJobsHaveAsManySpansAsRedisCounts() throws Exception {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.LINK).build());
        List<JobSpec> jobs = new ArrayList<>();
        for (int i = 0; i < 9_000; i++) {
            jobs.add(JobSpec.of(
                    switch (i % 20) {
                        case 3 -> "Failing";
                        case 7 -> "Vetoed";
                        case 11 -> "Again";
                        default -> "Good";
                    },
                    i));
        }
        fixture.resque.enqueueAll("q", jobs);
        for (int i = 0; i < 100; i++) {
            fixture.push("q", "no JSON");
        }
        fixture.worker("q").concurrency(8).untilEmpty().start().join();
        Map<String, Long> ended = new TreeMap<>();
        fixture.spans(SpanKind.CONSUMER).forEach(span -> ended.merge(outcome(span), 1L, Long::sum));
        assertThat(ended)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "completed", 8_100L, "failed", 450L, "vetoed", 450L, "retried", 900L, "unreadable", 100L));
        assertThat(ended.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(fixture.stat("processed"));
        assertThat(ended.get("failed") + ended.get("unreadable")).isEqualTo(fixture.stat("failed"));
        assertThat(ended.get("retried")).isEqualTo(fixture.stat("java:retried"));
        SpanData bulk = fixture.span(SpanKind.PRODUCER);
        assertThat(fixture.spans(SpanKind.CONSUMER))
                .filteredOn(span -> !outcome(span).equals("unreadable"))
                .allMatch(span -> span.getLinks().get(0).getSpanContext().equals(bulk.getSpanContext())
                        || span.getLinks().get(0).getSpanContext().getSpanId().equals(bulk.getSpanId()));
    }

    @Test
    void aFailureIsAnErrorWithItsExceptionAndAVetoIsNone() {
        fixture.resque.listen(fixture.tracing().build());
        for (String jobClass : List.of("Failing", "Vetoed", "Unknown")) {
            fixture.resque.enqueue("q", jobClass);
        }
        fixture.worker("q").drain();
        List<SpanData> jobs = fixture.spans(SpanKind.CONSUMER);
        assertThat(jobs.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attributes(jobs.get(0))).containsEntry("error.type", "java.lang.IllegalStateException");
        assertThat(jobs.get(0).getEvents())
                .singleElement()
                .satisfies(event -> assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.message")))
                        .isEqualTo("as it was told"));
        assertThat(jobs.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(jobs.get(1).getEvents()).isEmpty();
        assertThat(attributes(jobs.get(2)))
                .containsEntry("error.type", "io.resque.api.UnknownJobException")
                .containsEntry("messaging.resque.outcome", "failed");
    }

    @Test
    void aCallThatWritesNothingHasASpanThatSaysWhy() {
        fixture.resque.listen(fixture.tracing().build());
        JobSpec unique = JobSpec.of("Good").withUnique(Unique.untilDone(Duration.ofMinutes(5)));
        fixture.resque.enqueue("q", unique);
        fixture.resque.enqueue("q", unique);
        try {
            fixture.resque.enqueue("q", "Good", new Object());
        } catch (io.resque.api.InvalidJobException e) {
            // as the span says
        }
        List<SpanData> sent = fixture.spans(SpanKind.PRODUCER);
        assertThat(sent).extracting(JobSpansTest::outcome).containsExactly("written", "duplicate", "refused");
        assertThat(sent.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(attributes(sent.get(2))).containsEntry("error.type", "io.resque.api.InvalidJobException");
    }

    @Test
    void aJobThatWaitsForALimitHasNoSpanUntilItRuns() throws Exception {
        fixture.resque.listen(fixture.tracing().build());
        CountDownLatch limited = new CountDownLatch(1);
        fixture.resque.enqueue("q", "Limited");
        fixture.resque.enqueue("q", "Limited");
        try (Worker worker = fixture.worker("q")
                .register("Limited", () -> context -> limited.await(1, TimeUnit.MINUTES))
                .limit("Limited", Limit.of(1))
                .listen(new ResqueListener() {
                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        if (end.kind() == JobEnd.Kind.LIMITED) {
                            limited.countDown();
                        }
                    }
                })
                .concurrency(2)
                .start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> fixture.stat("processed") == 2);
        }
        assertThat(limited.getCount()).isZero();
        assertThat(fixture.spans(SpanKind.CONSUMER))
                .extracting(JobSpansTest::outcome)
                .containsOnly("completed");
        assertThat(fixture.spans(SpanKind.CONSUMER)).hasSize((int) fixture.stat("processed"));
    }

    /** As where a module adds one to a worker whose {@code Resque} has one. */
    @Test
    void twoOfThemMakeOneSpan() {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.CHILD).build());
        ResqueTracing second = fixture.tracing().propagation(Propagation.CHILD).build();
        fixture.resque.listen(second);
        fixture.resque.enqueue("q", "Failing");
        fixture.resque.enqueue("q", "Seen");
        fixture.worker("q").listen(second).drain();
        assertThat(fixture.spans(SpanKind.PRODUCER)).hasSize(3);
        assertThat(fixture.spans(SpanKind.CONSUMER)).hasSize(2);
        assertThat(fixture.spans(SpanKind.CONSUMER).get(0).getEvents()).hasSize(1);
        assertThat(fixture.stat("processed")).isEqualTo(2);
    }

    /** The worker makes the span, and its child has it as a remote one. */
    @Test
    void aJobInAChildProcessHasASpan() {
        ResqueTracing tracing = fixture.tracing().propagation(Propagation.CHILD).build();
        fixture.resque.listen(tracing);
        fixture.resque.enqueue("q", "Seen");
        fixture.resque.enqueue("q", "Failing");
        fixture.resque.enqueue("q", "Dying");
        fixture.resque
                .workerBuilder("q")
                .module(new TracedJobs())
                .executor(ProcessJobExecutor.builder().build())
                .drain();
        List<SpanData> sent = fixture.spans(SpanKind.PRODUCER);
        List<SpanData> jobs = fixture.spans(SpanKind.CONSUMER);
        assertThat(jobs).extracting(JobSpansTest::outcome).containsExactly("completed", "failed", "died");
        assertThat(jobs.get(0).getParentSpanId()).isEqualTo(sent.get(0).getSpanId());
        JsonArray told = JsonParser.parseString(fixture.queue("told").get(0))
                .getAsJsonObject()
                .getAsJsonArray("args");
        assertThat(told.get(0).getAsString()).isEqualTo(jobs.get(0).getTraceId());
        assertThat(told.get(1).getAsString()).isEqualTo(jobs.get(0).getSpanId());
        // The payload has the span of its producer, and the job that the child enqueued is a child of the job.
        assertThat(told.get(3).getAsString()).contains(sent.get(0).getSpanId());
        assertThat(sent).hasSize(4);
        assertThat(sent.get(3).getParentSpanId()).isEqualTo(jobs.get(0).getSpanId());
        assertThat(jobs.get(2).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void aJobThatRunsInlineHasASpanInsideThatOfTheCall() {
        ResqueTracing tracing = fixture.tracing().build();
        try (var inline = io.resque.core.Resque.builder()
                .url(TracingFixture.SERVER.url())
                .namespace(fixture.namespace)
                .inline(new TracedJobs()::register)
                .build()) {
            inline.listen(tracing);
            inline.enqueue("q", "Good");
        }
        assertThat(fixture.spans(SpanKind.CONSUMER))
                .extracting(JobSpansTest::outcome)
                .containsExactly("completed");
        assertThat(fixture.spans(SpanKind.PRODUCER)).hasSize(1);
    }

    @Test
    void anOpenTelemetryThatThrowsFailsNoJob() {
        OpenTelemetry throwing = (OpenTelemetry) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {OpenTelemetry.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "getPropagators" -> TracedJobs.W3C;
                    default ->
                        (io.opentelemetry.api.trace.TracerProvider) Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {io.opentelemetry.api.trace.TracerProvider.class},
                                (provider, asked, names) ->
                                        (io.opentelemetry.api.trace.TracerBuilder) Proxy.newProxyInstance(
                                                getClass().getClassLoader(),
                                                new Class<?>[] {io.opentelemetry.api.trace.TracerBuilder.class},
                                                (builder, built, none) -> (io.opentelemetry.api.trace.Tracer) name -> {
                                                    throw new IllegalStateException("as it was told");
                                                }));
                });
        fixture.resque.listen(
                ResqueTracing.builder(throwing).propagation(Propagation.CHILD).build());
        assertThat(fixture.resque.enqueue("q", "Good")).isTrue();
        fixture.worker("q").drain();
        assertThat(fixture.stat("processed")).isOne();
        assertThat(fixture.stat("failed")).isZero();
    }
}
