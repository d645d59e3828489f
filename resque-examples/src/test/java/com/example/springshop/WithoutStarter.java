package com.example.springshop;

import io.resque.core.Resque;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** A {@link Resque} for a version of Spring Boot that has no starter. */
@TestConfiguration(proxyBeanMethods = false)
class WithoutStarter {
    @Bean(destroyMethod = "close")
    Resque resque() {
        return Resque.builder()
                .url("redis://localhost:6379/0")
                .flushOnExit(false)
                .build();
    }
}
