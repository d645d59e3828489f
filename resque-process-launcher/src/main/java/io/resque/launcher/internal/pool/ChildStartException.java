package io.resque.launcher.internal.pool;

/** A child did not become ready. The message says why, and what the child printed. */
final class ChildStartException extends Exception {
    /** The exit status of the child; 0 if it did not end. */
    final int status;

    ChildStartException(String message) {
        this(message, 0);
    }

    ChildStartException(String message, int status) {
        super(message);
        this.status = status;
    }

    ChildStartException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }
}
