package io.resque.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.context.Context;
import io.resque.api.EnqueueCall;
import io.resque.api.InnerClass;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/** The names and attributes of spans: those of OpenTelemetry's conventions for messaging, and those of Ruby's instrumentation. */
final class Spans {
    /** As Ruby's instrumentation names it. */
    static final AttributeKey<String> JOB_CLASS = AttributeKey.stringKey("messaging.resque.job_class");

    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("messaging.resque.outcome");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<Long> COUNT = AttributeKey.longKey("messaging.batch.message_count");
    private static final AttributeKey<String> OLD_QUEUE = AttributeKey.stringKey("messaging.destination");
    private static final AttributeKey<String> OLD_KIND = AttributeKey.stringKey("messaging.destination_kind");

    private static final String SEND = "send";
    private static final String PROCESS = "process";

    private final Tracer tracer;
    private final ResqueTracing.Names names;
    private final boolean oldAttributes;

    Spans(OpenTelemetry openTelemetry, ResqueTracing.Names names, boolean oldAttributes) {
        TracerBuilder builder = openTelemetry.getTracerProvider().tracerBuilder("io.resque");
        String version = Spans.class.getPackage().getImplementationVersion();
        this.tracer = (version == null ? builder : builder.setInstrumentationVersion(version)).build();
        this.names = names;
        this.oldAttributes = oldAttributes;
    }

    /** The span of a call that enqueues. */
    SpanBuilder send(EnqueueCall call) {
        SpanBuilder span = span(SEND, call.queue(), SpanKind.PRODUCER);
        Set<String> classes = call.jobs().stream().map(Spans::jobClass).collect(Collectors.toSet());
        if (classes.size() == 1) {
            span.setAttribute(JOB_CLASS, classes.iterator().next());
        }
        if (call.jobs().size() > 1) {
            span.setAttribute(COUNT, (long) call.jobs().size());
        }
        return span;
    }

    private static String jobClass(JobSpec job) {
        return InnerClass.of(job.jobClass(), job.args());
    }

    /** The span of a job, joined to its producer. */
    SpanBuilder process(JobInfo job, Context producer, ResqueTracing.Propagation how, Instant begin) {
        SpanBuilder span = span(PROCESS, job.queue(), SpanKind.CONSUMER)
                .setAttribute(JOB_CLASS, job.innerClass())
                .setStartTimestamp(begin);
        job.id().ifPresent(id -> span.setAttribute(MESSAGE_ID, id));
        SpanContext from = Span.fromContext(producer).getSpanContext();
        if (how == ResqueTracing.Propagation.CHILD) {
            return span.setParent(producer);
        }
        return from.isValid() ? span.setNoParent().addLink(from) : span.setNoParent();
    }

    private SpanBuilder span(String operation, String queue, SpanKind kind) {
        SpanBuilder span = tracer.spanBuilder(name(operation, queue))
                .setSpanKind(kind)
                .setAttribute(SYSTEM, "resque")
                .setAttribute(OPERATION, operation)
                .setAttribute(TYPE, operation)
                .setAttribute(QUEUE, queue);
        return oldAttributes ? span.setAttribute(OLD_QUEUE, queue).setAttribute(OLD_KIND, "queue") : span;
    }

    private String name(String operation, String queue) {
        if (names == ResqueTracing.Names.SEMCONV) {
            return operation + ' ' + queue;
        }
        return queue + ' ' + (operation.equals(SEND) ? "publish" : operation);
    }
}
