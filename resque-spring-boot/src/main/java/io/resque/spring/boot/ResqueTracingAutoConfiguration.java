package io.resque.spring.boot;

import io.opentelemetry.api.OpenTelemetry;
import io.resque.core.Resque;
import io.resque.opentelemetry.ResqueTracing;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Spans around jobs and calls that enqueue, if the application has an {@link OpenTelemetry}. */
@AutoConfiguration(
        after = ResqueAutoConfiguration.class,
        afterName = "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration")
@ConditionalOnClass({OpenTelemetry.class, ResqueTracing.class})
@ConditionalOnBean(OpenTelemetry.class)
@ConditionalOnSingleCandidate(Resque.class)
@ConditionalOnBooleanProperty(name = "resque.tracing.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ResqueTracingProperties.class)
final class ResqueTracingAutoConfiguration {
    /** The first listener, so that its span is around what the others do. */
    @Bean
    @ConditionalOnMissingBean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ResqueTracing resqueTracing(OpenTelemetry openTelemetry, ResqueTracingProperties properties) {
        return ResqueTracing.builder(openTelemetry)
                .propagation(properties.propagation())
                .names(properties.names())
                .build();
    }
}
