package io.resque.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that a recorded program sent, without the prefix of keys. */
record Transcript(List<List<String>> commands) {
    static Transcript of(RecordedCase recorded) {
        List<List<String>> commands = new ArrayList<>();
        if (recorded.get("transcript") instanceof List<?> lines) {
            for (Object line : lines) {
                Object words = line instanceof Map<?, ?> map ? map.get("cmd") : line;
                List<String> command = new ArrayList<>();
                for (Object word : (List<?>) words) {
                    // Bytes that are no text are no command for a port.
                    command.add(word instanceof Map<?, ?> ? "\0" : RecordedKeys.name(String.valueOf(word)));
                }
                commands.add(command);
            }
        }
        return new Transcript(commands);
    }

    /** The command at an index, or an empty one behind the end. */
    List<String> at(int index) {
        return index < commands.size() ? commands.get(index) : List.of("", "");
    }

    /** The commands that begin with these words. */
    List<List<String>> having(String... words) {
        return commands.stream()
                .filter(command -> command.size() >= words.length
                        && command.subList(0, words.length).equals(List.of(words)))
                .toList();
    }

    /** The last word of the first command that begins with these words. */
    @Nullable
    String said(String... words) {
        List<List<String>> found = having(words);
        return found.isEmpty() ? null : found.get(0).get(found.get(0).size() - 1);
    }
}
