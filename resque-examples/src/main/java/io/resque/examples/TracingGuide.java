package io.resque.examples;

import io.opentelemetry.api.OpenTelemetry;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.opentelemetry.ResqueTracing;
import io.resque.opentelemetry.ResqueTracing.Propagation;

/** The snippets of docs/tracing.md. */
final class TracingGuide {
    private TracingGuide() {}

    static void listen(Resque resque, OpenTelemetry openTelemetry) {
        resque.listen(ResqueTracing.builder(openTelemetry)
                .propagation(Propagation.LINK)
                .build());
    }

    static void choose(Resque resque, OpenTelemetry openTelemetry) {
        ResqueTracing tracing = ResqueTracing.builder(openTelemetry)
                .propagation(Propagation.LINK)
                .propagation("Invoice", Propagation.CHILD)
                .build();
        resque.listen(tracing);
        resque.enqueue("mail", ResqueTracing.with(JobSpec.of("WelcomeMail", 42), Propagation.NONE));
    }

    static final class WelcomeMail implements Job {
        @Override
        public void perform(JobContext context) {}
    }
}
