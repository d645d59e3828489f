package io.resque.api;

/**
 * The configuration is wrong, and nothing was begun: a setting that is given as text, a URL that no adapter understands, an adapter
 * that is missing or is on the class path twice, queues that no worker can ask for, a class that is registered as a job and cannot be
 * created. Trying again does not help.
 *
 * <p>A method refuses an argument that is out of its bounds, or a name that is registered twice, with an {@link
 * IllegalArgumentException} instead.
 */
public class ConfigurationException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, with which value, and what to do
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, with which value, and what to do
     * @param cause the caught exception
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
