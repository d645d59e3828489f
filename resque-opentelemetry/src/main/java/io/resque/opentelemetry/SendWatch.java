package io.resque.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The span of one call that enqueues. */
final class SendWatch implements EnqueueWatch {
    private final Span span;
    private final Function<JobInfo, Map<String, @Nullable Object>> members;
    private final boolean isOne;

    SendWatch(Span span, boolean isOne, Function<JobInfo, Map<String, @Nullable Object>> members) {
        this.span = span;
        this.isOne = isOne;
        this.members = members;
    }

    @Override
    public Map<String, @Nullable Object> metadata(JobInfo job) {
        if (isOne) {
            job.id().ifPresent(id -> span.setAttribute(Spans.MESSAGE_ID, id));
        }
        return members.apply(job);
    }

    @Override
    public void ended(List<Outcome> outcomes, Optional<Throwable> failure) {
        if (outcomes.stream().distinct().count() == 1) {
            span.setAttribute(Spans.OUTCOME, outcomes.get(0).name().toLowerCase(Locale.ROOT));
        }
        failure.ifPresent(e -> {
            span.recordException(e);
            span.setAttribute(Spans.ERROR_TYPE, e.getClass().getName());
            span.setStatus(StatusCode.ERROR);
        });
        span.end();
    }
}
