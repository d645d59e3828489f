package io.resque.api;

/**
 * A listener throws this in {@code beforeDequeue} to veto a removal: nothing is removed, and the caller sees no
 * exception.
 */
public class DontDequeueException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public DontDequeueException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public DontDequeueException(String message, Throwable cause) {
        super(message, cause);
    }
}
