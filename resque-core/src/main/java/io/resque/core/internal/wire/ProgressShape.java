package io.resque.core.internal.wire;

import io.resque.api.JobProgress;
import io.resque.api.spi.JsonRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job tells of itself while it runs.
 *
 * <pre>
 * {"done":3,"total":10,"text":"invoices","lines":["skipped 17"],"logged":1}
 * </pre>
 */
public final class ProgressShape {
    /** So much of a text or a line is kept. */
    private static final int MOST_TEXT = 200;

    /** So many lines are kept. */
    public static final int MOST_LINES = 20;

    private ProgressShape() {}

    public static Map<String, @Nullable Object> of(
            long done, long total, String text, List<String> lines, long logged) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("done", done);
        tree.put("total", total);
        tree.put("text", text);
        tree.put("lines", lines);
        tree.put("logged", logged);
        return tree;
    }

    /** Null if it is none; any program may have written it. */
    public static @Nullable JobProgress read(@Nullable Object tree, Instant updated) {
        if (!(tree instanceof Map<?, ?> progress)) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        if (progress.get("lines") instanceof List<?> all) {
            all.stream().limit(MOST_LINES).forEach(line -> lines.add(String.valueOf(line)));
        }
        return new JobProgress(
                number(progress, "done"),
                number(progress, "total"),
                PayloadReader.text(progress, "text"),
                lines,
                number(progress, "logged"),
                updated);
    }

    private static long number(Map<?, ?> progress, String name) {
        return progress.get(name) instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }

    /** As much of a text as is kept, with no half of a character. */
    public static String shown(String text) {
        String cut = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
        for (int at = JsonRules.loneSurrogate(cut); at >= 0; at = JsonRules.loneSurrogate(cut)) {
            cut = cut.substring(0, at) + "?" + cut.substring(at + 1);
        }
        return cut;
    }
}
