package io.resque.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.resque.api.DontPerformException;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Listeners;

/** Jobs that say in which span they run. In a child process, nothing exports spans. */
public final class TracedJobs implements JobModule {
    static final ContextPropagators W3C = ContextPropagators.create(
            TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance()));

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Good", () -> context -> {});
        jobs.register("Seen", () -> TracedJobs::tell);
        jobs.register("Failing", () -> context -> {
            throw new IllegalStateException("as it was told");
        });
        jobs.register("Vetoed", () -> context -> {
            throw new DontPerformException("as it was told");
        });
        jobs.register("Again", () -> context -> {
            if (context.attempt() < 2) {
                throw new IllegalArgumentException("as it was told");
            }
        });
        jobs.register("Dying", () -> context -> Runtime.getRuntime().halt(3));
    }

    /** Enqueues a job whose arguments are the span and the baggage of this thread. */
    static void tell(JobContext context) {
        SpanContext current = Span.current().getSpanContext();
        context.enqueue(
                "told",
                "Told",
                current.getTraceId(),
                current.getSpanId(),
                Baggage.current().getEntryValue("user"),
                context.metadata().get("traceparent"));
    }

    @Override
    public void listen(Listeners listeners) {
        listeners.listen(ResqueTracing.builder(OpenTelemetry.propagating(W3C)).build());
    }
}
