package io.resque.api;

import java.util.Objects;

/**
 * The failure of one run of a job.
 *
 * @param exception the class name of the exception, as in a failure record; {@code Resque::DirtyExit} if the process of the run died
 * @param message its message
 */
public record JobFailure(String exception, String message) {
    /**
     * Refuses null.
     *
     * @param exception the class name of the exception
     * @param message its message
     */
    public JobFailure {
        Objects.requireNonNull(exception, "exception");
        Objects.requireNonNull(message, "message");
    }
}
