package io.resque.api;

/**
 * The backend did not carry out a request, or did not answer it. {@link BackendUnavailableException} means that no answer
 * came. Any other {@code BackendException} means that the server refused the request, or that the backend is closed.
 */
public class BackendException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public BackendException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether the server will refuse the same request until somebody changes the stored data or a permission: a key has
     * the wrong type, for example. If false, the refusal may pass: a server that is starting, or whose memory is full,
     * for example.
     *
     * @return false unless a subclass overrides this method
     */
    public boolean isLasting() {
        return false;
    }

    /**
     * Whether the same request can succeed later although nobody does anything: no answer came, or the server answered that it is not
     * ready, since it loads its data or has lost its primary or a part of its cluster.
     *
     * @return true if it is worth trying again; false unless a subclass overrides this method
     */
    public boolean mayPassByWaiting() {
        return false;
    }
}
