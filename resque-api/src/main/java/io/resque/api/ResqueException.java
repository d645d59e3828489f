package io.resque.api;

/** Root of all exceptions of Resque for Java. The subclass says whose fault it was and whether trying again can help. */
public class ResqueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public ResqueException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public ResqueException(String message, Throwable cause) {
        super(message, cause);
    }
}
