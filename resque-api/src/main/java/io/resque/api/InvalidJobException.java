package io.resque.api;

/** The caller gave a queue, class or argument that cannot be sent. Nothing was written; trying again does not help. */
public class InvalidJobException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public InvalidJobException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public InvalidJobException(String message, Throwable cause) {
        super(message, cause);
    }
}
