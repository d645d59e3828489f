package io.resque.api;

/** A job asked for an argument that its payload does not have, or has in another type. The exception fails the job. */
public class JobArgumentException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public JobArgumentException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public JobArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
