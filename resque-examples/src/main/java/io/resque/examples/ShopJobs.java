package io.resque.examples;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Listeners;
import io.resque.examples.TracingGuide.WelcomeMail;
import io.resque.opentelemetry.ResqueTracing;

/** The module of docs/tracing.md. */
public final class ShopJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("WelcomeMail", WelcomeMail::new);
    }

    @Override
    public void listen(Listeners listeners) {
        listeners.listen(ResqueTracing.builder(GlobalOpenTelemetry.get()).build());
    }
}
