package io.resque.api;

/**
 * The configuration is wrong: a URL that no adapter understands, for example, or an adapter that is missing or is on
 * the class path twice. Trying again does not help.
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
