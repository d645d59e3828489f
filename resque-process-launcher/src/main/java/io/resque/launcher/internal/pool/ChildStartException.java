package io.resque.launcher.internal.pool;

/** A child did not become ready. The message says why, and what the child printed. */
final class ChildStartException extends Exception {
    ChildStartException(String message) {
        super(message);
    }

    ChildStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
