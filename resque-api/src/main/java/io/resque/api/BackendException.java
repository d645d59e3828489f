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

    /**
     * Whether the same request will be refused until somebody changes what is stored or who may do what: a key is of a type that
     * nobody reads, or a right is missing. A refusal of which this is false may pass, as that of a server that starts or is full.
     *
     * @return false unless a subclass knows better
     */
    public boolean isLasting() {
        return false;
    }
}
