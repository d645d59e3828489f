package io.resque.activejob.codec;

import org.jspecify.annotations.Nullable;

/** Arguments that cannot be written for Rails, or that Rails did not write so. The message names the place, and what to do. */
public final class ArgumentCodecException extends RuntimeException {
    /**
     * Makes an exception.
     *
     * @param message the place, what is wrong there, and the way out
     */
    public ArgumentCodecException(String message) {
        this(message, null);
    }

    /**
     * Makes an exception with a cause, such as what an {@link ObjectSerializer} threw.
     *
     * @param message the place, what is wrong there, and the way out
     * @param cause the exception that led to it
     */
    public ArgumentCodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
