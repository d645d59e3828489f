package io.resque.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.opentelemetry.ResqueTracing.Propagation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces that go from a producer into a job, in the layout of Ruby's instrumentation. */
@Timeout(120)
@SuppressWarnings("try") // some are only to be closed
class PropagationTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    /** What Ruby's instrumentation writes: the members of its propagators behind class and args. */
    private static final String RUBYS = "{\"class\":\"Seen\",\"args\":[1],\"traceparent\":\"00-" + TRACE + "-" + SPAN
            + "-01\",\"tracestate\":\"vendor=1\",\"baggage\":\"user=42\"}";

    private final TracingFixture fixture = new TracingFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What the job has told of its thread: trace, span, baggage, and the member of its payload. */
    private String told() {
        List<String> told = fixture.queue("told");
        assertThat(told).hasSize(1);
        return JsonParser.parseString(told.get(0))
                .getAsJsonObject()
                .getAsJsonArray("args")
                .toString();
    }

    private SpanData run(Propagation propagation) {
        ResqueTracing tracing = fixture.tracing().propagation(propagation).build();
        fixture.push("q", RUBYS);
        fixture.worker("q").listen(tracing).drain();
        return fixture.span(SpanKind.CONSUMER);
    }

    @Test
    void aJobOfRubyBeginsATraceWithALink() {
        SpanData span = run(Propagation.LINK);
        assertThat(span.getParentSpanId()).isEqualTo(SpanId.getInvalid());
        assertThat(span.getTraceId()).isNotEqualTo(TRACE);
        assertThat(span.getLinks()).singleElement().satisfies(link -> {
            assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE);
            assertThat(link.getSpanContext().getSpanId()).isEqualTo(SPAN);
            assertThat(link.getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
        });
        assertThat(told())
                .isEqualTo("[\"" + span.getTraceId() + "\",\"" + span.getSpanId() + "\",\"42\",\"00-" + TRACE + "-"
                        + SPAN + "-01\"]");
    }

    @Test
    void aJobOfRubyGoesOnWithItsTrace() {
        SpanData span = run(Propagation.CHILD);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN);
        assertThat(span.getLinks()).isEmpty();
        assertThat(told()).startsWith("[\"" + TRACE + "\",\"" + span.getSpanId() + "\",\"42\"");
    }

    @Test
    void withoutPropagationNothingIsRead() {
        SpanData span = run(Propagation.NONE);
        assertThat(span.getTraceId()).isNotEqualTo(TRACE);
        assertThat(span.getLinks()).isEmpty();
        assertThat(told()).startsWith("[\"" + span.getTraceId() + "\",\"" + span.getSpanId() + "\",null");
    }

    /** Ruby's extractor asks the hash of the payload for these three names, and takes the version 00 alone. */
    @Test
    void rubyFindsOurTraceInThePayload() {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.LINK).build());
        try (Scope user = Baggage.builder().put("user", "42").build().makeCurrent()) {
            fixture.resque.enqueue("q", "Seen", 1);
        }
        SpanData sent = fixture.span(SpanKind.PRODUCER);
        String flags = sent.getSpanContext().getTraceFlags().asHex();
        assertThat(fixture.queue("q"))
                .containsExactly("{\"class\":\"Seen\",\"args\":[1],\"traceparent\":\"00-" + sent.getTraceId() + "-"
                        + sent.getSpanId() + "-" + flags + "\",\"baggage\":\"user=42\"}");
        JsonObject payload = JsonParser.parseString(fixture.queue("q").get(0)).getAsJsonObject();
        assertThat(payload.get("traceparent").getAsString())
                .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    }

    @Test
    void aTraceGoesFromAProducerThroughAJobIntoTheNext() {
        ResqueTracing tracing = fixture.tracing().propagation(Propagation.CHILD).build();
        fixture.resque.listen(tracing);
        Span request = fixture.sdk.getTracer("test").spanBuilder("request").startSpan();
        try (Scope current = request.makeCurrent()) {
            fixture.resque.enqueueTracked("q", JobSpec.of("Seen"));
        }
        request.end();
        fixture.worker("q").drain();
        List<SpanData> sent = fixture.spans(SpanKind.PRODUCER);
        SpanData job = fixture.span(SpanKind.CONSUMER);
        assertThat(sent)
                .extracting(SpanData::getTraceId)
                .containsOnly(request.getSpanContext().getTraceId());
        assertThat(sent.get(0).getParentSpanId())
                .isEqualTo(request.getSpanContext().getSpanId());
        assertThat(job.getParentSpanId()).isEqualTo(sent.get(0).getSpanId());
        assertThat(sent.get(1).getParentSpanId()).isEqualTo(job.getSpanId());
        assertThat(fixture.queue("told").get(0)).contains(sent.get(1).getSpanId());
    }

    @Test
    void aBulkIsOneSpanWhoseContextAllJobsHave() throws Exception {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.LINK).build());
        fixture.resque.enqueueAll(
                "q",
                IntStream.range(0, 100).mapToObj(i -> JobSpec.of("Good", i)).toList());
        SpanData bulk = fixture.span(SpanKind.PRODUCER);
        assertThat(bulk.getAttributes().asMap().toString())
                .contains("messaging.batch.message_count=100", "messaging.resque.job_class=Good");
        assertThat(fixture.queue("q")).hasSize(100).allMatch(job -> job.contains(bulk.getSpanId()));
        fixture.exporter.reset();
        fixture.resque
                .enqueueAllAsync("async", List.of(JobSpec.of("Good"), JobSpec.of("Failing")))
                .get();
        SpanData async = fixture.span(SpanKind.PRODUCER);
        assertThat(fixture.queue("async")).hasSize(2).allMatch(job -> job.contains(async.getSpanId()));
        assertThat(async.getAttributes().asMap().toString()).doesNotContain("job_class");
    }

    @Test
    void withoutPropagationPayloadsStayAsTheyAre() {
        List<JobSpec> jobs = List.of(
                JobSpec.of("Good", 1, "x", null, List.of(2.5)),
                JobSpec.of("Good").withMetadata("mine", true),
                JobSpec.of("Seen"));
        List<String> plain = enqueued("plain", jobs);
        fixture.resque.listen(fixture.tracing().build());
        Span request = fixture.sdk.getTracer("test").spanBuilder("request").startSpan();
        try (Scope current = request.makeCurrent();
                Scope user = Baggage.builder().put("user", "42").build().makeCurrent()) {
            assertThat(enqueued("traced", jobs)).isEqualTo(plain);
        }
        assertThat(fixture.spans(SpanKind.PRODUCER)).hasSize(6);
    }

    private List<String> enqueued(String queue, List<JobSpec> jobs) {
        jobs.forEach(job -> fixture.resque.enqueue(queue, job));
        fixture.resque.enqueueAll(queue, jobs);
        fixture.resque.enqueueAsync(queue, jobs.get(0)).join();
        fixture.resque.in(Duration.ofHours(1)).enqueue("later-" + queue, jobs.get(0));
        List<String> all = new ArrayList<>(fixture.queue(queue));
        fixture.resque.delayed().enqueueNow(JobMatch.of("Good"));
        all.addAll(fixture.queue("later-" + queue));
        return all;
    }

    @Test
    void theChoiceCanBeThatOfAClassOrOfOneJob() {
        ResqueTracing tracing = fixture.tracing()
                .propagation(Propagation.LINK)
                .propagation("Good", Propagation.CHILD)
                .propagation("Vetoed", Propagation.NONE)
                .build();
        fixture.resque.listen(tracing);
        fixture.resque.enqueue("q", "Good");
        fixture.resque.enqueue("q", "Vetoed");
        fixture.resque.enqueue("q", ResqueTracing.with(JobSpec.of("Good"), Propagation.LINK));
        fixture.resque.enqueue("q", ResqueTracing.with(JobSpec.of("Good"), Propagation.NONE));
        List<String> sent = fixture.spans(SpanKind.PRODUCER).stream()
                .map(SpanData::getSpanId)
                .toList();
        assertThat(fixture.queue("q").get(1)).isEqualTo("{\"class\":\"Vetoed\",\"args\":[]}");
        assertThat(fixture.queue("q").get(2)).contains("\"java_propagation\":\"link\",\"traceparent\"");
        assertThat(fixture.queue("q").get(3))
                .isEqualTo("{\"class\":\"Good\",\"args\":[],\"java_propagation\":\"none\"}");
        fixture.worker("q").drain();
        List<SpanData> jobs = fixture.spans(SpanKind.CONSUMER);
        assertThat(jobs.get(0).getParentSpanId()).isEqualTo(sent.get(0));
        assertThat(jobs.get(1).getParentSpanId()).isEqualTo(SpanId.getInvalid());
        assertThat(jobs.get(1).getLinks()).isEmpty();
        assertThat(jobs.get(2).getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(sent.get(2)));
        assertThat(jobs.get(3).getLinks()).isEmpty();
    }

    /** Its payload keeps the context while it waits. */
    @Test
    void aDelayedJobGoesOnWithTheTraceOfItsProducer() {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.CHILD).build());
        fixture.resque.in(Duration.ofHours(1)).enqueue("q", "Good");
        fixture.resque.delayed().enqueueNow(JobMatch.of("Good"));
        fixture.worker("q").drain();
        assertThat(fixture.span(SpanKind.CONSUMER).getParentSpanId())
                .isEqualTo(fixture.span(SpanKind.PRODUCER).getSpanId());
    }

    /** A payload may hold anything. */
    @Test
    void membersThatAreNoContextChangeNothing() {
        ResqueTracing tracing = fixture.tracing().propagation(Propagation.CHILD).build();
        for (String members : List.of(
                "\"traceparent\":17",
                "\"traceparent\":\"\"",
                "\"traceparent\":\"00-zz-zz-01\"",
                "\"traceparent\":{\"a\":1},\"tracestate\":null",
                "\"traceparent\":\"00-" + "0".repeat(32) + "-" + SPAN + "-01\"",
                "\"baggage\":[1]",
                "\"java_propagation\":\"sometimes\",\"java_span\":17")) {
            fixture.push("q", "{\"class\":\"Good\",\"args\":[]," + members + "}");
        }
        fixture.worker("q").listen(tracing).drain();
        assertThat(fixture.stat("processed")).isEqualTo(7);
        assertThat(fixture.stat("failed")).isZero();
        assertThat(fixture.spans(SpanKind.CONSUMER))
                .hasSize(7)
                .allMatch(span -> span.getParentSpanId().equals(SpanId.getInvalid()));
    }

    /** A job is worth more than its baggage. */
    @Test
    void baggageForWhichThereIsNoRoomIsLeftOut() {
        fixture.resque.listen(fixture.tracing().propagation(Propagation.LINK).build());
        try (Scope large =
                Baggage.builder().put("large", "x".repeat(8_150)).build().makeCurrent()) {
            assertThat(fixture.resque.enqueue("q", "Good")).isTrue();
        }
        assertThat(fixture.queue("q"))
                .singleElement()
                .asString()
                .contains("traceparent")
                .doesNotContain("baggage");
    }

    @Test
    void aTraceThatIsNotSampledIsPassedOnAsSuch() {
        SpanContext unsampled =
                SpanContext.createFromRemoteParent(TRACE, SPAN, TraceFlags.getDefault(), TraceState.getDefault());
        fixture.resque.listen(fixture.tracing().propagation(Propagation.CHILD).build());
        try (Scope current = Span.wrap(unsampled).makeCurrent()) {
            fixture.resque.enqueue("q", "Good");
        }
        assertThat(fixture.queue("q").get(0))
                .containsPattern("\"traceparent\":\"00-" + TRACE + "-[0-9a-f]{16}-0[02]\"");
        fixture.worker("q").drain();
        assertThat(fixture.exporter.getFinishedSpanItems()).isEmpty();
        assertThat(fixture.stat("processed")).isOne();
    }
}
