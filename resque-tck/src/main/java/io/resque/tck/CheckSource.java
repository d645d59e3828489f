package io.resque.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words for a check that has no description: the checked expression, as in {@code backend.queues().size("high")}; and
 * for an exception that a test has not expected: the statement. Both stand in the source of the kit, which the jar holds
 * beside the classes.
 */
final class CheckSource {
    private static final Pattern CHECK = Pattern.compile("\\b(?:assertThat|catchThrowable)\\w*\\(");
    private static final Pattern STATEMENT_END = Pattern.compile("[;{}](?: *//.*)?\\n");
    private static final int LONGEST = 200;

    private static final Map<String, String> SOURCES = new ConcurrentHashMap<>();

    private CheckSource() {}

    /** The expression of the check that has failed; null if the failure is of no such check. */
    static @Nullable String expression(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith(CheckSource.class.getPackageName() + ".")
                    && frame.getFileName() != null) {
                return expression(
                        SOURCES.computeIfAbsent(frame.getFileName(), CheckSource::read), frame.getLineNumber());
            }
        }
        return null;
    }

    /** The statement of a test in which an exception was thrown; null if there is none. */
    static @Nullable String statement(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            String source = frame.getClassName().startsWith(CheckSource.class.getPackageName() + ".")
                            && frame.getFileName() != null
                    ? SOURCES.computeIfAbsent(frame.getFileName(), CheckSource::read)
                    : "";
            if (!source.isEmpty()) {
                return statement(source, frame.getLineNumber());
            }
        }
        return null;
    }

    /** The statement that a line of a source belongs to. */
    static String statement(String source, int line) {
        int begin = begin(source, line);
        Matcher end = STATEMENT_END.matcher(source).region(0, begin);
        int from = 0;
        while (end.find()) {
            from = end.end();
        }
        end.region(begin, source.length());
        return shortened(source.substring(from, end.find() ? end.start() : source.length()));
    }

    private static String read(String file) {
        try (InputStream in = CheckSource.class.getResourceAsStream(file)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The expression of the check that a line of a source belongs to. */
    static @Nullable String expression(String source, int line) {
        int begin = begin(source, line);
        int end = source.indexOf('\n', begin);
        Matcher check = CHECK.matcher(source).region(0, end < 0 ? source.length() : end);
        int from = -1;
        while (check.find()) {
            from = check.end();
        }
        if (from < 0) {
            return null;
        }
        int to = end(source, from);
        if (end(source, to + 1) < begin) {
            return null; // the check ends before this line
        }
        return shortened(source.substring(from, to));
    }

    /** Where a line begins. */
    private static int begin(String source, int line) {
        int begin = 0;
        for (int i = 1; i < line; i++) {
            begin = source.indexOf('\n', begin) + 1;
        }
        return begin;
    }

    /** In one line. */
    private static String shortened(String code) {
        String line = code.strip().replaceAll("\\s+", " ").replaceAll("(?<=\\() | (?=\\.)", "");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line;
    }

    /** The end of an argument or of a statement: where a bracket closes that was open before, or a semicolon stands. */
    private static int end(String source, int from) {
        boolean quoted = false;
        int open = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if ("({".indexOf(c) >= 0) {
                open++;
            } else if (")}".indexOf(c) >= 0 && --open < 0 || c == ';' && open == 0) {
                return i;
            }
        }
        return source.length();
    }
}
