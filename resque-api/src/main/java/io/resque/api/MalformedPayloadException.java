package io.resque.api;

/** Bytes in a queue or record are not what their reader needs. The message says what and where. */
public class MalformedPayloadException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public MalformedPayloadException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public MalformedPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
