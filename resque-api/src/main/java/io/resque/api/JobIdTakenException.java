package io.resque.api;

/**
 * The caller gave a tracked job an id, and a status with this id already exists. Nothing was written. If no answer came
 * to an enqueue and the caller repeats it, this exception shows that the first attempt was carried out.
 */
public class JobIdTakenException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message which id, and what to do
     */
    public JobIdTakenException(String message) {
        super(message);
    }
}
