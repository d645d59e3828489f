package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a job ended. */
public sealed interface JobOutcome {
    /**
     * The job ended without a failure.
     *
     * @param result the result that the job has set, a JSON tree; null if none
     */
    record Completed(@Nullable Object result) implements JobOutcome {}

    /** The job, or a listener, threw {@link io.resque.api.DontPerformException}. */
    record Vetoed() implements JobOutcome {}

    /**
     * The job, or a listener, threw an exception.
     *
     * @param exception class name of the exception
     * @param message its message, or its class name if it has none
     * @param frames its stack trace, innermost frame first, without the library's own frames; then its causes and suppressed exceptions,
     *     such as those of {@code tearDown} and {@code onFailure} after the first failure. {@link #of} writes them
     * @param superclasses the class names of its superclasses up to {@link Throwable}, the nearest first; empty if they are not known
     */
    record Failed(String exception, String message, List<String> frames, List<String> superclasses)
            implements JobOutcome {
        /**
         * Copies the lists.
         *
         * @param exception class name of the exception
         * @param message its message
         * @param frames its stack trace
         * @param superclasses the class names of its superclasses
         */
        public Failed {
            Objects.requireNonNull(exception, "exception");
            Objects.requireNonNull(message, "message");
            frames = List.copyOf(frames);
            superclasses = List.copyOf(superclasses);
        }

        /**
         * A failure by an exception whose superclasses are not known.
         *
         * @param exception class name of the exception
         * @param message its message
         * @param frames its stack trace
         */
        public Failed(String exception, String message, List<String> frames) {
            this(exception, message, frames, List.of());
        }

        /**
         * Describes a throwable, with its causes and its suppressed exceptions. Throws nothing, even if a method of the
         * throwable throws: the class name is always given, and the message or the frames say what could not be read.
         *
         * @param thrown what the job threw
         * @param runner the class that ran the job: its frames, and all frames further out, are left out
         * @return the failure
         */
        public static Failed of(Throwable thrown, Class<?> runner) {
            return FailureText.of(thrown, runner);
        }

        /**
         * An exception to hand to a logger, so that the log has the stack trace. It stands for what the job threw, which may have
         * been in another process.
         *
         * @return an exception whose text, frames, causes and suppressed exceptions are those of this failure, escaped and cut for
         *     a log
         */
        public Throwable forLog() {
            return LoggedFailure.of(this);
        }
    }

    /**
     * The process that ran the job died, so nobody knows how far the job came.
     *
     * @param cause the known cause: a signal, an exit status, a limit that was exceeded
     */
    record Died(String cause) implements JobOutcome {}
}
