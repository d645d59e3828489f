package io.resque.api;

/**
 * The caller gave a tracked job an id, and there is a status under this id already. Nothing was written. A caller who tries an
 * enqueue again because no answer came learns by this exception that the first try was done.
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
