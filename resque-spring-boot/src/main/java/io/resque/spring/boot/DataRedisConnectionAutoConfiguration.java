package io.resque.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;

/** Takes the connection of Spring Data Redis, which can come from {@code spring.data.redis}, Testcontainers or Compose. */
@AutoConfiguration(after = DataRedisAutoConfiguration.class, before = ResqueAutoConfiguration.class)
@ConditionalOnClass(DataRedisConnectionDetails.class)
@ConditionalOnBean(DataRedisConnectionDetails.class)
@ConditionalOnProperty(name = "resque.url", matchIfMissing = true, havingValue = "none")
final class DataRedisConnectionAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ResqueConnectionDetails resqueDataRedisConnectionDetails(DataRedisConnectionDetails details) {
        return () -> DataRedisUrl.of(details);
    }
}
