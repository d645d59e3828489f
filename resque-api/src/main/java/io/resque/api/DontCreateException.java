package io.resque.api;

/**
 * A listener throws this in {@code beforeEnqueue} or {@code beforeSchedule} to veto a job: the job is not written, and the caller sees
 * no exception. If it vetoes a delayed job that a scheduler is about to put on its queue, the job is taken out and is on no queue.
 */
public class DontCreateException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public DontCreateException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public DontCreateException(String message, Throwable cause) {
        super(message, cause);
    }
}
