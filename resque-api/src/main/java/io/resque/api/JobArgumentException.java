package io.resque.api;

/** A job asked for an argument that its payload does not have, or not in that type. Fails the job. */
public class JobArgumentException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public JobArgumentException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public JobArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
