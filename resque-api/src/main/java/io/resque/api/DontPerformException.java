package io.resque.api;

/** Thrown by a job or a listener before it: the job ends here without a failure. Its status becomes complete, as in php-resque. */
public class DontPerformException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public DontPerformException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public DontPerformException(String message, Throwable cause) {
        super(message, cause);
    }
}
