package io.resque.api;

/**
 * A job, or a listener before it, throws this to end the job without a failure. The status of a tracked job becomes
 * {@link JobState#COMPLETE}, as in php-resque.
 */
public class DontPerformException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public DontPerformException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public DontPerformException(String message, Throwable cause) {
        super(message, cause);
    }
}
