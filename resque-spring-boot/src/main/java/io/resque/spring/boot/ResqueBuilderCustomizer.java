package io.resque.spring.boot;

import io.resque.core.ResqueBuilder;

/**
 * Changes how the application's {@link io.resque.core.Resque} is built. All beans of this type are asked in their order, after the
 * properties were read, so what a customizer sets wins over a property.
 */
@FunctionalInterface
public interface ResqueBuilderCustomizer {
    /**
     * Changes the builder. Called once, while the bean is created.
     *
     * @param builder with what the properties set
     */
    void customize(ResqueBuilder builder);
}
