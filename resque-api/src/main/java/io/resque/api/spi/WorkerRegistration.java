package io.resque.api.spi;

import java.util.Map;
import java.util.Objects;

/**
 * A worker to register.
 *
 * @param expected the snapshot of the worker's id, read just before; it holds the id
 * @param started the text of the {@code started} record
 * @param attributes what this library stores about its own workers, such as the boot id of the host
 */
public record WorkerRegistration(WorkerSnapshot expected, String started, Map<String, String> attributes) {
    /**
     * Copies the map.
     *
     * @param expected the snapshot of the worker's id
     * @param started the text of the {@code started} record
     * @param attributes what this library stores about its own workers
     */
    public WorkerRegistration {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(started, "started");
        attributes = Map.copyOf(attributes);
    }
}
