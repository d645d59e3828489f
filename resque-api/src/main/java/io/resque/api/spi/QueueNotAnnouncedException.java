package io.resque.api.spi;

import io.resque.api.BackendException;

/**
 * A push has appended its payloads, but the queue could not be announced. A worker that names the queue takes them; a
 * worker of all queues does not see them until a later push announces the queue. Do not push the payloads again.
 */
public class QueueNotAnnouncedException extends BackendException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception with a cause.
     *
     * @param message which queue, and what to do
     * @param cause the server's refusal
     */
    public QueueNotAnnouncedException(String message, Throwable cause) {
        super(message, cause);
    }
}
