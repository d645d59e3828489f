package io.resque.examples;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.resque.core.Resque;
import io.resque.micrometer.ResqueMetrics;

/** The snippets of docs/metrics.md. */
final class MetricsGuide {
    private MetricsGuide() {}

    static ResqueMetrics bind(Resque resque, MeterRegistry registry) {
        ResqueMetrics metrics = ResqueMetrics.builder(resque)
                .tags(Tags.of("application", "shop"))
                .fleet(true)
                .histograms(true)
                .build();
        metrics.bindTo(registry);
        return metrics;
    }
}
