package io.resque.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.resque.api.DontPerformException;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobContext;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes spans of OpenTelemetry: a span around each call that enqueues, and a span around each job that a worker runs. Add it to a {@code Resque} as a
 * listener; {@code docs/tracing.md} has the names and attributes. Uses the API of OpenTelemetry alone: the application, or OpenTelemetry's Java agent,
 * chooses what becomes of the spans. Thread-safe.
 *
 * <pre>{@code
 * resque.listen(ResqueTracing.builder(openTelemetry).propagation(Propagation.LINK).build());
 * }</pre>
 *
 * <p><b>Propagation.</b> By default the payload of a job stays as it is, and the span of a job has no link to the span of its producer. {@link
 * Builder#propagation} joins them: the propagators of OpenTelemetry then write their members, {@code traceparent}, {@code tracestate} and {@code
 * baggage}, into the payload behind class and arguments, and read them in the worker, as Ruby's instrumentation of Resque does. A job with them is not
 * found by Ruby and Node if they remove jobs by class and arguments.
 *
 * <p><b>The span of a job</b> is current in the thread that runs the job, so spans of the job become its children, and so do spans of calls that
 * enqueue. If jobs run in child processes, the worker makes the span, and a module adds {@code ResqueTracing} in the child, where the span is current as a
 * remote one. A worker that has the same module hears of each job twice; a job has one span all the same.
 *
 * <p>Nothing here can fail a job or a call that enqueues.
 */
public final class ResqueTracing implements ResqueListener {
    /** How the span of a job is joined to the span of its producer. */
    public enum Propagation {
        /** The span of the job begins a trace of its own, with a link to the span of the producer. */
        LINK,
        /** The span of the job is a child of the span of the producer, in the same trace, however long the job has waited. */
        CHILD,
        /** Nothing is written into the payload, and nothing is read from it. */
        NONE
    }

    /** How spans are named. */
    public enum Names {
        /** As OpenTelemetry's conventions for messaging have it: {@code send mail}, {@code process mail}. */
        SEMCONV,
        /** As Ruby's instrumentation of Resque has it: {@code mail publish}, {@code mail process}. */
        RUBY
    }

    private static final Logger LOG = LoggerFactory.getLogger(ResqueTracing.class);

    /** The member of a payload by which a producer chooses the propagation of one job; {@link #with} writes it. */
    private static final String HINT = "java_propagation";

    /** What a worker hands to its child beside the members of the payload: the members of the propagators, of the span of the job. */
    static final String HANDED = "java_span";

    /** The job that this thread of a worker has taken. Of all instances: a job has one span. */
    private static final ThreadLocal<@Nullable JobSpan> TAKEN = new ThreadLocal<>();

    /** The job that this thread runs. */
    private static final ThreadLocal<@Nullable JobContext> PERFORMING = new ThreadLocal<>();

    /** The last call of this thread that enqueues. */
    private static final ThreadLocal<@Nullable WeakReference<EnqueueCall>> CALL = new ThreadLocal<>();

    /** Ends of jobs that may not have run, and that nobody counts. */
    private static final Set<JobEnd.Kind> WAITS_ON =
            EnumSet.of(JobEnd.Kind.LIMITED, JobEnd.Kind.PUT_BACK, JobEnd.Kind.LOST);

    private final Spans spans;
    private final Carrier carrier;
    private final Propagation propagation;
    private final Map<String, Propagation> byClass;

    /** By worker, since a worker holds one job. */
    private final Map<String, JobSpan> jobs = new ConcurrentHashMap<>();

    private ResqueTracing(Builder chosen) {
        this.spans = new Spans(chosen.openTelemetry, chosen.names, chosen.legacyAttributes);
        this.carrier = new Carrier(chosen.openTelemetry.getPropagators().getTextMapPropagator());
        this.propagation = chosen.propagation;
        this.byClass = Map.copyOf(chosen.byClass);
    }

    /**
     * Begins.
     *
     * @param openTelemetry makes spans, and has the propagators
     * @return a builder
     */
    public static Builder builder(OpenTelemetry openTelemetry) {
        return new Builder(openTelemetry);
    }

    /**
     * The same job with a propagation of its own, in place of that of its class. The choice goes with the payload as one more member, {@code
     * java_propagation}, so the worker knows it, too; Ruby's workers go by their own setting.
     *
     * @param job the job
     * @param propagation how its span is joined to that of its producer
     * @return the job
     */
    public static JobSpec with(JobSpec job, Propagation propagation) {
        return job.withMetadata(HINT, propagation.name().toLowerCase(Locale.ROOT));
    }

    private Propagation of(JobInfo job) {
        if (job.metadata().get(HINT) instanceof String hint) {
            for (Propagation each : Propagation.values()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(hint)) {
                    return each;
                }
            }
        }
        Propagation ofClass = byClass.get(job.jobClass());
        return ofClass != null ? ofClass : byClass.getOrDefault(job.innerClass(), propagation);
    }

    /** Begins the span of a call that enqueues. */
    @Override
    public EnqueueWatch enqueueBegins(EnqueueCall call) {
        WeakReference<EnqueueCall> before = CALL.get();
        if (before != null && before.refersTo(call)) {
            return EnqueueWatch.NONE; // another instance follows it
        }
        CALL.set(new WeakReference<>(call));
        Context parent = Context.current();
        JobSpan taken = TAKEN.get();
        if (taken != null
                && taken.runsInChild()
                && !Span.fromContext(parent).getSpanContext().isValid()) {
            parent = taken.context(); // the job in the child process enqueues
        }
        Span span = spans.send(call).setParent(parent).startSpan();
        Context context = parent.with(span);
        return new SendWatch(
                span, call.jobs().size() == 1, job -> of(job) == Propagation.NONE ? Map.of() : carrier.inject(context));
    }

    /** Notes the job. */
    @Override
    public void jobTaken(String worker, JobInfo job) {
        JobSpan before = TAKEN.get();
        if (before != null && before.job() == job) {
            return; // another instance follows it
        }
        JobSpan taken = new JobSpan(job, Instant.now());
        jobs.put(worker, taken);
        TAKEN.set(taken);
    }

    /** Notes that the job runs in a child process. */
    @Override
    public void beforeFork(String worker, JobInfo job) {
        JobSpan taken = jobs.get(worker);
        if (taken != null) {
            taken.forks();
        }
    }

    /** Begins the span of a job, and hands it to a child process. */
    @Override
    public Map<String, @Nullable Object> runMetadata(String worker, JobInfo job) {
        JobSpan taken = jobs.get(worker);
        if (taken == null) {
            return Map.of();
        }
        Context context = begin(taken);
        if (!taken.runsInChild()) {
            return Map.of();
        }
        return Map.of(HANDED, carrier.inject(context));
    }

    private Context begin(JobSpan taken) {
        Propagation how = of(taken.job());
        Context producer = how == Propagation.NONE
                ? Context.root()
                : carrier.extract(taken.job().metadata());
        return taken.begin(spans.process(taken.job(), producer, how, taken.takenAt()), producer);
    }

    /** Ends the span of a job. A job that has not run and waits on has none. */
    @Override
    public void jobEnded(String worker, JobInfo job, JobEnd end) {
        JobSpan taken = jobs.remove(worker);
        if (taken == null) {
            return;
        }
        if (TAKEN.get() == taken) {
            TAKEN.set(null); // the thread takes the next job soon, and remove would cost that one more
        }
        if (!taken.hasBegun()) {
            if (WAITS_ON.contains(end.kind())) {
                return;
            }
            begin(taken);
        }
        taken.end(end.kind(), end.exception().orElse(null), end.took());
    }

    /** Makes the span of the job current in the thread of the job. */
    @Override
    public void aroundPerform(JobContext job, Run run) throws Exception {
        if (PERFORMING.get() == job) {
            run.proceed(); // inside another instance
            return;
        }
        JobContext before = PERFORMING.get();
        PERFORMING.set(job);
        try {
            JobSpan taken = TAKEN.get();
            if (taken != null && taken.enter()) {
                proceed(run, taken);
            } else if (job.metadata().get(HANDED) instanceof Map<?, ?> handed) {
                proceed(run, carrier.extract(handed));
            } else {
                alone(job, run);
            }
        } finally {
            if (before == null) {
                PERFORMING.remove();
            } else {
                PERFORMING.set(before);
            }
        }
    }

    /** A job that no worker of this process has taken: it runs inline, or in the child of a worker without spans. */
    private void alone(JobContext job, Run run) throws Exception {
        JobSpan alone = new JobSpan(
                new JobInfo(job.queue(), job.jobClass(), job.args().asList(), job.id(), job.metadata(), job.queuedAt()),
                Instant.now());
        quietly(() -> begin(alone));
        alone.enter();
        JobEnd.Kind kind = JobEnd.Kind.FAILED;
        String exception = null;
        try {
            proceed(run, alone);
            kind = JobEnd.Kind.COMPLETED;
        } catch (DontPerformException e) {
            kind = JobEnd.Kind.VETOED;
            throw e;
        } catch (Throwable e) {
            exception = e.getClass().getName();
            throw e;
        } finally {
            end(alone, kind, exception);
        }
    }

    private static void end(JobSpan alone, JobEnd.Kind kind, @Nullable String exception) {
        quietly(() -> alone.end(kind, exception, null));
    }

    /** In the span of the job, unless that could not begin. */
    private static void proceed(Run run, JobSpan span) throws Exception {
        if (!span.hasBegun()) {
            run.proceed();
            return;
        }
        try {
            proceed(run, span.context());
        } catch (DontPerformException e) {
            throw e; // no failure
        } catch (Throwable e) {
            quietly(() -> span.threw(e));
            throw e;
        }
    }

    private static void proceed(Run run, Context context) throws Exception {
        Scope current = context.makeCurrent();
        try {
            run.proceed();
        } finally {
            current.close();
        }
    }

    /** A processor of spans can be anybody's code, and must not fail a job. */
    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.debug("A span is incomplete", e);
        }
    }

    /** Chooses how {@link ResqueTracing} traces. */
    public static final class Builder {
        private final OpenTelemetry openTelemetry;
        private Propagation propagation = Propagation.NONE;
        private final Map<String, Propagation> byClass = new HashMap<>();
        private Names names = Names.SEMCONV;
        private boolean legacyAttributes;

        private Builder(OpenTelemetry openTelemetry) {
            this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
        }

        /**
         * How the span of a job is joined to that of its producer. Producer and worker need the same choice.
         *
         * @param how {@link Propagation#NONE} by default, which leaves payloads as they are
         * @return this
         */
        public Builder propagation(Propagation how) {
            this.propagation = Objects.requireNonNull(how, "how");
            return this;
        }

        /**
         * The same for the jobs of one class; {@link ResqueTracing#with} chooses for one job.
         *
         * @param jobClass the name of the class; of a job that ActiveJob has wrapped also its own class
         * @param how in place of the propagation of all others
         * @return this
         */
        public Builder propagation(String jobClass, Propagation how) {
            byClass.put(Objects.requireNonNull(jobClass, "jobClass"), Objects.requireNonNull(how, "how"));
            return this;
        }

        /**
         * How spans are named.
         *
         * @param convention {@link Names#SEMCONV} by default
         * @return this
         */
        public Builder names(Names convention) {
            this.names = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * Whether spans also have the attributes of older conventions that Ruby's instrumentation writes, {@code messaging.destination} and {@code
         * messaging.destination_kind}, so that one query finds the jobs of both languages.
         *
         * @param wanted false by default
         * @return this
         */
        public Builder legacyAttributes(boolean wanted) {
            this.legacyAttributes = wanted;
            return this;
        }

        /**
         * Ends.
         *
         * @return a listener
         */
        public ResqueTracing build() {
            return new ResqueTracing(this);
        }
    }
}
