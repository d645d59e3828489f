package io.resque.api;

/** The bytes of a payload or record are not valid for their reader. The message says what is wrong. */
public class MalformedPayloadException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public MalformedPayloadException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public MalformedPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
