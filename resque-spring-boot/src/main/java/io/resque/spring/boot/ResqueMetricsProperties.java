package io.resque.spring.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Meters of Micrometer, with resque-micrometer.
 *
 * @param enabled whether there are meters
 * @param fleet whether this process also shows the queues, workers and counters of all languages; one process should
 * @param histograms whether the timers have buckets
 */
@ConfigurationProperties("resque.metrics")
record ResqueMetricsProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("false") boolean fleet,
        @DefaultValue("false") boolean histograms) {}
