package io.resque.tck;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Text for reports. XML 1.0 has no way to write some characters, and a report that holds one cannot be read by any
 * tool. They become Java's escapes, as in {@code \\uFFFE}.
 */
final class XmlText {
    private XmlText() {}

    static String safe(String text) {
        if (text.codePoints().allMatch(XmlText::isXml)) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isXml(c)) {
                safe.appendCodePoint(c);
            } else {
                safe.append(String.format("\\u%04X", c));
            }
        });
        return safe.toString();
    }

    /** An unpaired half of a surrogate pair is a code point of its own here. U+1FFFE and its like are allowed. */
    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= ' ' && c < 0xD800
                || c > 0xDFFF && c != 0xFFFE && c != 0xFFFF;
    }

    /** The same failure, or a copy with safe messages if a message of it, of a cause or of a suppressed one is not. */
    static Throwable safe(Throwable failure) {
        if (isSafe(failure, Collections.newSetFromMap(new IdentityHashMap<>()))) {
            return failure;
        }
        Throwable copy = new Copy(failure);
        if (failure instanceof TestAbortedException) {
            copy = alike(failure, new TestAbortedException(message(failure), copy));
        } else if (failure instanceof AssertionError) {
            copy = alike(failure, new AssertionFailedError(message(failure), copy));
        }
        return copy;
    }

    private static Throwable alike(Throwable failure, Throwable copy) {
        copy.setStackTrace(failure.getStackTrace());
        return copy;
    }

    static String message(Throwable failure) {
        return safe(String.valueOf(failure.getMessage()));
    }

    private static boolean isSafe(Throwable failure, Set<Throwable> seen) {
        if (!seen.add(failure)) {
            return true;
        }
        String text = failure + String.valueOf(failure.getMessage());
        if (!safe(text).equals(text)) {
            return false;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!isSafe(suppressed, seen)) {
                return false;
            }
        }
        Throwable cause = failure.getCause();
        return cause == null || isSafe(cause, seen);
    }

    /** Looks like the original in a stack trace. */
    private static final class Copy extends Exception {
        private static final long serialVersionUID = 1L;

        private final String shown;

        Copy(Throwable original) {
            this(original, Collections.newSetFromMap(new IdentityHashMap<>()));
        }

        private Copy(Throwable original, Set<Throwable> copied) {
            super(message(original));
            shown = safe(original.toString());
            setStackTrace(original.getStackTrace());
            copied.add(original);
            Throwable cause = original.getCause();
            if (cause != null && !copied.contains(cause)) {
                initCause(new Copy(cause, copied));
            }
            for (Throwable suppressed : original.getSuppressed()) {
                if (!copied.contains(suppressed)) {
                    addSuppressed(new Copy(suppressed, copied));
                }
            }
        }

        @Override
        public String toString() {
            return shown;
        }
    }
}
