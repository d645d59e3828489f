package io.resque.api;

/** A payload names a class that no job is registered for. Fails that one job. */
public class UnknownJobException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public UnknownJobException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public UnknownJobException(String message, Throwable cause) {
        super(message, cause);
    }
}
