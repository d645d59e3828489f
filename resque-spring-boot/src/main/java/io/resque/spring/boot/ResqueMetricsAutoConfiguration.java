package io.resque.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.resque.core.Resque;
import io.resque.micrometer.ResqueMetrics;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Meters in the registries of the application; Spring Boot binds them before the workers start. */
@AutoConfiguration(
        after = ResqueAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, ResqueMetrics.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnSingleCandidate(Resque.class)
@ConditionalOnBooleanProperty(name = "resque.metrics.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ResqueMetricsProperties.class)
final class ResqueMetricsAutoConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    ResqueMetrics resqueMetrics(Resque resque, ResqueMetricsProperties properties) {
        return ResqueMetrics.builder(resque)
                .fleet(properties.fleet())
                .histograms(properties.histograms())
                .build();
    }
}
