package io.resque.api.spi;

import io.resque.api.BackendException;

/**
 * The payloads of a push are in their queue, but the queue could not be announced: a worker that names it takes them,
 * one that asks for all queues does not see them until a later push announces it. Must not be answered by pushing again.
 */
public class QueueNotAnnouncedException extends BackendException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message and a cause.
     *
     * @param message names the queue, and what can be done
     * @param cause what the server said
     */
    public QueueNotAnnouncedException(String message, Throwable cause) {
        super(message, cause);
    }
}
