package io.resque.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that a recorded program has sent, without the prefix of keys. */
record RecordedCommands(List<List<String>> commands) {
    static RecordedCommands of(RecordedCase recorded) {
        List<List<String>> commands = new ArrayList<>();
        if (recorded.get("transcript") instanceof List<?> lines) {
            for (Object line : lines) {
                Object words = line instanceof Map<?, ?> map ? map.get("cmd") : line;
                List<String> command = new ArrayList<>();
                for (Object word : (List<?>) words) {
                    // No port replays a command with bytes that are not text.
                    command.add(word instanceof Map<?, ?> ? "\0" : RecordedKeys.name(String.valueOf(word)));
                }
                commands.add(command);
            }
        }
        return new RecordedCommands(commands);
    }

    /** The command at an index; an empty command after the end. */
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
