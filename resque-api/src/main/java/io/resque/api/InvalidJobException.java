package io.resque.api;

/** The caller gave a queue, class or argument that cannot be enqueued. Nothing was written; trying again does not help. */
public class InvalidJobException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public InvalidJobException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public InvalidJobException(String message, Throwable cause) {
        super(message, cause);
    }
}
