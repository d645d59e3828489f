package io.resque.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Ruby Resque, php-resque and node-resque wrote and read, recorded. Loaded by the kit's own reader of JSON, so
 * that no adapter is judged by itself.
 */
public final class RecordedCases {
    private RecordedCases() {}

    /**
     * All cases of a file.
     *
     * @param file such as {@code ruby/enqueue_payloads.json}
     * @return at least one, in the order of the file
     * @throws IllegalArgumentException if the kit has no such file, or it holds no cases
     */
    public static List<RecordedCase> of(String file) {
        Map<?, ?> recording = (Map<?, ?>) StrictJson.read(text(file));
        List<?> entries =
                (List<?>) (recording.get("cases") != null ? recording.get("cases") : recording.get("entries"));
        if (entries == null || entries.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no cases");
        }
        List<RecordedCase> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object entry : entries) {
            Map<String, @Nullable Object> members = members(entry);
            String name = members.get("name") instanceof String recorded ? recorded : unnamed(members, cases.size());
            cases.add(new RecordedCase(names.add(name) ? name : name + " #" + cases.size(), members));
        }
        return cases;
    }

    private static String unnamed(Map<String, @Nullable Object> members, int place) {
        return (members.get("kind") instanceof String kind ? kind + " " : "") + "#" + place;
    }

    @SuppressWarnings("unchecked") // the reader makes no other maps
    private static Map<String, @Nullable Object> members(@Nullable Object tree) {
        return (Map<String, @Nullable Object>) tree;
    }

    static String text(String file) {
        try (InputStream in = RecordedCases.class.getResourceAsStream("/io/resque/tck/recorded/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("The kit has no recording " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
