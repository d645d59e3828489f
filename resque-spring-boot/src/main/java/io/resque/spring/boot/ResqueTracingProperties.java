package io.resque.spring.boot;

import io.resque.opentelemetry.ResqueTracing;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Traces of OpenTelemetry, with resque-opentelemetry.
 *
 * @param enabled whether there are spans
 * @param propagation how the span of a job is joined to the span of its producer; none leaves payloads as they are
 * @param names how spans are named
 */
@ConfigurationProperties("resque.tracing")
record ResqueTracingProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("none") ResqueTracing.Propagation propagation,
        @DefaultValue("semconv") ResqueTracing.Names names) {}
