package io.resque.spring.boot;

import io.resque.core.WorkerBuilder;

/**
 * Changes how a worker of the application is built: registers further jobs, or gives the registered ones retries and limits. All beans of
 * this type are asked in their order, for each worker and at each start, after the properties were read and the jobs registered.
 */
@FunctionalInterface
public interface WorkerBuilderCustomizer {
    /**
     * Changes the builder, and does not start it.
     *
     * @param name the worker's name in {@code resque.workers}, or {@code worker} if it is the only one, of {@code resque.worker}
     * @param builder with what the properties set, and with the jobs of the application
     */
    void customize(String name, WorkerBuilder builder);
}
