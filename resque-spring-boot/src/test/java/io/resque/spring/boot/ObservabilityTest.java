package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.resque.core.Resque;
import io.resque.micrometer.ResqueMetrics;
import io.resque.opentelemetry.ResqueTracing;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Meters and traces, and when they are there. */
class ObservabilityTest {
    private final ApplicationContextRunner metered = Runners.inMemory()
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(ResqueWorkersTest.Store.class)
            .withPropertyValues("resque.worker.auto-startup=false");

    @Test
    void metersCountTheJobsOfTheApplication() {
        metered.run(context -> {
            assertThat(context).hasNotFailed();
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            context.getBean(ResqueMetrics.class).bindTo(registry); // as Spring Boot does
            context.getBean(Resque.class).enqueue("low", "Put", 1);
            context.getBean(ResqueWorkers.class).drain();
            assertThat(registry.get("resque.job").tag("class", "Put").timer().count())
                    .isEqualTo(1);
        });
    }

    @Test
    void metersNeedARegistryAndTheirModule() {
        Runners.inMemory().run(context -> assertThat(context).doesNotHaveBean(ResqueMetrics.class));
        metered.withPropertyValues("resque.metrics.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ResqueMetrics.class));
        metered.withClassLoader(new FilteredClassLoader("io.resque.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("resqueMetrics"));
    }

    @Test
    void tracesNeedAnOpenTelemetryAndTheirModule() {
        ApplicationContextRunner traced = Runners.inMemory().withBean(OpenTelemetry.class, OpenTelemetry::noop);
        Runners.inMemory().run(context -> assertThat(context).doesNotHaveBean(ResqueTracing.class));
        traced.withPropertyValues("resque.tracing.propagation=link")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(ResqueTracing.class));
        traced.withPropertyValues("resque.tracing.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ResqueTracing.class));
        traced.withClassLoader(new FilteredClassLoader("io.resque.opentelemetry"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("resqueTracing"));
    }
}
