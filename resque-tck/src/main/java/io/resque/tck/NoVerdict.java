package io.resque.tck;

import org.opentest4j.AssertionFailedError;

/** A failure before or after the check of a test, which breaks no rule. */
final class NoVerdict extends AssertionFailedError {
    private static final long serialVersionUID = 1L;

    private final boolean passed;

    /**
     * Makes a failure.
     *
     * @param passed whether the check was done and passed
     */
    NoVerdict(boolean passed, String message, Throwable cause) {
        super(message, cause);
        this.passed = passed;
        setStackTrace(cause.getStackTrace());
    }

    boolean passed() {
        return passed;
    }
}
