package io.resque.launcher;

/** A child did not become ready. The message says what it said. */
final class StartException extends Exception {
    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
