package io.resque.spring.boot;

import io.resque.core.Resque;
import java.util.Optional;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The endpoint {@code /actuator/resque}, and facts for {@code /actuator/info}. */
@AutoConfiguration(after = {ResqueAutoConfiguration.class, ResqueWorkerAutoConfiguration.class})
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnSingleCandidate(Resque.class)
final class ResqueEndpointAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    ResqueEndpoint resqueEndpoint(Resque resque) {
        return new ResqueEndpoint(resque);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnEnabledInfoContributor("resque")
    ResqueInfoContributor resqueInfoContributor(Optional<ResqueWorkers> workers) {
        return new ResqueInfoContributor(workers);
    }
}
