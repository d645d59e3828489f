package io.resque.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.micrometer.ResqueMetrics;
import io.resque.opentelemetry.ResqueTracing;
import io.resque.opentelemetry.ResqueTracing.Propagation;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Measures what meters and traces cost a drain: {@code bin/benchmark observability [JOBS [ROUNDS [ADAPTER THREADS]]]}. Each round drains with nothing, with meters,
 * with traces, and with one span that the job makes by hand, in turn, and begins with another of them; a ratio is that of one round. Meters go into a registry of Prometheus, and spans
 * through a batch processor to an exporter that counts them. The payloads of all have a {@code traceparent}, so each span has a link.
 */
final class ObservabilityBenchmark {
    private static final int[] AT_ONCE = {1, 16, 64};
    private static final List<String> ADAPTERS = List.of("jedis", "lettuce");
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private enum How {
        OFF,
        METRICS,
        TRACING,
        /** The ceiling of traces: the job itself begins and ends one span with the same attributes, and nothing else is traced. */
        BY_HAND;

        boolean traces() {
            return this == TRACING || this == BY_HAND;
        }
    }

    private final RedisServer server;
    private final RespClient redis;
    private final int rounds;
    private long traced;
    private long exported;

    private ObservabilityBenchmark(RedisServer server, RespClient redis, int rounds) {
        this.server = server;
        this.redis = redis;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off"); // each start and stop is a line
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 120_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", "
                    + Runtime.getRuntime().availableProcessors() + " processors for all, medians of " + rounds
                    + " rounds (least–most)");
            System.out.println(Processors.separate(redis));
            ObservabilityBenchmark benchmark = new ObservabilityBenchmark(server, redis, rounds);
            for (String adapter : ADAPTERS) {
                for (int threads : AT_ONCE) {
                    if (args.length > 3 && !(args[2] + args[3]).equals(adapter + threads)) {
                        continue;
                    }
                    benchmark.compare(adapter, threads, threads == 1 ? jobs / 4 : jobs);
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "The batch processor exported %d of %d spans, and dropped the others%n",
                    benchmark.exported,
                    benchmark.traced);
        }
        System.exit(0);
    }

    private void compare(String adapter, int threads, int jobs) throws InterruptedException {
        Map<How, List<Double>> rates = new EnumMap<>(How.class);
        List<How> turns = new ArrayList<>(List.of(How.values()));
        for (int i = -2; i < rounds; i++) { // the first two warm
            Collections.rotate(turns, 1);
            for (How how : turns) {
                double rate = drain(adapter, threads, jobs, how);
                if (i >= 0) {
                    rates.computeIfAbsent(how, each -> new ArrayList<>()).add(rate);
                }
            }
        }
        RowSample off = new RowSample(rates.get(How.OFF));
        rates.forEach((how, values) -> {
            RowSample sample = new RowSample(values);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %2d at once, %-7s %s jobs/s, ÷ off %s%n",
                    adapter,
                    threads,
                    how.name().toLowerCase(Locale.ROOT),
                    sample.text("%.0f"),
                    sample.dividedBy(off).text("%.3f"));
        });
    }

    private double drain(String adapter, int threads, int jobs, How how) throws InterruptedException {
        redis.call("FLUSHALL");
        CountingExporter exporter = new CountingExporter();
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (OpenTelemetrySdk sdk = sdk(exporter);
                Resque resque = Resque.builder()
                        .url(server.url())
                        .backend(adapter)
                        .serializer("gson")
                        .build();
                ResqueMetrics metrics = new ResqueMetrics(resque, Tags.empty())) {
            resque.enqueueAll(
                    "q",
                    IntStream.range(0, jobs)
                            .mapToObj(i -> JobSpec.of("Noop", i).withMetadata("traceparent", TRACEPARENT)));
            if (how == How.METRICS) {
                metrics.bindTo(registry);
            } else if (how == How.TRACING) {
                resque.listen(
                        ResqueTracing.builder(sdk).propagation(Propagation.LINK).build());
            }
            double rate = run(resque, threads, jobs, how == How.BY_HAND ? new HandMadeSpan(sdk)::run : () -> {});
            check(how, jobs, registry, exporter, sdk);
            return rate;
        } finally {
            registry.close();
        }
    }

    private static double run(Resque resque, int threads, int jobs, Runnable job) throws InterruptedException {
        JobCountdown countdown = new JobCountdown(jobs);
        Worker worker = resque.workerBuilder("q")
                .register("Noop", () -> context -> {
                    job.run();
                    countdown.count();
                })
                .concurrency(threads)
                .start();
        try {
            return countdown.perSecond();
        } finally {
            worker.close();
        }
    }

    /** Rates of jobs that were not counted would say nothing. */
    private void check(How how, int jobs, MeterRegistry registry, CountingExporter exporter, OpenTelemetrySdk sdk) {
        sdk.getSdkTracerProvider().forceFlush().join(1, TimeUnit.MINUTES);
        if (how.traces()) {
            traced += jobs;
            exported += exporter.spans.sum();
        }
        long counted = how == How.METRICS ? registry.get("resque.job").timer().count() : jobs;
        if (!Integer.toString(jobs).equals(redis.text("GET", "resque:stat:processed"))
                || counted != jobs
                || how.traces() && exporter.spans.sum() == 0) {
            throw new IllegalStateException(how + ": of " + jobs + " jobs, Redis has counted "
                    + redis.text("GET", "resque:stat:processed") + ", the registry " + counted + ", the exporter "
                    + exporter.spans.sum());
        }
    }

    private static OpenTelemetrySdk sdk(SpanExporter exporter) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    /** What a user's own job would do to be traced, without this library. */
    private static final class HandMadeSpan {
        private final Tracer tracer;
        private final SpanContext producer = SpanContext.createFromRemoteParent(
                TRACEPARENT.substring(3, 35),
                TRACEPARENT.substring(36, 52),
                TraceFlags.getSampled(),
                TraceState.getDefault());

        HandMadeSpan(OpenTelemetrySdk sdk) {
            this.tracer = sdk.getTracer("by hand");
        }

        void run() {
            Span span = tracer.spanBuilder("process q")
                    .setSpanKind(SpanKind.CONSUMER)
                    .setNoParent()
                    .addLink(producer)
                    .setAttribute("messaging.system", "resque")
                    .setAttribute("messaging.operation.name", "process")
                    .setAttribute("messaging.operation.type", "process")
                    .setAttribute("messaging.destination.name", "q")
                    .setAttribute("messaging.resque.job_class", "Noop")
                    .startSpan();
            Scope current = span.makeCurrent();
            try {
                span.setAttribute("messaging.resque.outcome", "performed");
            } finally {
                current.close();
                span.end();
            }
        }
    }

    /** Takes spans at once: the cost of sending them is that of the application. */
    private static final class CountingExporter implements SpanExporter {
        private final LongAdder spans = new LongAdder();

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            spans.add(batch.size());
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
