package io.resque.api.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job threw, for a logger: with the stack trace, the causes and the suppressed exceptions that its {@link FailureText} holds.
 * A job in another process leaves only this text.
 */
final class LoggedFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** So many frames of each exception are logged; the record of the failure has more. */
    private static final int MOST_FRAMES = 200;

    private static final String CAUSE = "Caused by: ";
    private static final String SUPPRESSED = "Suppressed: ";
    private static final Pattern FRAME = Pattern.compile("(.+)\\.([^.(]+)\\(([^:()]*)(?::(\\d{1,9}))?\\)");

    private LoggedFailure(String text) {
        super(JsonRules.forLog(text));
    }

    static LoggedFailure of(JobOutcome.Failed failed) {
        LoggedFailure first = new LoggedFailure(
                failed.message().equals(failed.exception())
                        ? failed.exception()
                        : failed.exception() + ": " + failed.message());
        LoggedFailure last = first;
        List<StackTraceElement> stack = new ArrayList<>();
        for (String line : failed.frames()) {
            boolean isCause = line.startsWith(CAUSE);
            if (isCause || line.startsWith(SUPPRESSED)) {
                last.end(stack);
                LoggedFailure next = new LoggedFailure(line.substring(isCause ? CAUSE.length() : SUPPRESSED.length()));
                if (isCause) {
                    last.initCause(next);
                } else {
                    first.addSuppressed(next);
                }
                last = next;
            } else {
                StackTraceElement frame = frame(line);
                if (frame != null && stack.size() < MOST_FRAMES) {
                    stack.add(frame);
                }
            }
        }
        last.end(stack);
        return first;
    }

    private void end(List<StackTraceElement> stack) {
        setStackTrace(stack.toArray(new StackTraceElement[0]));
        stack.clear();
    }

    private static @Nullable StackTraceElement frame(String line) {
        Matcher frame = FRAME.matcher(JsonRules.forLog(line));
        if (!frame.matches()) {
            return null; // such as "… more causes, left out"
        }
        String file = frame.group(3);
        boolean isNative = file.equals("Native Method");
        int number = isNative ? -2 : frame.group(4) == null ? -1 : Integer.parseInt(frame.group(4));
        return new StackTraceElement(
                frame.group(1), frame.group(2), isNative || file.equals("Unknown Source") ? null : file, number);
    }

    /** Its own frames say nothing. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** As the exception itself would be printed. */
    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }
}
