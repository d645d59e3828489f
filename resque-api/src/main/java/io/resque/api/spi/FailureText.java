package io.resque.api.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a throwable for a failure record. The methods of a throwable can be a user's code: each can throw, and
 * the class of the throwable must be recorded all the same.
 */
final class FailureText {
    private static final int MAX_CAUSES = 10;
    private static final int MAX_STEPS_TO_ROOT = 1_000;
    private static final int MAX_SUPPRESSED = 10;
    private static final int MAX_SUPERCLASSES = 50;
    /** Of one throwable. Java itself records 1,024; a throwable's own getStackTrace may return more. */
    private static final int MAX_FRAMES = 10_000;

    private final String runner;
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> frames = new ArrayList<>();

    private FailureText(Class<?> runner) {
        this.runner = runner.getName();
    }

    static JobOutcome.Failed of(Throwable thrown, Class<?> runner) {
        FailureText text = new FailureText(runner);
        String message = message(thrown);
        try {
            text.addWithCauses(thrown);
            text.addSuppressed(thrown);
        } catch (Throwable e) { // no memory, or a throwable whose methods throw
            text.frames.add(left("its stack", e));
        }
        return new JobOutcome.Failed(
                thrown.getClass().getName(), message, text.frames, superclasses(thrown.getClass()));
    }

    private static List<String> superclasses(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Class<?> each = type; each != Throwable.class && names.size() < MAX_SUPERCLASSES; ) {
            each = each.getSuperclass();
            names.add(each.getName());
        }
        return names;
    }

    /** The exceptions of tearDown and of listeners, which only this throwable holds. */
    private void addSuppressed(Throwable thrown) {
        int count = 0;
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (count++ == MAX_SUPPRESSED) {
                frames.add("… more suppressed, left out");
                return;
            }
            frames.add("Suppressed: " + named(suppressed));
            addWithCauses(suppressed);
        }
    }

    private void addWithCauses(Throwable thrown) {
        addFrames(thrown);
        Throwable cause = cause(thrown);
        for (int depth = 1; cause != null; depth++) {
            if (depth == MAX_CAUSES) {
                frames.add("… more causes, left out");
                addRoot(cause);
                return;
            }
            if (seen.contains(cause)) {
                frames.add("… caused by one of these again");
                return;
            }
            frames.add("Caused by: " + named(cause));
            addFrames(cause);
            cause = cause(cause);
        }
    }

    /** Adds the last cause of a long chain, which says most, if it can be reached in a bounded number of steps. */
    private void addRoot(Throwable cause) {
        Throwable last = cause;
        for (int i = 0; i < MAX_STEPS_TO_ROOT; i++) {
            Throwable next = cause(last);
            if (next == null) {
                frames.add("Caused by: " + named(last));
                addFrames(last);
                return;
            }
            last = next;
        }
    }

    private void addFrames(Throwable thrown) {
        seen.add(thrown);
        StackTraceElement[] stack;
        try {
            stack = thrown.getStackTrace();
        } catch (Throwable e) {
            frames.add(left("its getStackTrace", e));
            return;
        }
        if (stack == null) {
            return;
        }
        for (int i = 0; i < stack.length && i < MAX_FRAMES; i++) {
            StackTraceElement frame = stack[i];
            // Ruby cuts a backtrace where its own frames begin; this does the same.
            if (frame != null && frame.getClassName().startsWith(runner)) {
                return;
            }
            frames.add(String.valueOf(frame));
        }
    }

    private @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            frames.add(left("its getCause", e));
            return null;
        }
    }

    private static String named(Throwable thrown) {
        return thrown.getClass().getName() + ": " + message(thrown);
    }

    private static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? thrown.getClass().getName() : message;
        } catch (Throwable e) {
            return thrown.getClass().getName() + " (its getMessage threw "
                    + e.getClass().getName() + ")";
        }
    }

    private static String left(String what, Throwable e) {
        return "… left out: " + what + " threw " + e.getClass().getName();
    }
}
