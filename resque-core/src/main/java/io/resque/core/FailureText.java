package io.resque.core;

import io.resque.api.spi.JobOutcome;
import java.util.ArrayList;
import java.util.List;

/** What a failure record tells of a throwable. */
final class FailureText {
    private static final int MAX_CAUSES = 10;

    private final List<String> frames = new ArrayList<>();

    private FailureText() {}

    static JobOutcome.Failed of(Throwable thrown) {
        FailureText text = new FailureText();
        text.addFrames(thrown);
        // Of tearDown, or of a listener that was told of the failure: they would be lost with the throwable.
        for (Throwable suppressed : thrown.getSuppressed()) {
            text.frames.add("Suppressed: " + suppressed.getClass().getName() + ": " + message(suppressed));
            text.addFrames(suppressed);
        }
        return new JobOutcome.Failed(thrown.getClass().getName(), message(thrown), text.frames);
    }

    private void addFrames(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (depth > 0) {
                frames.add("Caused by: " + cause.getClass().getName() + ": " + message(cause));
            }
            for (StackTraceElement frame : cause.getStackTrace()) {
                // Ruby cuts a backtrace where its own frames begin; so do we.
                if (frame.getClassName().startsWith(InThreadExecutor.class.getName())) {
                    break;
                }
                frames.add(frame.toString());
            }
            cause = cause.getCause();
        }
    }

    private static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? thrown.getClass().getName() : message;
        } catch (RuntimeException | StackOverflowError e) {
            return thrown.getClass().getName() + " (its getMessage threw "
                    + e.getClass().getName() + ")";
        }
    }
}
