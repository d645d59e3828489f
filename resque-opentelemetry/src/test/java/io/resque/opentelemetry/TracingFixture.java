package io.resque.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.List;

/** A namespace of its own on a real Redis, and an exporter that keeps spans in memory. */
final class TracingFixture implements AutoCloseable {
    static final RedisServer SERVER = RedisServer.forTests();

    final String namespace = SERVER.newNamespace();
    final RespClient redis = SERVER.client();
    final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(TracedJobs.W3C)
            .build();
    final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    ResqueTracing.Builder tracing() {
        return ResqueTracing.builder((OpenTelemetry) sdk);
    }

    String key(String name) {
        return namespace + ":" + name;
    }

    long stat(String name) {
        String value = redis.text("GET", key("stat:" + name));
        return value == null ? 0 : Long.parseLong(value);
    }

    List<String> queue(String name) {
        return redis.texts("LRANGE", key("queue:" + name), "0", "-1");
    }

    void push(String queue, String payload) {
        redis.call("SADD", key("queues"), queue);
        redis.call("RPUSH", key("queue:" + queue), payload);
    }

    /** Without tracing of its own. */
    WorkerBuilder worker(String... queues) {
        return resque.workerBuilder(queues).module(new TracedJobs()::register).retry("Again", Retry.limit(2));
    }

    List<SpanData> spans(SpanKind kind) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .toList();
    }

    SpanData span(SpanKind kind) {
        List<SpanData> spans = spans(kind);
        if (spans.size() != 1) {
            throw new AssertionError("Not one span of " + kind + ": " + spans);
        }
        return spans.get(0);
    }

    @Override
    public void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
        sdk.close();
    }
}
