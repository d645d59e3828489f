package io.resque.api;

/** Thrown by a listener before a job is enqueued: the job is not written and nothing fails. */
public class DontCreateException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public DontCreateException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public DontCreateException(String message, Throwable cause) {
        super(message, cause);
    }
}
