package io.resque.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job that a worker has taken, and its span, which begins when the job runs. Thread-safe. */
final class JobSpan {
    private static final Set<JobEnd.Kind> ERRORS =
            EnumSet.of(JobEnd.Kind.FAILED, JobEnd.Kind.DIED, JobEnd.Kind.UNREADABLE);

    /** Made once, since each job has one. */
    private static final Map<JobEnd.Kind, String> OUTCOMES = new EnumMap<>(JobEnd.Kind.class);

    static {
        for (JobEnd.Kind kind : JobEnd.Kind.values()) {
            OUTCOMES.put(kind, kind.name().toLowerCase(Locale.ROOT));
        }
    }

    private final JobInfo job;
    private final Instant takenAt;
    private volatile boolean inChild;
    private volatile boolean isEnded;
    private volatile @Nullable Context context;
    private boolean isEntered;

    JobSpan(JobInfo job, Instant takenAt) {
        this.job = job;
        this.takenAt = takenAt;
    }

    JobInfo job() {
        return job;
    }

    Instant takenAt() {
        return takenAt;
    }

    void forks() {
        inChild = true;
    }

    /** Whether the job runs now, in a child process. */
    boolean runsInChild() {
        return inChild && hasBegun() && !isEnded;
    }

    boolean hasBegun() {
        return context != null;
    }

    /** Returns the context in which the job runs. */
    Context begin(SpanBuilder span, Context producer) {
        Context begun = producer.with(span.startSpan());
        context = begun;
        return begun;
    }

    Context context() {
        return Objects.requireNonNull(context);
    }

    private Span span() {
        return Span.fromContext(context());
    }

    /** Whether the job runs now, in the thread that has taken it: true once. */
    synchronized boolean enter() {
        boolean enters = !inChild && !isEnded && !isEntered;
        isEntered |= enters;
        return enters;
    }

    void threw(Throwable failure) {
        span().recordException(failure);
    }

    /**
     * The job is over.
     *
     * @param exception the class of the exception; null if there is none
     * @param took from when the job was taken; null for until now
     */
    void end(JobEnd.Kind kind, @Nullable String exception, @Nullable Duration took) {
        isEnded = true;
        if (!hasBegun()) {
            return;
        }
        Span span = span();
        String outcome = Objects.requireNonNull(OUTCOMES.get(kind));
        span.setAttribute(Spans.OUTCOME, outcome);
        if (exception != null || ERRORS.contains(kind)) {
            String type = exception != null ? exception : outcome;
            span.setAttribute(Spans.ERROR_TYPE, type);
            span.setStatus(StatusCode.ERROR, "Unhandled exception of type: " + type);
        }
        if (took == null) {
            span.end();
        } else {
            span.end(takenAt.plus(took));
        }
    }
}
