package io.resque.api;

/**
 * A tracked job was to have an id of the caller's, and there is a status under this id. Nothing was written. Whoever tries an
 * enqueue again of which no answer came learns by this that it was done.
 */
public class JobIdTakenException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the id, and the way out
     */
    public JobIdTakenException(String message) {
        super(message);
    }
}
