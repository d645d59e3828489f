package io.resque.api.spi;

import java.util.Map;
import java.util.Objects;

/**
 * A worker that wants to be registered.
 *
 * @param expected what was read of its id just before; carries the id
 * @param started the text for the {@code started} record
 * @param attributes what this library keeps beside it, such as the boot id of the host
 */
public record WorkerRegistration(WorkerSnapshot expected, String started, Map<String, String> attributes) {
    /**
     * Copies the map.
     *
     * @param expected what was read of its id just before
     * @param started the text for the {@code started} record
     * @param attributes what this library keeps beside it
     */
    public WorkerRegistration {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(started, "started");
        attributes = Map.copyOf(attributes);
    }
}
