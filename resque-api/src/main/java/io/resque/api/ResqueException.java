package io.resque.api;

/** Base class of all exceptions of this library. Each subclass says what failed; most say whether trying again can help. */
public class ResqueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public ResqueException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public ResqueException(String message, Throwable cause) {
        super(message, cause);
    }
}
