package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a job ended. */
public sealed interface JobOutcome {
    /**
     * It ended well.
     *
     * @param result what it gave as its result, a JSON tree; null if nothing
     */
    record Completed(@Nullable Object result) implements JobOutcome {}

    /** It, or a listener before it, threw {@link io.resque.api.DontPerformException}. */
    record Vetoed() implements JobOutcome {}

    /**
     * It threw.
     *
     * @param exception class name of what was thrown
     * @param message its message, or its class name if it has none
     * @param frames its stack, innermost first, without the library's own frames
     */
    record Failed(String exception, String message, List<String> frames) implements JobOutcome {
        /**
         * Copies the list.
         *
         * @param exception class name of what was thrown
         * @param message its message
         * @param frames its stack
         */
        public Failed {
            Objects.requireNonNull(exception, "exception");
            Objects.requireNonNull(message, "message");
            frames = List.copyOf(frames);
        }

        /**
         * What can be told of a throwable, with its causes and what it suppressed. Throws nothing, whatever the methods of the
         * throwable do: what cannot be read is named in the message or among the frames, and the class is always told.
         *
         * @param thrown what the job threw
         * @param runner the class that ran the job: its frames and all below them are left out
         * @return the failure
         */
        public static Failed of(Throwable thrown, Class<?> runner) {
            return FailureText.of(thrown, runner);
        }
    }

    /**
     * The process that ran it died, so nobody knows how far it came.
     *
     * @param cause what is known: the signal, the exit status, the limit that was passed
     */
    record Died(String cause) implements JobOutcome {}
}
