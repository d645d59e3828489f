package io.resque.spring.boot;

import io.resque.core.Resque;
import java.util.Optional;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health of Redis and of the workers, under {@code /actuator/health/resque}. */
@AutoConfiguration(after = {ResqueAutoConfiguration.class, ResqueWorkerAutoConfiguration.class})
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnSingleCandidate(Resque.class)
@ConditionalOnEnabledHealthIndicator("resque")
final class ResqueHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = {"resqueHealthIndicator", "resqueHealthContributor"})
    ResqueHealthIndicator resqueHealthContributor(Resque resque, Optional<ResqueWorkers> workers) {
        return new ResqueHealthIndicator(resque, workers);
    }
}
