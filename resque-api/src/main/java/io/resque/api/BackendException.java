package io.resque.api;

/** The backend did not do what was asked. This class itself means that the server answered with an error; see the subclass for a connection that failed. */
public class BackendException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public BackendException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
