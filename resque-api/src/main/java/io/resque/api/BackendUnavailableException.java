package io.resque.api;

/** The backend could not be reached, or the connection broke before an answer came. Trying again can help. */
public class BackendUnavailableException extends BackendException {
    private static final long serialVersionUID = 1L;

    /** Whether the request may have been carried out. */
    private final boolean maybeApplied;

    /**
     * Creates the exception.
     *
     * @param message which endpoint, and what to do
     * @param cause the client library's exception
     * @param maybeApplied whether the request may have reached the server
     */
    public BackendUnavailableException(String message, Throwable cause, boolean maybeApplied) {
        super(message, cause);
        this.maybeApplied = maybeApplied;
    }

    /**
     * Whether the request may have been carried out although no answer came.
     *
     * @return false if it certainly was not carried out: nothing was sent
     */
    public boolean maybeApplied() {
        return maybeApplied;
    }

    /**
     * Whether the same request can succeed later although nobody does anything.
     *
     * @return true: the server or the network may be back
     */
    @Override
    public boolean mayPassByWaiting() {
        return true;
    }
}
