package io.resque.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A rule as {@code spec/wire-format.md} states it, which the build copies into the kit.
 *
 * @param level MUST or SHOULD
 * @param marks the marks beside the level, as in {@code keys}
 */
record RuleSentence(String number, String level, Set<String> marks, String sentence) {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (W-\\d{3}) \\| (\\w+)((?:, \\w+)*) \\| (.*) \\| [^|]* \\|$");

    private static final Map<String, RuleSentence> ALL = read(spec());

    static Map<String, RuleSentence> all() {
        return ALL;
    }

    /** The rules of a text, with any marks. */
    static Map<String, RuleSentence> read(String spec) {
        Map<String, RuleSentence> all = new TreeMap<>();
        ROW.matcher(spec).results().forEach(row -> {
            String marks = row.group(3);
            all.put(
                    row.group(1),
                    new RuleSentence(
                            row.group(1),
                            row.group(2),
                            marks.isEmpty()
                                    ? Set.of()
                                    : Set.of(marks.substring(2).split(", ")),
                            row.group(4)));
        });
        return Collections.unmodifiableMap(all);
    }

    private static String spec() {
        try (InputStream in = RuleSentence.class.getResourceAsStream("wire-format.md")) {
            if (in == null) {
                throw new IllegalStateException(
                        "io/resque/tck/wire-format.md is missing on the class path: use the jar that Maven has built");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
