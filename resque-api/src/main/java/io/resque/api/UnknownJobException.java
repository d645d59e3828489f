package io.resque.api;

/** A payload names a class for which no job is registered. The exception fails this job. The message has the class in double quotes. */
public class UnknownJobException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public UnknownJobException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public UnknownJobException(String message, Throwable cause) {
        super(message, cause);
    }
}
