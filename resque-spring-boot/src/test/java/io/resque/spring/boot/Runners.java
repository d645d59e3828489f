package io.resque.spring.boot;

import java.util.UUID;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts with the auto-configuration, on a memory of their own unless a property says otherwise. */
final class Runners {
    private static final Class<?>[] ALL = {
        DataRedisConnectionAutoConfiguration.class,
        ResqueTransactionAutoConfiguration.class,
        ResqueAutoConfiguration.class,
        ResqueWorkerAutoConfiguration.class,
        ResqueHealthAutoConfiguration.class,
        ResqueEndpointAutoConfiguration.class,
        ResqueWebAutoConfiguration.class,
        ResqueMetricsAutoConfiguration.class,
        ResqueTracingAutoConfiguration.class
    };

    private Runners() {}

    static AutoConfigurations all() {
        return AutoConfigurations.of(ALL);
    }

    static ApplicationContextRunner inMemory() {
        return plain().withPropertyValues("resque.url=memory:" + UUID.randomUUID());
    }

    static ApplicationContextRunner plain() {
        return new ApplicationContextRunner().withConfiguration(all());
    }
}
