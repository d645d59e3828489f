package io.resque.api;

/** Something is set up wrongly: a URL, an adapter that is absent or there twice, a job class registered twice. Trying again does not help. */
public class ConfigurationException extends ResqueException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message names the thing, the value and the way out
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * With a message and a cause.
     *
     * @param message names the thing, the value and the way out
     * @param cause what was caught
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
