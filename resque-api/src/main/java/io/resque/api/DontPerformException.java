package io.resque.api;

/**
 * Ends a job without a failure. A job throws it when it finds that there is nothing to do; a listener throws it in {@code beforePerform}
 * so that the job does not run. The job is not put back. The status of a tracked job becomes {@link JobState#COMPLETE}, as in php-resque.
 */
public class DontPerformException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message why the job ends; nothing of this library shows it
     */
    public DontPerformException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message why the job ends; nothing of this library shows it
     * @param cause the caught exception
     */
    public DontPerformException(String message, Throwable cause) {
        super(message, cause);
    }
}
