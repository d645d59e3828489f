package io.resque.api;

/** Thrown by a listener before jobs are dequeued: nothing is removed and nothing fails. */
public class DontDequeueException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public DontDequeueException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public DontDequeueException(String message, Throwable cause) {
        super(message, cause);
    }
}
